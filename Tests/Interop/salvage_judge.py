# SPDX-License-Identifier: Apache-2.0
"""What `resect verify --salvage` writes of damaged files, judged by PyTorch: it loads, each tensor that is said to be whole
has the bits of the original, each other one is listed as lost, and nothing else is there.

salvage_judge.py RESECT [--step BYTES]     # needs the newest PyTorch, safetensors and numpy
"""
import argparse
import json
import pathlib
import random
import sys
import tempfile
from collections import OrderedDict

import numpy
import safetensors.torch
import torch

import truth
from programs import Judge

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKPOINTS = ROOT / "fixtures" / "checkpoints"


def tensors(value):
    return {path: (truth.dtype_name(leaf), tuple(leaf.shape), truth.digest(leaf))
            for path, leaf in truth.walk(value) if isinstance(leaf, torch.Tensor)}


def judge_one(judge, what, path, out, original, values, room=None):
    """`room`: how many bytes are really missing, where that is known. Nothing names the arrays of a `.npz` that are cut off."""
    out.unlink(missing_ok=True)
    done = judge.run("verify", path, "--salvage", out, "--json")
    if not judge.check(f"{what}: exit", done.returncode in (0, 1, 3), f"{done.returncode}: {done.stderr[-300:]}"):
        return None
    report = json.loads(done.stdout)
    if done.returncode == 3:
        judge.check(f"{what}: nothing written", not out.exists())
        return None
    if "damage" not in report:
        judge.check(f"{what}: sound, and written", not out.exists() and done.returncode == 0)
        return report
    damage = report["damage"]
    lost = [entry["path"] for entry in damage["lost"]]
    judge.check(f"{what}: exit code", done.returncode == (1 if lost else 0))
    loaded = truth.load(out)
    found = tensors(loaded)
    wrong = [key for key, entry in found.items() if original.get(key) != entry]
    judge.check(f"{what}: bits", not wrong, str(wrong[:3]))
    judge.check(f"{what}: survivors", set(found) == set(damage["survivors"]))
    told = set(found) | set(lost)
    judge.check(f"{what}: lost", told <= set(original) and not set(found) & set(lost))
    judge.check(f"{what}: all are told of", told == set(original) or path.suffix == ".npz")
    kept = truth.plain_values(loaded)
    judge.check(f"{what}: values", all(kept.get(key, ...) == value for key, value in values.items()))
    if room is not None:
        judge.check(f"{what}: missing", damage["missingBytes"] <= room, f"{damage['missingBytes']} of {room}")
    return damage


def exact(damage, room, judge, what):
    """PyTorch's layout follows from its pickle, so that the bound is the truth."""
    if damage is not None:
        judge.check(f"{what}: exactly what is missing", damage["missingBytes"] == room, f"{damage} of {room}"[:200])


def judge_cuts(judge, path, value, work, step, is_exact):
    data = path.read_bytes()
    original, values = tensors(value), truth.plain_values(value)
    most = 0
    for end in range(0, len(data), step):
        cut = work / f"cut{path.suffix}"
        cut.write_bytes(data[:end])
        what, room = f"{path.name} cut to {end}", len(data) - end
        damage = judge_one(judge, what, cut, work / "out.pth", original, values, room)
        if is_exact:
            exact(damage, room, judge, what)
        if damage is not None:
            most = max(most, len(damage["survivors"]))
    judge.check(f"{path.name}: something survives", most > 0)


def judge_changes(judge, path, value, work, seed):
    """A flipped byte, zeros over a block, a block that is missing."""
    data = path.read_bytes()
    original, values = tensors(value), truth.plain_values(value)
    draw = random.Random(seed)
    for number in range(24):
        start = draw.randrange(len(data) - 5000)
        changed = bytearray(data)
        kind = ("flip", "zeros", "hole")[number % 3]
        if kind == "flip":
            changed[start] ^= 1 << draw.randrange(8)
        elif kind == "zeros":
            changed[start:start + 4096] = bytes(4096)
        else:
            del changed[start:start + 4096]
        (work / "changed.pth").write_bytes(changed)
        judge_one(judge, f"{path.name} {kind} at {start}", work / "changed.pth", work / "out.pth", original, values)


def judge_folder(judge, value, work):
    import torch.distributed.checkpoint as dcp
    dcp.save(value, checkpoint_id=work / "dcp", no_dist=True)
    original = tensors(value)
    part = next((work / "dcp").glob("*.distcp"))
    data = part.read_bytes()
    for end in range(0, len(data), max(len(data) // 12, 1)):
        part.write_bytes(data[:end])
        damage = judge_one(judge, f"dcp cut to {end}", work / "dcp", work / "out.pth", original, {}, len(data) - end)
        exact(damage, len(data) - end, judge, f"dcp cut to {end}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resect")
    parser.add_argument("--step", type=int, default=1 << 15)
    words = parser.parse_args()
    torch.set_num_threads(1)
    judge = Judge(words.resect)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        for name in ["rdino-tiny-torch1.13.pth", "rdino-tiny-torch2.15.pth", "sdpn-tiny-torch1.13.pth"]:
            path = CHECKPOINTS / name
            value = truth.load(path)
            judge_cuts(judge, path, value, work, words.step, is_exact=True)
            judge_changes(judge, path, value, work, seed=name)
        teacher = value["teacher"]
        weights = OrderedDict((key, tensor.clone()) for key, tensor in teacher.items())
        torch.save(value, work / "legacy.pt", _use_new_zipfile_serialization=False)
        judge_cuts(judge, work / "legacy.pt", value, work, words.step, is_exact=True)
        safetensors.torch.save_file(weights, work / "weights.safetensors")
        judge_cuts(judge, work / "weights.safetensors", weights, work, words.step, is_exact=True)
        arrays = {f"a{index}": tensor.numpy() for index, tensor in enumerate(weights.values())}
        numbered = {f"a{index}": tensor for index, tensor in enumerate(weights.values())}
        for name, save in [("stored.npz", numpy.savez), ("deflated.npz", numpy.savez_compressed)]:
            save(work / name, **arrays)
            judge_cuts(judge, work / name, numbered, work, words.step // 2, is_exact=False)
        judge_folder(judge, {"model": dict(weights)}, work)
    return judge.close(f"salvage, PyTorch {torch.__version__}")


if __name__ == "__main__":
    sys.exit(main())
