# SPDX-License-Identifier: Apache-2.0
"""Conversions to and from safetensors and shards, judged by PyTorch and the reference reader, bit for bit.

safetensors_judge.py RESECT [--seeds N]     # needs the newest PyTorch and safetensors
"""
import argparse
import json
import pathlib
import random
import sys
import tempfile
from collections import OrderedDict

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from programs import Judge

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = [
    "float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
    "float8_e8m0fnu", "float4_e2m1fn_x2", "complex64", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16",
    "uint8", "bool"]
# Of these float4 and float8 forms torch.save's own loader needs no more than the typed bytes.
SHAPES = [(), (0,), (3, 0, 2), (1,), (5,), (2, 3), (4, 1, 3), (2, 2, 2, 2)]


def random_tensor(draw, dtype, shape):
    dtype = getattr(torch, dtype)
    if dtype == torch.float4_e2m1fn_x2 and not shape:
        shape = (2,)
    count = 1
    for size in shape:
        count *= size
    raw = torch.tensor([draw.randrange(256) for _ in range(count * dtype.itemsize)], dtype=torch.uint8)
    if dtype == torch.bool:
        raw = raw % 2
    return raw.view(dtype).reshape(shape) if count else torch.empty(shape, dtype=dtype)


def random_dict(draw):
    names = [f"layer{draw.randrange(40)}.{draw.choice(['weight', 'bias', 'é', 'a/b', '~', 'q' * 30])}" for _ in range(12)]
    tensors = OrderedDict() if draw.random() < 0.5 else {}
    for name in names:
        tensors[name] = random_tensor(draw, draw.choice(SHARED), draw.choice(SHAPES))
    wide = torch.arange(24.0).reshape(4, 6) * draw.random()
    tensors["strided.t"] = wide.t().clone().t()
    tensors["strided.columns"] = torch.arange(24.0).reshape(4, 6)[:, 1:4]
    tensors["expanded"] = torch.tensor([1.5]).expand(3)
    tensors["conj"] = torch.view_as_complex(torch.arange(6.0).reshape(3, 2)).conj()
    if draw.random() < 0.7:
        base = torch.arange(12, dtype=torch.int32)
        tensors["tied.b"] = base
        tensors["tied.a"] = base.reshape(3, 4)
        tensors["tied.part"] = base[3:7]
    halves = torch.arange(10.0)
    tensors["left"], tensors["right"] = halves[:5], halves[5:]
    if isinstance(tensors, OrderedDict) and draw.random() < 0.5:
        tensors._metadata = OrderedDict([("", {"version": 1}), ("layer", {"version": 2})])
    return tensors


def bits(tensor):
    plain = tensor.detach().resolve_conj().resolve_neg().contiguous()
    if plain.numel() == 0:
        return b""
    return plain.reshape(-1).clone().view(torch.uint8).numpy().tobytes()


def same_tensor(left, right):
    return left.dtype == right.dtype and left.shape == right.shape and bits(left) == bits(right)


def difference(got, expected, path=""):
    """The first place where two loaded checkpoints differ, types included; None where they do not."""
    if type(got) is not type(expected):
        return f"{path}: {type(got).__name__}, not {type(expected).__name__}"
    if isinstance(expected, torch.Tensor):
        return None if same_tensor(got, expected) else f"{path}: other elements"
    if isinstance(expected, dict):
        if [(type(k), k) for k in got] != [(type(k), k) for k in expected]:
            return f"{path}: keys {list(got)[:8]}, not {list(expected)[:8]}"
        found = (difference(got[k], expected[k], f"{path}/{k}") for k in expected)
        found = next((f for f in found if f), None)
        versions = [getattr(v, "_metadata", None) for v in (got, expected)]
        return found or (None if versions[0] == versions[1] else f"{path}: _metadata")
    if isinstance(expected, (list, tuple)):
        if len(got) != len(expected):
            return f"{path}: {len(got)} items, not {len(expected)}"
        found = (difference(g, e, f"{path}/{i}") for i, (g, e) in enumerate(zip(got, expected)))
        return next((f for f in found if f), None)
    return None if repr(got) == repr(expected) else f"{path}: {got!r}, not {expected!r}"


def tied(tensors):
    """Groups of names that share a storage."""
    groups = {}
    for name, tensor in tensors.items():
        if isinstance(tensor, torch.Tensor) and tensor.numel():
            groups.setdefault(tensor.untyped_storage().data_ptr(), []).append(name)
    return sorted(sorted(g) for g in groups.values() if len(g) > 1)


