# SPDX-License-Identifier: Apache-2.0
"""Sparse, quantized, nested, subclassed tensors, big-endian and ancient files: what `resect ls` says of them, and
what `resect edit` keeps of them, against PyTorch."""
import pathlib

import torch

import composites
import truth

HERE = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "forms"
# What weights_only refuses, so that `edit` writes it on demand alone.
ON_DEMAND = {"nested", "subclassed"}


def cases():
    """Every kind of value that this PyTorch can save."""
    found = {"sparse": composites.sparse(), "quantized": composites.quantized(), "subclassed": composites.subclassed()}
    if not truth.OLD:
        found.update(
            attributed=composites.attributed(), nested=composites.nested(), meta=composites.meta(),
            complex=composites.complex_views(), tied=composites.tied())
    return found


def judge_forms(judge, work):
    for name, value in cases().items():
        path = work / f"form-{name}.pt"
        torch.save(value, path)
        judge_parts(judge, path, truth.load(path), name)
        judge_kept(judge, path, truth.load(path), name, work)
        if not truth.OLD and name in {"sparse", "quantized"}:
            judge_elsewhere(judge, path, truth.load(path), name, work)
    for path in sorted(HERE.iterdir()):
        written_by_other = ("torch2" if truth.OLD else "torch1") in path.name
        if path.suffix == ".tar" or (path.name.startswith("big-endian") and not truth.OLD):
            value = truth.load(path)
            judge_parts(judge, path, value, path.name)
            judge_same(judge, path, value, path.name, work)
        elif path.name == "sparse-torch1.pt" and written_by_other:
            judge_upgrade(judge, path, work)


def judge_parts(judge, path, value, name):
    """Every field that PyTorch can tell, each part bit for bit."""
    what = f"ls {name}"
    said = judge.json(what, "ls", path, "--json", "--hash")
    if said is not None:
        compare_parts(judge, what, said, value)


def compare_parts(judge, what, said, value):
    right = composites.listing(value)
    judge.check(f"{what}: paths", [e["path"] for e in said["tensors"]] == [e["path"] for e in right])
    for entry, expected in zip(said["tensors"], right):
        for field, wanted in expected.items():
            found = entry.get(field)
            if field == "parts":
                judge.check(f"{what}: {entry['path']} parts", [p["name"] for p in found] == [p["name"] for p in wanted])
                found = [{k: part.get(k) for k in other} for part, other in zip(found, wanted)]
            judge.check(f"{what}: {entry['path']} {field}", found == wanted, f"{found}, not {wanted}")


def judge_kept(judge, path, value, name, work):
    """Dropping one tensor leaves the others as they are, loadable by default where they were."""
    dropped = "dense" if "dense" in value else next(iter(value))
    out = work / f"form-{name}-edited.pt"
    words = ("edit", path, "-o", out, "--force", f"drop {dropped}")
    if name in ON_DEMAND:
        judge.exits(f"edit {name} refuses", 4, *words)
        words += ("--keep-opaque",)
    if not judge.exits(f"edit {name}", 0, *words):
        return
    judge.sound_archive(f"edit {name}", out)
    if truth.OLD and "csr" in value:
        # CSR goes out as the newest PyTorch writes it, which 1.13 does not know.
        judge.check(f"PyTorch 1.13 refuses the CSR tensor of {name}", judge_refused(out))
        value = {k: v for k, v in value.items() if k != "csr"}
        if not judge.exits(f"edit {name} without CSR", 0, *words, "drop csr"):
            return
    for trusted in (True,) if name in ON_DEMAND or truth.OLD else (True, False):
        again = judge_load(judge, out, name, trusted)
        if again is None:
            continue
        judge.check(f"edit {name}: keys", list(again) == [k for k in value if k != dropped])
        for key, tensor in again.items():
            judge.check(f"edit {name}: {key}", composites.same(value[key], tensor), f"{value[key]} against {tensor}")


def judge_elsewhere(judge, path, value, name, work):
    """The formats that hold them give them back equal; the others refuse and write nothing."""
    for target in ("torch-legacy", "dcp"):
        out = work / f"form-{name}-{target}"
        if not judge.exits(f"convert {name} to {target}", 0, "convert", path, "-o", out, "--to", target):
            continue
        loaded = out
        if target == "dcp":
            from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
            loaded = work / f"form-{name}-{target}.pt"
            dcp_to_torch_save(out, loaded)
        again = judge_load(judge, loaded, f"{name} in {target}", True)
        if again is not None:
            judge.check(f"convert {name} to {target}: keys", sorted(again) == sorted(value))
            for key, tensor in again.items():
                judge.check(f"convert {name} to {target}: {key}", composites.same(value[key], tensor), str(tensor))
    for suffix in (".safetensors", ".npz"):
        out = work / f"form-{name}{suffix}"
        judge.exits(f"convert {name} to {suffix}", 4, "convert", path, "-o", out)
        judge.exits(f"convert {name} to {suffix}, values dropped", 4, "convert", path, "-o", out, "--drop-values")
        judge.check(f"convert {name} to {suffix}: nothing written", not out.exists())


def judge_same(judge, path, value, name, work):
    """Written by `edit`, a file of an unusual form holds what PyTorch read from it, in today's form."""
    out = work / f"form-{name}.pt"
    if not judge.exits(f"edit {name}", 0, "edit", path, "-o", out, "--force", "untie"):
        return
    again = judge_load(judge, out, name, truth.OLD)
    if again is not None:
        judge.check(f"edit {name}: equal", composites.listing(again) == composites.listing(value))


def judge_upgrade(judge, path, work):
    """The CSR tensors of PyTorch 1.13, which the newest cannot load, become ones that it can."""
    try:
        truth.load(path)
        judge.check("PyTorch refuses the CSR tensors of 1.13", False)
    except AttributeError:
        judge.check("PyTorch refuses the CSR tensors of 1.13", True)
    out = work / "form-upgraded.pt"
    if not judge.exits("edit upgrades CSR", 0, "edit", path, "-o", out, "--force", "drop empty"):
        return
    again = judge_load(judge, out, "upgraded CSR", False)
    right = composites.sparse()
    if again is not None:
        judge.check("upgraded CSR: equal", torch.equal(again["csr"].to_dense(), right["csr"].to_dense()))
        judge.check("upgraded COO: equal", torch.equal(again["coo"].to_dense(), right["coo"].to_dense()))


def judge_refused(path):
    try:
        truth.load(path)
        return False
    except NotImplementedError:
        return True


def judge_load(judge, path, name, trusted):
    try:
        return truth.load(path, trusted=trusted)
    except Exception as error:  # whatever PyTorch raises
        judge.check(f"PyTorch reads the edited {name}", False, str(error)[:300])
        return None
