# SPDX-License-Identifier: Apache-2.0
"""`resect merge` against float64 arithmetic in PyTorch, rounded once."""
import math
import random
from collections import OrderedDict

import torch

import cases
import truth

WEIGHTS = (0.25, 1.5, 3.0, 0.0, 1.0)
FLOATS = cases.FLOATS + [d for d in cases.NEWER if d.is_floating_point and "e8m0" not in str(d)]
COMPLEX = [torch.complex64, torch.complex128]


def floats(shape, dtype):
    """Finite values over several binades, ties of rounding among them."""
    values = torch.randn(shape, dtype=torch.float64) * torch.pow(2.0, torch.randint(-6, 6, shape).double())
    return values.to(dtype)


def number(shape, dtype):
    return torch.complex(floats(shape, torch.float64), floats(shape, torch.float64)).to(dtype) \
        if dtype.is_complex else floats(shape, dtype)


def laid_out(tensor, pick):
    """The same values in another layout."""
    if tensor.dim() < 2 or pick % 4 == 0:
        return tensor
    if pick % 4 == 1:
        return tensor.transpose(0, -1).contiguous().transpose(0, -1)
    if pick % 4 == 2:
        wide = torch.zeros((*tensor.shape[:-1], 2 * tensor.shape[-1] + 1), dtype=tensor.dtype)
        wide[..., 1::2] = tensor
        return wide[..., 1::2]
    large = torch.cat([tensor.reshape(-1)[:1].repeat(3), tensor.reshape(-1)]) if tensor.numel() else tensor
    return large[3:].reshape(tensor.shape) if tensor.numel() else tensor


def checkpoint(seed, number_of_file):
    shapes = random.Random(seed)
    torch.manual_seed(1000 * seed + number_of_file)
    made = OrderedDict()
    for index, dtype in enumerate(FLOATS + COMPLEX):
        for shape in ((3, 5), (), (0, 4), (2, 3, 4, 5), (shapes.randrange(1, 5000),), (300, 700)):
            if len(shape) == 2 and shape[0] == 300 and index % 4:
                continue
            pick = shapes.randrange(4) + number_of_file
            tensor = laid_out(number(shape, dtype), pick)
            made[f"{str(dtype)[6:]}.{'x'.join(map(str, shape)) or 'scalar'}"] = tensor
    made["bn.running_mean"] = torch.randn(7)
    made["bn.running_var"] = torch.rand(7)
    made["bn.num_batches_tracked"] = torch.tensor(100 + number_of_file)
    made["mask"] = torch.tensor([True, number_of_file == 1, False])
    made["same"] = torch.arange(6, dtype=torch.int32)
    made["tied.a"] = made["float32.3x5"]
    turned = number((4, 3), torch.complex64)
    made["conj"] = turned.conj() if number_of_file % 2 else turned
    return {"model": made, "epoch": number_of_file, "name": "run"}


def double(tensor):
    tensor = tensor.resolve_conj()
    return tensor.to(torch.complex128) if tensor.is_complex() else tensor.double()


def rounded(value, like):
    """One rounding; complex numbers part by part."""
    return value.to(like.dtype)


def average(tensors, weights=None):
    total = double(tensors[0]) if weights is None else weights[0] * double(tensors[0])
    for index, tensor in enumerate(tensors[1:], 1):
        total = total + (double(tensor) if weights is None else weights[index] * double(tensor))
    return parts(total, lambda x: x / (len(tensors) if weights is None else sum(weights)))


def parts(value, change):
    """A change of real numbers, of each part of complex ones: complex division would round otherwise."""
    return torch.complex(change(value.real), change(value.imag)) if value.is_complex() else change(value)


def ema(tensors, decay=0.9):
    total = double(tensors[0])
    for tensor in tensors[1:]:
        total = decay * total + (1 - decay) * double(tensor)
    return total


def lerp(tensors, t):
    a, b = map(double, tensors)
    return a + t * (b - a) if t < 0.5 else b - (b - a) * (1 - t)


def slerp(tensors, t):
    a, b = map(double, tensors)
    flat = [torch.view_as_real(x).reshape(-1) if x.is_complex() else x.reshape(-1) for x in (a, b)]
    lengths = [x.norm() for x in flat]
    cosine = float(flat[0] @ flat[1] / (lengths[0] * lengths[1])) if flat[0].numel() else math.nan
    if not abs(cosine) <= 0.9995:
        return lerp(tensors, t)
    angle = math.acos(cosine)
    return math.sin((1 - t) * angle) / math.sin(angle) * a + math.sin(t * angle) / math.sin(angle) * b


def task(base, tensors, weights):
    start = double(base)
    total = start
    for weight, tensor in zip(weights, tensors):
        total = total + weight * (double(tensor) - start)
    return total