def judge_dict(judge, what, tensors, work):
    """A flat dict to safetensors and back."""
    source, middle, back = work / "a.pt", work / "a.safetensors", work / "b.pt"
    for path in (source, middle, back):
        path.unlink(missing_ok=True)
    torch.save(tensors, source)
    expected = torch.load(source)
    if not judge.exits(f"{what}: to safetensors", 0, "convert", source, "-o", middle):
        return
    try:
        found = load_file(middle)
        with safe_open(middle, "pt") as file:
            metadata, names = file.metadata(), set(file.keys())
    except SafetensorError as error:
        judge.check(f"{what}: the reference reads it", False, str(error))
        return
    judge.check(f"{what}: format", metadata.get("format") == "pt", str(metadata)[:100])
    judge.check(f"{what}: names", names == set(found) and names <= set(expected))
    dropped = {"tied.b", "tied.part"} if "tied.a" in expected else set()
    judge.check(f"{what}: ties keep the first name", set(expected) - names == dropped, str(set(expected) - names))
    for name in names:
        judge.check(f"{what}: {name}", same_tensor(found[name], expected[name]))
    if judge.exits(f"{what}: back", 0, "convert", middle, "-o", back):
        again = torch.load(back)
        why = difference(again, expected)
        judge.check(f"{what}: back", why is None, why or "")
        before = [g for g in tied(expected) if g != ["left", "right"]]
        judge.check(f"{what}: ties come back", tied(again) == before, f"{tied(again)}, not {before}")


def judge_reference(judge, what, tensors, work):
    """A file of the reference writer: to itself, the same bytes; to torch, the same values."""
    theirs, ours, back = work / "r.safetensors", work / "o.safetensors", work / "r.pt"
    for path in (theirs, ours, back):
        path.unlink(missing_ok=True)
    plain = {k: v.resolve_conj().contiguous().clone() for k, v in tensors.items()}
    save_file(plain, theirs, metadata={"format": "pt"})
    if judge.exits(f"{what}: from the reference", 0, "convert", theirs, "-o", ours):
        judge.check(f"{what}: the reference's bytes", theirs.read_bytes() == ours.read_bytes())
    if judge.exits(f"{what}: reference to torch", 0, "convert", theirs, "-o", back):
        found = torch.load(back)
        for name, tensor in plain.items():
            judge.check(f"{what}: reference to torch: {name}", same_tensor(found[name], tensor))


def judge_nested(judge, path, work):
    """A training checkpoint with plain values goes to safetensors and comes back equal, types included."""
    plain, middle, back = work / "p.pt", work / "n.safetensors", work / "n.pt"
    for file in (plain, middle, back):
        file.unlink(missing_ok=True)
    what = f"{path.name} to safetensors and back"
    source = path
    if judge.run("edit", path, "-o", plain, "plain").returncode == 0:
        source = plain
    if not judge.exits(what, 0, "convert", source, "-o", middle):
        return
    expected = torch.load(source, weights_only=False)
    load_file(middle)
    if judge.exits(what, 0, "convert", middle, "-o", back):
        why = difference(torch.load(back, weights_only=False), expected)
        judge.check(what, why is None, why or "")


def hugging_face_shards(tensors, limit):
    """`split_state_dict_into_shards_factory` as huggingface_hub describes it: names of each shard, and all bytes."""
    shards, current, filled, total, homes = [], [], 0, 0, {}
    for name, tensor in tensors.items():
        home = tensor.untyped_storage().data_ptr() if tensor.numel() else ("empty", name)
        if home in homes:
            homes[home].append(name)
            continue
        homes[home] = [name]
        size = tensor.numel() * tensor.element_size()
        total += size
        if size > limit:
            shards.append([name])
            continue
        if filled + size > limit:
            shards.append(current)
            current, filled = [], 0
        current.append(name)
        filled += size
    if current:
        shards.append(current)
    firsts = {names[0]: names for names in homes.values()}
    return [{n for first in shard for n in firsts[first]} for shard in shards], total


