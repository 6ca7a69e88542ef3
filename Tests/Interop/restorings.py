# SPDX-License-Identifier: Apache-2.0
"""`--keep-removed` and `edit --restore`: what PyTorch loads of the original and of what came back is the same, order
and ties with it, and the patch loads by default."""
import random

import torch

import truth
from random_cases import Maker

RECIPES = (
    ["take teacher"], ["take teacher", "under module.backbone."], ["cast float16"], ["untie"], ["hollow"],
    ["plain", "drop student/module.head.**", "drop teacher/module.head.**"], ["drop optimizer", "set epoch 7"],
)


def same(judge, what, original, back):
    found = truth.difference(back, original)
    judge.check(what, found is None, found or "")
    ties = [truth.storage_groups(truth.dense_tensors(v)) for v in (back, original)]
    judge.check(f"{what}: ties", ties[0] == ties[1], f"{ties[0]}, not {ties[1]}")
    views = [[(path, list(t.shape), t.stride()) for path, t in truth.dense_tensors(v)] for v in (back, original)]
    judge.check(f"{what}: strides", views[0] == views[1])


def judge_trip(judge, what, path, folder, command, words):
    """Whether there was anything to put back: a recipe may be refused."""
    out, patch, whole = folder / "out.pth", folder / "patch.pth", folder / "whole.pth"
    for file in (out, patch, whole):
        file.unlink(missing_ok=True)
    done = judge.run(command, path, "-o", out, *words, "--keep-removed", patch)
    if done.returncode == 4:
        judge.check(f"{what}: neither", not out.exists() and not patch.exists())
        return False
    if not judge.check(what, done.returncode == 0, done.stderr.strip()[:400]):
        return False
    if not judge.exits(f"{what}: back", 0, "edit", out, "-o", whole, "--restore", patch, "--keep-opaque"):
        return False
    same(judge, what, truth.load(path), truth.load(whole))
    judge.exits(f"{what}: diff", 0, "diff", path, whole)
    listings = [judge.json(f"{what}: ls", "ls", "--hash", "--json", file) for file in (path, whole)]
    for name in ("tensors", "values"):
        found = [[{k: v for k, v in entry.items() if k not in ("storage", "offset")} for entry in listing[name]]
                 for listing in listings]
        judge.check(f"{what}: ls {name}", found[0] == found[1])
    # What the newest loads by default; 1.13 has no place for floats there.
    held = truth.load(patch, trusted=truth.OLD)
    judge.check(f"{what}: patch", held["format"] == "resect-removed" and held["version"] == 1)
    if not truth.OLD:
        mapped = torch.load(patch, mmap=True)
        judge.check(f"{what}: patch mapped", truth.difference(mapped, held) is None)
    judge.sound_archive(f"{what}: patch", patch)
    return True


def removed(held, path):
    """The tensor of a patch by the path that it had."""
    value = held["removed"]
    for part in path.split("/"):
        value = value[part]
    return value


def judge_heads(judge, path, folder):
    """Heads by their names in PyTorch, and around a backbone that PyTorch trained on."""
    what = f"heads of {path.parent.name}/{path.name}"
    if not judge_trip(judge, what, path, folder, "strip", []):
        return
    original = truth.load(path)
    held = truth.load(folder / "patch.pth", trusted=truth.OLD)
    for key, tensor in original["teacher"].items():
        if ".head." in key:
            judge.check(f"{what}: {key}", truth.same_bits(removed(held, f"teacher/{key}"), tensor))
    judge.check(f"{what}: no backbone", not any(".backbone." in key for key in held["removed"]["teacher"]))
    backbone = torch.load(folder / "out.pth", map_location="cpu")
    for tensor in backbone.values():
        if tensor.is_floating_point():
            tensor.mul_(0.5).add_(0.125)
    trained, whole = folder / "trained.pth", folder / "onto.pth"
    whole.unlink(missing_ok=True)
    torch.save(backbone, trained)
    words = ("edit", trained, "-o", whole, "--restore", folder / "patch.pth", "--keep-opaque")
    judge.exits(f"{what}: changed", 4, *words)
    if not judge.exits(f"{what}: onto changed", 0, *words, "--onto-changed"):
        return
    for key, tensor in backbone.items():
        original["teacher"]["module.backbone." + key] = tensor
    found = truth.difference(truth.load(whole), original)
    judge.check(f"{what}: onto changed", found is None, found or "")


def judge_restorings(judge, folder, upstream, seeds):
    """`upstream`: files of RDINO and SDPN."""
    for path in upstream:
        judge_heads(judge, path, folder)
    for words in RECIPES:
        judge_trip(judge, f"restore after {words}", upstream[0], folder, "edit", words)
    path = folder / "random-original.pt"
    done = 0
    for seed in seeds:
        draw = random.Random(seed)
        torch.save(Maker(seed).checkpoint(), path, _use_new_zipfile_serialization=seed % 3 != 0)
        paths = [entry for entry, _ in truth.dense_tensors(truth.load(path)) if entry]
        quoted = "'" + draw.choice(paths).replace("'", "'\\''") + "'" if paths else "x"
        words = draw.sample(
            ["cast float16", "untie", "set note 7", "hollow", "plain", f"drop {quoted}", f"keep {quoted}",
             "prefix a."], draw.randrange(1, 3))
        done += judge_trip(judge, f"restore random {seed} after {words}", path, folder, "edit", words)
    judge.check("restore: most random recipes are taken", done * 3 > len(seeds), f"{done} of {len(seeds)}")