# name, how many files, whether there is a base, words, what PyTorch computes
METHODS = [
    ("average", 5, False, [], lambda base, x: average(x)),
    ("average of 2", 2, False, ["--method", "average"], lambda base, x: average(x)),
    ("weighted", 5, False, ["--weights", ",".join(map(str, WEIGHTS))], lambda base, x: average(x, WEIGHTS)),
    ("ema", 5, False, ["--method", "ema", "--decay", "0.9"], lambda base, x: ema(x)),
    ("lerp", 2, False, ["--method", "lerp", "--t", "0.3"], lambda base, x: lerp(x, 0.3)),
    ("lerp far", 2, False, ["--method", "lerp", "--t", "0.8"], lambda base, x: lerp(x, 0.8)),
    ("slerp", 2, False, ["--method", "slerp", "--t", "0.3"], lambda base, x: slerp(x, 0.3)),
    ("task", 3, True, ["--method", "task", "--weights", "0.5,-0.25,1"],
     lambda base, x: task(base, x, (0.5, -0.25, 1.0))),
    ("task of one", 1, True, ["--method", "task"], lambda base, x: task(base, x, (1.0,))),
]
INTEGERS = {
    "first": lambda x: x[0], "last": lambda x: x[-1],
    "max": lambda x: torch.stack([t.long() for t in x]).amax(0).to(x[0].dtype),
}


def close(got, right, tensors):
    """Slerp's angles differ in the last bit of a double; in narrow types that is at most one step."""
    if got.dtype in (torch.float64, torch.complex128):
        return torch.allclose(got, right, rtol=1e-12, atol=1e-13)
    if got.is_complex():
        return close(torch.view_as_real(got), torch.view_as_real(right), tensors)
    words = {1: torch.int8, 2: torch.int16, 4: torch.int32}[got.element_size()]
    steps = got.contiguous().view(words).long() - right.contiguous().view(words).long()
    return bool((steps.abs() <= 1).all())


def judge_method(judge, folder, seed, method):
    name, count, has_base, words, compute = method
    files = [folder / f"merge-{seed}-{i}.pth" for i in range(count + has_base)]
    values = [checkpoint(seed, i) for i in range(len(files))]
    for index, (path, value) in enumerate(zip(files, values)):
        # PyTorch 2 writes types without a storage class into the stream before 1.6, and cannot read them back.
        is_zip = bool(cases.NEWER) or (seed + index) % 3 != 0
        torch.save(value, path, _use_new_zipfile_serialization=is_zip)
    # What was saved: PyTorch 1.13 loses the conjugate bit.
    values = [truth.load(path) for path in files]
    base = values.pop(0)["model"] if has_base else None
    words = words + (["--base", files.pop(0)] if has_base else [])
    rule = list(INTEGERS)[seed % 3]
    out = folder / "merged.pth"
    out.unlink(missing_ok=True)
    what = f"merge {name}, seed {seed}"
    done = judge.json(what, "merge", *files, "-o", out, "--integers", rule, "--json", *words)
    if done is None:
        return
    got = truth.load(out, trusted=False)
    judge.check(f"{what}: the first file's other values", got["epoch"] == values[0]["epoch"] and got["name"] == "run")
    judge.check(f"{what}: keys in order", list(got["model"]) == list(values[0]["model"]))
    judge.check(f"{what}: batch norm is named", done["batchNorm"] == ["model/bn"], str(done["batchNorm"]))
    for key, tensor in got["model"].items():
        inputs = [value["model"][key] for value in values]
        if tensor.dtype in (torch.bool, torch.int32, torch.int64):
            right = INTEGERS[rule](inputs)
        else:
            right = rounded(compute(base[key] if has_base else None, inputs), inputs[0])
        same = truth.same_bits(tensor, right)
        if name == "slerp" and not same:
            same = tensor.shape == right.shape and close(tensor, right, inputs)
        judge.check(f"{what}: {key}", same and tensor.is_contiguous(), f"{tensor} is not {right}"[:300])
    judge.check(f"{what}: int64 stays", got["model"]["bn.num_batches_tracked"].dtype == torch.int64)
    ties = truth.storage_groups(truth.dense_tensors(got))
    judge.check(f"{what}: ties", ties == [("model/float32.3x5", "model/tied.a")], str(ties))
    judge.sound_archive(what, out)
    refused = folder / "refused.pth"
    judge.exits(
        f"{what}: integers that differ are refused", 0 if count == 1 else 4,
        "merge", *files, "-o", refused, *words)
    refused.unlink(missing_ok=True)


def judge_merges(judge, folder):
    for seed in range(2):
        for method in METHODS:
            judge_method(judge, folder, seed, method)
        for path in folder.glob("merge-*.pth"):
            path.unlink()
    torch.manual_seed(7)
    weights = [{"w": torch.randn(333, 77), "n": torch.tensor(3)} for _ in range(5)]
    paths = [folder / f"mean-{i}.pth" for i in range(5)]
    for path, value in zip(paths, weights):
        torch.save(value, path)
    out = folder / "mean.pth"
    if judge.exits("merge five", 0, "merge", *paths, "-o", out):
        right = torch.stack([w["w"].double() for w in weights]).mean(0).float()
        judge.check("merge five: torch's own mean", truth.same_bits(truth.load(out, trusted=False)["w"], right))
