# SPDX-License-Identifier: Apache-2.0
"""`resect convert` in every direction: a file that PyTorch wrote goes to each format and from there to each other
one. What comes out is read by the format's own library (torch, safetensors, numpy) and compared bit for bit; a data
type that the target cannot hold must be refused with exit code 4 and nothing written.

Only for the newest PyTorch: safetensors and distributed checkpoints need it."""
import json
import shutil
from collections import OrderedDict

import numpy
import safetensors.torch
import torch
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

import cases
import truth

# What each format holds, by its own library. Typed storages are all that the legacy stream brings back.
TYPED = {
    "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64",
    "complex128"}
UNTYPED = {
    "uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
    "float8_e8m0fnu", "complex32"}
SAFETENSORS = (TYPED | UNTYPED) - {"complex128", "complex32"}
NUMPY = (TYPED | {"uint16", "uint32", "uint64"}) - {"bfloat16"}
HOLDS = {
    "torch": TYPED | UNTYPED, "torch-legacy": TYPED, "safetensors": SAFETENSORS, "npz": NUMPY, "npz-compressed": NUMPY,
    "dcp": TYPED | UNTYPED, "sharded-torch": TYPED | UNTYPED, "sharded-safetensors": SAFETENSORS}

SUFFIX = {"torch": ".pth", "torch-legacy": ".old", "safetensors": ".safetensors", "npz": ".npz", "npz-compressed": ".z.npz"}
WORDS = {
    "torch": [], "torch-legacy": ["--to", "torch-legacy"], "safetensors": [], "npz": [], "npz-compressed": ["--compress"],
    "dcp": ["--to", "dcp"], "sharded-torch": ["--to", "torch", "--shard-size", "100"],
    "sharded-safetensors": ["--to", "safetensors", "--shard-size", "100"]}


def read_shards(folder, load):
    """A folder of shards by its index; a single shard has none."""
    indexes = list(folder.glob("*.index.json"))
    if not indexes:
        (only,) = list(folder.iterdir())
        return load(only)
    index = json.loads(indexes[0].read_text())
    shards = {name: load(folder / name) for name in sorted(set(index["weight_map"].values()))}
    named = {key for shard in shards.values() for key in shard}
    assert named == set(index["weight_map"]), "the index does not name what the shards hold"
    return {key: shards[name][key] for key, name in index["weight_map"].items()}


def read_distributed(folder):
    out = folder.parent / "distributed.pth"
    dcp_to_torch_save(folder, out)
    return torch.load(out, weights_only=False)


def read_numpy(path):
    with numpy.load(path, allow_pickle=False) as archive:
        return {name: torch.from_numpy(archive[name].copy()) for name in archive.files}


READ = {
    "torch": lambda path: truth.load(path, trusted=False), "torch-legacy": lambda path: truth.load(path, trusted=False),
    "safetensors": safetensors.torch.load_file, "npz": read_numpy, "npz-compressed": read_numpy, "dcp": read_distributed,
    "sharded-torch": lambda path: read_shards(path, lambda p: truth.load(p, trusted=False)),
    "sharded-safetensors": lambda path: read_shards(path, safetensors.torch.load_file)}


def shown(weights):
    """Everything that must survive: names, data types, shapes, bits."""
    return {key: (truth.dtype_name(t), tuple(t.shape), truth.digest(t)) for key, t in weights.items()}


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def convert(judge, what, source, target, folder, dtypes):
    """Converts and judges; the path where it worked."""
    out = folder / f"out-{target}{SUFFIX.get(target, '')}"
    if out == source:
        out = folder / f"again-{target}{SUFFIX.get(target, '')}"
    remove(out)
    done = judge.run("convert", source, "-o", out, *WORDS[target])
    if not dtypes <= HOLDS[target]:
        judge.check(f"{what}: refused", done.returncode == 4, f"exit {done.returncode}: {done.stderr.strip()[:300]}")
        judge.check(f"{what}: nothing written", not out.exists())
        return None
    if not judge.check(what, done.returncode == 0, f"exit {done.returncode}: {done.stderr.strip()[:300]}"):
        return None
    return out


def judge_directions(judge, name, weights, folder):
    """Each format, and from each format each other one."""
    source = folder / "source.pth"
    torch.save(weights, source)
    right = shown(weights)
    dtypes = {entry[0] for entry in right.values()}
    for first in HOLDS:
        what = f"convert {name}: torch -> {first}"
        there = convert(judge, what, source, first, folder, dtypes)
        if there is None:
            continue
        judge.check(f"{what}: the same", shown(READ[first](there)) == right)
        for second in HOLDS:
            if second == first:
                continue
            what = f"convert {name}: {first} -> {second}"
            back = convert(judge, what, there, second, folder, dtypes)
            if back is not None:
                judge.check(f"{what}: the same", shown(READ[second](back)) == right)
                remove(back)
        remove(there)


def of_dtype(dtype):
    """0-d, empty, strided, and part of a larger storage. None share memory, which safetensors has no place for."""
    large, sparse = cases.random_tensor((40, 6), dtype), cases.random_tensor((10, 9), dtype)
    return OrderedDict([
        ("a.matrix", cases.random_tensor((3, 5), dtype)), ("a.scalar", cases.random_tensor((), dtype)),
        ("a.empty", cases.random_tensor((0, 4), dtype)), ("b.turned", cases.random_tensor((4, 3), dtype).t()),
        ("b.rows", large[7:11]), ("b.every.other", sparse[::2, 1::3]), ("b.cube", cases.random_tensor((2, 3, 4), dtype))])


def judge_conversions(judge, folder):
    for name in sorted(TYPED | UNTYPED):
        torch.manual_seed(len(name))
        judge_directions(judge, name, of_dtype(getattr(torch, name)), folder)
    mixed = OrderedDict((f"{name}.w", cases.random_tensor((3, 2), getattr(torch, name))) for name in sorted(NUMPY & TYPED))
    judge_directions(judge, "mixed", mixed, folder)
