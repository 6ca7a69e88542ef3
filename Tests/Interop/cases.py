# SPDX-License-Identifier: Apache-2.0
"""Checkpoints that this PyTorch writes for the judges: a builder a case, each with a seed of its own."""
import argparse
from collections import OrderedDict

import numpy
import torch
from torch import nn

import truth

FLOATS = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]
OTHERS = [torch.bool, torch.complex64, torch.complex128]
# Written as untyped storages, which 1.13 does not know (docs/formats).
NEWER = [] if truth.OLD else [
    torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz,
    torch.float8_e5m2fnuz, torch.float8_e8m0fnu]


def random_tensor(shape, dtype=torch.float32):
    """Random bits that are a value of the type; no NaN among floats, so that casts can be judged too."""
    if dtype == torch.bool:
        return torch.rand(shape) > 0.5
    if dtype in FLOATS or dtype.is_complex:
        return torch.randn(shape, dtype=torch.complex128 if dtype.is_complex else torch.float64).to(dtype)
    raw = torch.randint(0, 256, (*shape, torch.empty(0, dtype=dtype).element_size()), dtype=torch.uint8)
    return raw.view(dtype).reshape(shape)


def typed(dtypes):
    found = OrderedDict()
    for dtype in dtypes:
        name = str(dtype)[6:]
        found[f"{name}.matrix"] = random_tensor((3, 5), dtype)
        found[f"{name}.scalar"] = random_tensor((), dtype)
        found[f"{name}.empty"] = random_tensor((0, 4), dtype)
        found[f"{name}.cube"] = random_tensor((2, 3, 4), dtype)
    return found


def plain_dtypes():
    return typed(FLOATS + INTEGERS + OTHERS)


def special_values():
    inf, nan = float("inf"), float("nan")
    values = [0.0, -0.0, inf, -inf, nan, 1e-45, 5e-324, 3.4e38, 1 / 3]
    return {"floats": [torch.tensor(values, dtype=d) for d in FLOATS], "leaves": values[:5] + [1e300]}


def floats_only():
    return typed(FLOATS)


def colliding():
    return OrderedDict([("module.weight", torch.ones(2)), ("weight", torch.zeros(2))])


def wide():
    return OrderedDict([("large", torch.tensor([1.0, 1e38])), ("small", torch.ones(3))])


def rounding():
    """Values that a narrower type must round: every finite half, wide exponents, and near-ties in float64."""
    halves = torch.arange(65536, dtype=torch.int32).to(torch.int16).view(torch.float16)
    spread = torch.randn(20_000, dtype=torch.float64) * 2.0 ** torch.randint(-30, 14, (20_000,))
    ties = 1 + torch.arange(4096, dtype=torch.float64) * 2.0**-12 + torch.randn(4096, dtype=torch.float64) * 2.0**-40
    return OrderedDict([
        ("half", halves[halves.isfinite()]), ("brain", spread.to(torch.bfloat16)), ("single", spread.float()),
        ("double", spread), ("ties", ties)])


def newer_dtypes():
    return typed(NEWER)


def conjugated():
    base = random_tensor((3, 4), torch.complex64)
    return {"base": base, "conj": base.conj(), "neg": torch._neg_view(torch.randn(2, 5))}


def strided():
    base = torch.randn(6, 8)
    image = torch.randn(2, 3, 5, 4)
    return OrderedDict([
        ("whole", base), ("transposed", base.t()), ("rows", base[2:4]), ("columns", base[:, 1:6:2]),
        ("last", base[5, 7]), ("diagonal", base.diagonal()), ("expanded", torch.randn(4, 1).expand(4, 7)),
        ("scalar_expanded", torch.tensor(2.5).expand(3, 2)), ("permuted", image.permute(3, 0, 2, 1)),
        ("channels_last", image.contiguous(memory_format=torch.channels_last)),
        ("windows", torch.randn(10).unfold(0, 4, 3)), ("empty_view", base[3:3]),
        ("one", torch.randn(1, 1, 1).transpose(0, 2))])


def part_of_large_storage():
    big = torch.randn(200_000)
    return {"small": big[1000:1010], "other": big[150_000:150_100].view(10, 10).t(), "int": torch.arange(9)[4:6]}


def ties():
    shared = nn.Parameter(torch.randn(5, 6))
    memory = torch.randn(30)
    return {
        "model": OrderedDict([
            ("embed.weight", shared), ("head.weight", shared), ("embed.copy", shared.detach().clone()),
            ("view.a", memory[:20].view(4, 5)), ("view.b", memory[10:].view(4, 5)), ("view.c", memory[25:])]),
        "again": shared}