def judge_shards(judge, what, draw, work):
    tensors = OrderedDict(
        (f"layer{i}.weight", torch.rand(draw.randrange(1, 200)).to(draw.choice([torch.float32, torch.float16])))
        for i in range(draw.randrange(2, 30)))
    whole = torch.rand(40)
    tensors["tied.first"] = whole
    tensors["between"] = torch.rand(300)
    tensors["tied.second"] = whole
    limit = draw.choice([200, 500, 1000, 5000])
    source = work / "s.pt"
    torch.save(tensors, source)
    names = {"torch": ("pytorch_model", "bin"), "safetensors": ("model", "safetensors")}
    for form, (stem, suffix) in names.items():
        folder, back = work / f"{what}-{form}".replace(" ", "-"), work / f"{what}-{form}.pt".replace(" ", "-")
        if not judge.exits(f"{what}: to {form} shards", 0, "convert", source, "-o", folder, "--to", form, "--shard-size", limit):
            continue
        kept = {k: v for k, v in tensors.items() if form == "torch" or k != "tied.second"}
        shards, total = hugging_face_shards(kept, limit)
        files = sorted(p.name for p in folder.glob(f"*.{suffix}"))
        if len(shards) == 1:
            judge.check(f"{what}: one {form} shard", files == [f"{stem}.{suffix}"])
        else:
            numbered = [f"{stem}-{i + 1:05d}-of-{len(shards):05d}.{suffix}" for i in range(len(shards))]
            judge.check(f"{what}: {form} names", files == numbered, f"{files}, not {numbered}")
            index = json.loads((folder / f"{stem}.{suffix}.index.json").read_text())
            judge.check(f"{what}: {form} size", index["metadata"]["total_size"] == total, str(index["metadata"])[:80])
            expected = {n: file for file, shard in zip(numbered, shards) for n in shard}
            judge.check(f"{what}: {form} map", index["weight_map"] == expected)
        found = {}
        for file in files:
            found.update(load_file(folder / file) if form == "safetensors" else torch.load(folder / file))
        judge.check(f"{what}: {form} keys", set(found) == set(kept))
        for name in found:
            judge.check(f"{what}: {form}: {name}", same_tensor(found[name], tensors[name]))
        if judge.exits(f"{what}: {form} back", 0, "convert", folder, "-o", back):
            again = torch.load(back)
            why = difference(again, torch.load(source))
            judge.check(f"{what}: {form} back", why is None, why or "")
            judge.check(f"{what}: {form} ties", tied(again) == [["tied.first", "tied.second"]], str(tied(again)))


def judge_headers(judge, draw, work, count):
    """Changed bytes in headers: what the reference refuses is refused."""
    source, path = work / "h.safetensors", work / "x.safetensors"
    save_file({"a": torch.arange(3.0), "b.c": torch.tensor([1], dtype=torch.int8), "e": torch.empty(0)}, source,
              metadata={"k": "v"})
    whole = source.read_bytes()
    for number in range(count):
        changed = bytearray(whole)
        place = draw.randrange(len(whole) - 13)
        changed[place] = draw.choice(b'{}[]",:0123456789 \\abF\x00\xff')
        path.write_bytes(changed)
        try:
            with safe_open(path, "pt") as file:
                names = set(file.keys())
        except (SafetensorError, OSError):
            names = None
        done = judge.run("ls", "--json", path)
        if names is None:
            judge.check(f"header {number}, byte {place}", done.returncode == 3, f"exit {done.returncode}: {bytes(changed)!r}")
        elif done.returncode == 0:
            listed = {t["path"] for t in json.loads(done.stdout)["tensors"]}
            judge.check(f"header {number}, byte {place}", len(listed) == len(names), f"{listed}, not {names}")
        else:
            # Stricter than the reference only where names, or keys of metadata, stand twice.
            judge.check(f"header {number}, byte {place}", "twice" in done.stderr, done.stderr[:200])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resect")
    parser.add_argument("--seeds", type=int, default=20)
    words = parser.parse_args()
    torch.set_num_threads(1)
    judge = Judge(words.resect)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        every = OrderedDict((name, random_tensor(random.Random(1), name, (2, 3))) for name in SHARED)
        judge_dict(judge, "every type", every, work)
        judge_reference(judge, "every type", every, work)
        for seed in range(words.seeds):
            draw = random.Random(seed)
            tensors = random_dict(draw)
            judge_dict(judge, f"random {seed}", tensors, work)
            judge_reference(judge, f"random {seed}", tensors, work)
            judge_shards(judge, f"shards {seed}", draw, work)
        judge_headers(judge, random.Random(7), work, 20 * words.seeds)
        nested = sorted((ROOT / "fixtures" / "checkpoints").glob("rdino-*.pth"))
        nested += sorted((ROOT / "fixtures" / "checkpoints").glob("x_*.pt"))
        for path in nested:
            judge_nested(judge, path, work)
    return judge.close(f"safetensors, PyTorch {torch.__version__}")


if __name__ == "__main__":
    sys.exit(main())