def parameters():
    found = OrderedDict([("learned", nn.Parameter(torch.randn(3))),
                         ("frozen", nn.Parameter(torch.randn(2, 2), requires_grad=False))])
    found["half"] = nn.Parameter(torch.randn(4).half())
    found["tensor"] = torch.randn(2, requires_grad=True)
    return found


def network():
    inner = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.InstanceNorm1d(5))
    return nn.Sequential(OrderedDict([
        ("stem", nn.Conv1d(3, 6, 3, bias=False)), ("body", inner), ("norm", nn.LayerNorm(5))]))


def state_dict():
    return network().state_dict()


def wrapped(model, prefix):
    """What a wrapper module does to a state dict: names and `_metadata`."""
    for name in reversed(prefix):
        outer = nn.Module()
        outer.add_module(name, model)
        model = outer
    return model


def branches():
    """A DINO-form file in small: student, teacher, optimizer, and leaves that need no class."""
    result = {}
    for branch in ("student", "teacher"):
        both = nn.Module()
        both.add_module("backbone", network())
        both.add_module("head", nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4)))
        result[branch] = wrapped(both, ["module"]).state_dict()
    weights = [torch.randn(3, 2, requires_grad=True), torch.randn(4, requires_grad=True)]
    optimizer = torch.optim.Adam([{"params": weights[:1]}, {"params": weights[1:], "weight_decay": 0.0}], lr=1e-3)
    sum(w.square().sum() for w in weights).backward()
    optimizer.step()
    result["optimizer"] = optimizer.state_dict()
    result["epoch"] = 17
    return result


def leaves():
    return {
        "int": 3, "negative": -70_000, "large": 2**40, "huge": 2**80, "true": True, "false": False, "none": None,
        "float": 0.1, "text": "two\nlines", "empty": "", "list": [1, [2.5, "x"], {"deep": torch.ones(2)}],
        "tuple": (torch.zeros(1), 7), "nothing": {}, "ordered": OrderedDict(), "bare": []}


def odd_keys():
    model = OrderedDict((key, torch.full((2,), float(i))) for i, key in enumerate(
        ["a/b", "c~d", "~1", "with space", "ключ", "重み", "🙂", "line\nbreak", "dots.in.key", "", "quote\"'\\"]))
    return {"model": model, 0: torch.ones(1), -5: {"x/y": torch.ones(3)}, "nested": {"1": {2: torch.zeros(2)}}}


def numpy_leaves():
    return {
        "model": OrderedDict(w=torch.randn(3)), "lr": numpy.float64(0.00092), "small": numpy.float32(0.5),
        "count": numpy.int64(12), "groups": [{"lr": numpy.float64(-1.5), "params": [0, 1]}]}


def namespace():
    return {"args": argparse.Namespace(lr=0.5, name="run/1", weights=torch.randn(2)), "model": state_dict()}


def many():
    return OrderedDict((f"layers.{i}.weight", torch.randn(i % 7, 3)) for i in range(2500))


def larger():
    return {"odd": torch.randn(1_100_003), "bytes": random_tensor((2_500_001,), torch.uint8), "tail": torch.ones(1)}


def bare_tensor():
    return torch.randn(4, 3).t()


def whole_module():
    return wrapped(network(), ["net"])


CASES = [plain_dtypes, floats_only, rounding, special_values, colliding, wide, strided, part_of_large_storage, ties,
         parameters, state_dict, branches, leaves, odd_keys, many, larger, bare_tensor,
         numpy_leaves, namespace, whole_module]


def write(folder):
    """Writes every case; returns {file name: whether the other PyTorch can read it}."""
    written = {}

    def save(value, name, portable=True, **options):
        torch.save(value, folder / name, **options)
        written[name] = portable

    for seed, case in enumerate(CASES):
        torch.manual_seed(seed)
        value = case()
        save(value, f"{case.__name__}.pt")
        save(value, f"{case.__name__}.legacy.pt", _use_new_zipfile_serialization=False)
    for protocol in (3, 4, 5):
        for case in (branches, leaves, ties):
            torch.manual_seed(99)
            save(case(), f"{case.__name__}.protocol{protocol}.pt", pickle_protocol=protocol)
    if not truth.OLD:
        for case in (newer_dtypes, conjugated):
            torch.manual_seed(7)
            save(case(), f"{case.__name__}.pt", portable=False)
    return written


def write_script(path):
    torch.manual_seed(5)
    torch.jit.script(wrapped(network(), ["net"])).save(str(path))
