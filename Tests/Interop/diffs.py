# SPDX-License-Identifier: Apache-2.0
"""`resect diff --json` against the same figures reckoned in numpy, over every data type, and the cases that it must find.

diffs.py RESECT [--seeds N]     # on its own; judge.py calls judge_diffs
"""
import argparse
import json
import pathlib
import sys
import tempfile
import warnings
import zipfile
from collections import OrderedDict

import numpy
import torch

import truth
from programs import Judge

REALS = ["float64", "float32", "float16", "bfloat16"] + [
    f"float8_{form}" for form in ("e4m3fn", "e5m2", "e4m3fnuz", "e5m2fnuz", "e8m0fnu")]
# PyTorch 1.13 has complex32 but does not save it.
COMPLEX = ["complex128", "complex64"] + ([] if truth.OLD else ["complex32"])
INTEGERS = ["int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"]


def known(names):
    return [name for name in names if hasattr(torch, name)]


def dtype(name):
    return getattr(torch, name)


def raw(tensor):
    """The elements' bytes, row-major: one row an element."""
    flat = tensor.detach().resolve_conj().resolve_neg().reshape(-1).clone()
    if flat.numel() == 0:
        return numpy.zeros((0, tensor.element_size()), numpy.uint8)
    return flat.view(torch.uint8).numpy().reshape(flat.numel(), -1)


def numbers(tensor):
    """The elements as float64, complex128, or Python's exact integers."""
    flat = tensor.detach().resolve_conj().resolve_neg().reshape(-1)
    if tensor.is_complex():
        if tensor.dtype == getattr(torch, "complex32", None):
            # Not real + 1j * imaginary, which makes NaN of an infinity.
            return torch.view_as_real(flat).double().numpy().view(numpy.complex128).reshape(-1)
        return flat.to(torch.complex128).numpy()
    if tensor.is_floating_point():
        if tensor.dtype in (torch.float64, torch.float32):
            return flat.double().numpy()
        return flat.float().double().numpy()
    if tensor.dtype == torch.bool:
        return flat.numpy().astype(object) * 1
    code = {"u": f"<u{tensor.element_size()}", "i": f"<i{tensor.element_size()}"}[
        "u" if str(tensor.dtype).startswith("torch.u") else "i"]
    return raw(tensor).copy().view(code).reshape(-1).astype(object)


def ordered(tensor):
    """Every finite value's place in the order of its data type, as Python's integers; both zeros are 0."""
    size = tensor.element_size() // (2 if tensor.is_complex() else 1)
    codes = raw(tensor).copy().reshape(-1).view(f"<u{size}").astype(object)
    if "e8m0" in str(tensor.dtype):
        return codes
    sign = 1 << (8 * size - 1)
    return numpy.array([-(c - sign) if c >= sign else c for c in codes], dtype=object)


def norm(values):
    if numpy.iscomplexobj(values):
        values = numpy.concatenate([values.real, values.imag])
    return float(numpy.sqrt(numpy.sum(values * values)))


def inner(a, b):
    if numpy.iscomplexobj(a) or numpy.iscomplexobj(b):
        return float(numpy.sum(a.real * b.real + a.imag * b.imag))
    return float(numpy.sum(a * b))


def expected(a, b, tolerance=None):
    """The figures of TensorDifference, by numpy."""
    x, y = numbers(a), numbers(b)
    same_type = a.dtype == b.dtype
    if same_type:
        differing = (raw(a) != raw(b)).any(axis=1)
    else:
        both_nan = numpy.array([p != p and q != q for p, q in zip(x, y)], dtype=bool)
        differing = numpy.array([bool(p != q) for p, q in zip(x.tolist(), y.tolist())], dtype=bool) & ~both_nan
    exact = x.dtype == object and y.dtype == object
    floating = [v.astype(float) if v.dtype == object else v for v in (x, y)]
    finite = numpy.isfinite(floating[0]) & numpy.isfinite(floating[1])
    with numpy.errstate(all="ignore"):
        p, q = floating[0][finite], floating[1][finite]
        distance = numpy.abs(p - q)
        if exact:
            integers = [abs(int(i) - int(j)) for i, j in zip(x, y)]
            distance = numpy.array(integers, dtype=float)
        larger = numpy.maximum(numpy.abs(p), numpy.abs(q))
        relative = numpy.where(distance > 0, distance / numpy.where(larger > 0, larger, 1), 0)
        result = {"elements": a.numel(), "differing": int(differing.sum()),
                  "nan": {"a": int(numpy.isnan(floating[0]).sum()), "b": int(numpy.isnan(floating[1]).sum())},
                  "infinite": {"a": int(numpy.isinf(floating[0]).sum()), "b": int(numpy.isinf(floating[1]).sum())}}
        if finite.any():
            result["maxAbs"] = max(integers) if exact and same_type else float(distance.max())
            result["maxRel"] = float(relative.max())
            result["meanAbs"] = float(distance.mean())
            result["l2"] = float(numpy.sqrt(numpy.sum(distance * distance)))
            if norm(p) > 0 and norm(q) > 0:
                result["cosine"] = inner(p, q) / norm(p) / norm(q)
            if same_type and (a.is_floating_point() or a.is_complex()):
                steps = numpy.abs(ordered(a) - ordered(b)).reshape(a.numel(), -1).max(axis=1)
                result["maxULP"] = int(max(steps[finite]))
            positive = distance[distance > 0]
            if len(positive):
                exponents = numpy.where(numpy.isinf(positive), 1023, numpy.frexp(positive)[1] - 1).astype(int)
                octaves = (exponents.max() - exponents.min()) // 24 + 1
                counts = numpy.bincount((exponents - exponents.min()) // octaves)
                result["histogram"] = {"lowest": int(exponents.min()), "octaves": int(octaves),
                                       "counts": counts.tolist()}
        if tolerance and not exact:
            rtol, atol, equal_nan = tolerance
            # numpy.isclose of numpy 1.24 makes NaN of a complex infinity; without one it must agree.
            both_nan = numpy.isnan(floating[0]) & numpy.isnan(floating[1])
            close = (floating[0] == floating[1]) | (both_nan if equal_nan else False)
            close[finite] = numpy.abs(p - q) <= atol + rtol * numpy.abs(q)
            assert (close == numpy.isclose(*floating, rtol=rtol, atol=atol, equal_nan=equal_nan))[finite].all()
            result["outside"] = int((~close & differing).sum())
    places = numpy.flatnonzero(differing)
    if len(places):
        result["first"] = [int(i) for i in numpy.unravel_index(places[0], a.shape)] if a.dim() else []
    return result


def plain(value):
    """A figure of the report: digits and the names of what is not finite become numbers."""
    if isinstance(value, str):
        return {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": -float("inf")}.get(value) or int(value)
    return value


def agrees(name, got, want):
    if isinstance(want, (dict, list)):
        return got == want
    got = plain(got)
    if isinstance(want, int):
        return got == want
    if numpy.isnan(want) or numpy.isinf(want):
        return got == want or (numpy.isnan(want) and numpy.isnan(got))
    # A figure is a sum of rounded products.
    return abs(got - want) <= 1e-9 * max(abs(want), 1e-300 if name != "cosine" else 1.0)


def random_tensor(name, shape, generator):
    """Random bits: every value of the data type, NaN and infinities with the others. For 64 bits and for half of the
    tensors ordinary numbers, which do not overflow sums of squares."""
    kind, count = dtype(name), int(numpy.prod(shape))
    if count == 0:
        return torch.empty(shape, dtype=kind)
    size = torch.empty(0, dtype=kind).element_size()
    if name == "bool":
        return torch.from_numpy(generator.integers(0, 2, shape).astype(bool))
    if name in ("float64", "complex128") or (name in REALS + COMPLEX and generator.random() < 0.5):
        parts = 2 if name in COMPLEX else 1
        values = generator.normal(size=count * parts) * 10.0 ** generator.integers(-3, 3, size=count * parts)
        if "e8m0" in name:
            values = numpy.abs(values)
        part = {"complex128": "float64", "complex64": "float32", "complex32": "float16"}.get(name, name)
        tensor = torch.from_numpy(values).to(dtype(part) if name != "float8_e8m0fnu" else torch.float32)
        if "e8m0" in name:
            tensor = tensor.to(kind)
        if count and generator.random() < 0.5 and "float8" not in name:
            tensor[int(generator.integers(count))] = float(generator.choice([numpy.nan, numpy.inf, -numpy.inf]))
        return tensor.view(kind).reshape(shape)
    data = numpy.frombuffer(generator.bytes(count * size), numpy.uint8).copy()
    return torch.from_numpy(data).view(kind).reshape(shape)


def changed(tensor, name, generator):
    """A tensor that differs from another in none, one, some or all of its elements."""
    other = random_tensor(name, tuple(tensor.shape), generator)
    keep = generator.choice([0.0, 0.5, 0.95, 1.0])
    mask = generator.random((tensor.numel(), 1)) < keep
    # Not torch.where, which some of the types do not have.
    bits = torch.from_numpy(numpy.where(mask, raw(tensor), raw(other)).reshape(-1))
    return bits.view(tensor.dtype).reshape(tensor.shape) if tensor.numel() else tensor.clone()


def views(name, a, generator):
    """The same elements under other strides: transposed, with gaps, or as they are."""
    choice = generator.integers(3)
    if choice == 0 or a.dim() < 2 or a.numel() == 0:
        return a
    if choice == 1:
        return a.transpose(0, 1).contiguous().transpose(0, 1)
    wide = torch.zeros(*a.shape[:-1], 2 * a.shape[-1], dtype=torch.uint8 if a.element_size() == 1 else a.dtype)
    wide = wide.view(a.dtype)
    wide[..., ::2] = a
    return wide[..., ::2]


def judge_numbers(judge, folder, seed):
    generator = numpy.random.default_rng(seed)
    shapes = [(), (1,), (7,), (0, 3), (5, 1, 3), (16, 9), (40, 130)]
    before, after = OrderedDict(), OrderedDict()
    for name in known(REALS + COMPLEX + INTEGERS):
        for shape in shapes:
            key = f"{name}.{'x'.join(map(str, shape)) or 'scalar'}"
            a = random_tensor(name, shape, generator)
            b = changed(a, name, generator)
            try:
                before[key], after[key] = views(name, a, generator), views(name, b, generator)
            except (RuntimeError, NotImplementedError):  # a type without copies between strides
                before[key], after[key] = a, b
    # Two data types under one key: every error of a cast.
    for one, other in [("float32", "bfloat16"), ("float64", "float32"), ("float32", "float16"), ("int64", "float64"),
                       ("int32", "int64"), ("float32", "complex64"), ("bool", "uint8"), ("uint8", "float32")]:
        a = random_tensor(one, (33,), generator)
        before[f"cast.{one}.{other}"], after[f"cast.{one}.{other}"] = a, a.to(dtype(other))
    torch.save(before, folder / "a.pth")
    torch.save(after, folder / "b.pth")
    tolerance = [None, (1e-3, 1e-5, False), (0.1, 0.0, True)][seed % 3]
    words = [] if tolerance is None else ["--rtol", tolerance[0], "--atol", tolerance[1]]
    words += ["--equal-nan"] if tolerance and tolerance[2] else []
    done = judge.run("diff", folder / "a.pth", folder / "b.pth", "--json", *words)
    if not judge.check(f"diff {seed}", done.returncode in (0, 1), done.stderr.strip()[:400]):
        return
    report = json.loads(done.stdout)
    found = {change["path"]: change for change in report["changed"]}
    different = 0
    for key, a in before.items():
        b = after[key]
        want = expected(a, b, tolerance)
        is_different = a.dtype != b.dtype or (want.get("outside", want["differing"]) > 0)
        different += is_different
        if a.dtype == b.dtype and want["differing"] == 0:
            judge.check(f"diff {seed} {key}: equal", key not in found)
            continue
        if not judge.check(f"diff {seed} {key}: found", key in found):
            continue
        got = found[key]["numbers"]
        judge.check(f"diff {seed} {key}: within", found[key].get("withinTolerance", False) == (not is_different))
        for name in set(want) | set(got) - {"largest"}:
            if name == "first":
                judge.check(f"diff {seed} {key}: first", got.get("first", {}).get("index") == want.get("first"),
                            f"{got.get('first')}, not {want.get('first')}")
            else:
                judge.check(f"diff {seed} {key}: {name}",
                            name in want and name in got and agrees(name, got[name], want[name]),
                            f"{got.get(name)}, not {want.get(name)}")
        if "largest" in got:
            place = int(numpy.ravel_multi_index(got["largest"]["index"], a.shape)) if a.dim() else 0
            x, y = numbers(a)[place], numbers(b)[place]
            judge.check(f"diff {seed} {key}: largest", agrees("maxAbs", got["maxAbs"], float(abs(x - y)))
                        or int(plain(got["maxAbs"])) == abs(int(x) - int(y)))
    judge.check(f"diff {seed}: different", report["counts"]["different"] == different,
                f"{report['counts']['different']}, not {different}")
    judge.check(f"diff {seed}: exit", done.returncode == (1 if different else 0))


def report_of(judge, what, code, *words):
    done = judge.run("diff", *words, "--json")
    judge.check(f"{what}: exit", done.returncode == code, f"{done.returncode}: {done.stderr[:300]}")
    return json.loads(done.stdout)


def judge_bit(judge, folder):
    """A bfloat16 model against one with a single changed bit."""
    model = OrderedDict((f"layers.{i}.weight", torch.randn(64, 48, dtype=torch.float32).bfloat16()) for i in range(8))
    other = OrderedDict((k, v.clone()) for k, v in model.items())
    # Through bytes: the view of another type is not in every PyTorch for every shape.
    bits = other["layers.5.weight"].view(torch.int16)
    bits[17, 29] ^= 1 << 6
    torch.save(model, folder / "a.pth")
    torch.save(other, folder / "b.pth")
    report = report_of(judge, "one bit", 1, folder / "a.pth", folder / "b.pth")
    judge.check("one bit: tensor", [c["path"] for c in report["changed"]] == ["layers.5.weight"])
    numbers = report["changed"][0]["numbers"]
    judge.check("one bit: place", numbers["first"]["index"] == [17, 29] and numbers["differing"] == 1, str(numbers))
    judge.check("one bit: values", numbers["first"]["a"] == float(model["layers.5.weight"][17, 29])
                and numbers["first"]["b"] == float(other["layers.5.weight"][17, 29]))
    report_of(judge, "the same file", 0, folder / "a.pth", folder / "a.pth")


def judge_permutation(judge, folder):
    """Two models that differ by a permutation inside one tensor: every sum over elements is the same."""
    model = OrderedDict(a=torch.randn(40, 8), b=torch.randn(5))
    other = OrderedDict(model)
    other["a"] = model["a"][torch.randperm(40)]
    torch.save(model, folder / "a.pth")
    torch.save(other, folder / "b.pth")
    report = report_of(judge, "a permutation", 1, folder / "a.pth", folder / "b.pth")
    judge.check("a permutation: tensor", [c["path"] for c in report["changed"]] == ["a"])


def judge_moves(judge, folder):
    """A renamed backbone whose tensors share their content with others, as fresh models' do."""
    model = OrderedDict()
    for i in range(6):
        model[f"blocks.{i}.conv.weight"] = torch.randn(8, 8)
        model[f"blocks.{i}.norm.weight"] = torch.ones(8)
        model[f"blocks.{i}.norm.bias"] = torch.zeros(8)
        model[f"blocks.{i}.norm.running_mean"] = torch.zeros(8)
        model[f"blocks.{i}.norm.num_batches_tracked"] = torch.tensor(0)
    model["mask.weight"] = torch.ones(3)
    model["mask.other"] = torch.ones(3)
    other = OrderedDict((k.replace("blocks.", "encoder.layers."), v) for k, v in model.items())
    other["cover.one"] = other.pop("mask.weight")
    other["cover.two"] = other.pop("mask.other")
    torch.save(model, folder / "a.pth")
    torch.save(other, folder / "b.pth")
    report = report_of(judge, "moves", 1, folder / "a.pth", folder / "b.pth")
    moved = {m["from"]: m["to"] for m in report["moved"]}
    want = {k: k.replace("blocks.", "encoder.layers.") for k in model if k.startswith("blocks.")}
    judge.check("moves: all", moved == want, str(set(moved.items()) ^ set(want.items()))[:300])
    by = {m["from"]: m["by"] for m in report["moved"]}
    judge.check("moves: by content", all((by[k] == "content") == k.endswith("conv.weight") for k in by))
    judge.check("moves: ambiguous", [(sorted(g["a"]), sorted(g["b"])) for g in report["ambiguous"]]
                == [(["mask.other", "mask.weight"], ["cover.one", "cover.two"])], str(report["ambiguous"]))
    judge.check("moves: nothing else", not report["added"] and not report["removed"] and not report["changed"])


def judge_large(judge, folder):
    """Larger than any piece that is read at once: stored, deflated, transposed, with gaps; one element changed."""
    a = torch.arange(3000 * 2100, dtype=torch.float32).reshape(3000, 2100)
    forms = {"plain": a, "transposed": a.t().contiguous().t(), "gaps": torch.stack([a, a]).permute(1, 2, 0)[..., 0]}
    for name, form in forms.items():
        torch.save({"x": form}, folder / f"{name}.pth")
        changed_form = form.clone(memory_format=torch.preserve_format)
        changed_form[2500, 1900] += 1
        torch.save({"x": changed_form}, folder / f"{name}-changed.pth")
    for name in ("plain", "plain-changed"):
        with zipfile.ZipFile(folder / f"{name}.pth") as source:
            with zipfile.ZipFile(folder / f"{name}-deflated.pth", "w", zipfile.ZIP_DEFLATED) as target:
                for entry in source.namelist():
                    target.writestr(entry, source.read(entry))
    names = ["plain", "transposed", "gaps", "plain-deflated"]
    others = ["plain-changed", "transposed-changed", "gaps-changed", "plain-changed-deflated"]
    for one in names:
        for other in names[:2] + names[3:]:
            report_of(judge, f"large {one} {other}", 0, folder / f"{one}.pth", folder / f"{other}.pth")
        for other in others:
            what = f"large {one} {other}"
            report = report_of(judge, what, 1, folder / f"{one}.pth", folder / f"{other}.pth")
            numbers = report["changed"][0]["numbers"]
            judge.check(what, numbers["differing"] == 1 and numbers["first"]["index"] == [2500, 1900]
                        and numbers["elements"] == a.numel(), str(numbers))


STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def judge_parts(judge, folder, seed):
    """The figures of `parts` and what is said of them, for a model of which blocks are frozen, moved, new and gone."""
    generator = torch.Generator().manual_seed(seed)
    model, other = OrderedDict(), OrderedDict()
    fates = ["equal", "moved", "gone", "new", "shape", "half"]
    for role, blocks in (("backbone", 6), ("classifier", 3)):
        for block in range(blocks):
            fate = fates[(block + seed) % len(fates)]
            for name, shape in (("weight", (7, 5)), ("norm.running_var", (7,)), ("norm.num_batches_tracked", ())):
                key = f"{role}.blocks.{block}.{name}"
                whole = name.endswith("tracked")
                a = torch.tensor(9) if whole else torch.randn(shape, generator=generator)
                b = a.clone() if fate == "equal" else a + 1 if whole else a + 0.1 * torch.randn(shape, generator=generator)
                if fate == "shape" and not whole:
                    b = torch.cat([b, b])
                if fate == "half" and not whole:
                    b = a.half()
                if fate != "new":
                    model[key] = a
                if fate != "gone":
                    other[key] = b
    torch.save({"model": model}, folder / "a.pth")
    torch.save({"model": other}, folder / "b.pth")
    report = report_of(judge, f"parts {seed}", 1, folder / "a.pth", folder / "b.pth")
    found = {part["role"]: part for part in report["parts"]}
    judge.check(f"parts {seed}: roles", sorted(found) == ["backbone", "classifier"], str(sorted(found)))
    for role, part in found.items():
        groups = {None: part["figures"]} | {block["name"]: block["figures"] for block in part["blocks"]}
        for block, got in groups.items():
            start = f"{role}." + (f"{block}." if block else "")
            keys = [k for k in {**model, **other} if k.startswith(start)]
            want = {"tensors": len(keys), "elements": sum(model.get(k, other.get(k)).numel() for k in keys),
                    "removed": sum(k not in other for k in keys), "added": sum(k not in model for k in keys),
                    "renamed": 0, "ambiguous": 0, "withinTolerance": 0}
            pairs = {k: (model[k], other[k]) for k in keys if k in model and k in other}
            want["shape"] = sum(a.shape != b.shape for a, b in pairs.values())
            pairs = {k: p for k, p in pairs.items() if p[0].shape == p[1].shape}
            want["dtype"] = sum(a.dtype != b.dtype for a, b in pairs.values())
            want["equal"] = sum(a.dtype == b.dtype and torch.equal(a, b) for a, b in pairs.values())
            want["changed"] = len(pairs) - want["dtype"] - want["equal"]
            moved = {k: (numbers(a), numbers(b)) for k, (a, b) in pairs.items()
                     if a.dtype != b.dtype or not torch.equal(a, b)}
            want["statistics"] = sum(k.endswith(STATISTICS) and pairs[k][0].dtype == pairs[k][1].dtype for k in moved)
            want["differing"] = sum(int((a != b).sum()) for a, b in moved.values())
            weights = {k: p for k, p in moved.items() if not k.endswith(STATISTICS)}
            if weights:
                distances = {k: numpy.abs(b - a) for k, (a, b) in weights.items()}
                before = numpy.concatenate([a for a, _ in weights.values()])
                want["change"] = norm(numpy.concatenate(list(distances.values()))) / norm(before)
                want["maxAbs"] = float(max(d.max() for d in distances.values()))
                at = got.get("largest", {})
                key = str(at.get("path", "")).removeprefix("model/")
                place = int(numpy.ravel_multi_index(at["index"], model[key].shape)) if key in weights else -1
                judge.check(f"parts {seed} {start} largest", place >= 0 and distances[key][place] == want["maxAbs"], str(at))
            for name in (set(want) | set(got)) - {"largest", "nonFinite"}:
                judge.check(f"parts {seed} {start} {name}", name in want and name in got
                            and agrees(name, got[name], want[name]), f"{got.get(name)}, not {want.get(name)}")


def told(judge, folder, what, before, after):
    torch.save(before, folder / "a.pth")
    torch.save(after, folder / "b.pth")
    return [phrase["code"] for phrase in report_of(judge, what, 1, folder / "a.pth", folder / "b.pth")["summary"]]


def judge_causes(judge, folder):
    """Casts and factors as PyTorch makes them, and those with one number that is not so."""
    model = OrderedDict((f"layers.{i}.weight", torch.randn(40, 30)) for i in range(4))
    targets = known(["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
    for name in targets:
        there = OrderedDict((k, v.to(dtype(name))) for k, v in model.items())
        back = OrderedDict((k, v.float()) for k, v in there.items())
        judge.check(f"cast {name}", told(judge, folder, f"cast {name}", model, there) == ["only-cast"])
        judge.check(f"cast {name} up", told(judge, folder, f"cast {name} up", there, back) == ["only-cast"])
        codes = told(judge, folder, f"cast {name} and back", model, back)
        judge.check(f"cast {name} and back", codes == ["only-cast-and-back"], str(codes))
        back["layers.2.weight"][11, 7] += 0.5
        codes = told(judge, folder, f"not {name} and back", model, back)
        judge.check(f"not {name} and back", "only-cast-and-back" not in codes, str(codes))
    for name in known(["float64", "float32", "float16", "bfloat16"]):
        typed = OrderedDict((k, v.to(dtype(name))) for k, v in model.items())
        scaled = OrderedDict((k, v * 0.9) for k, v in typed.items())
        codes = told(judge, folder, f"scaled {name}", typed, scaled)
        judge.check(f"scaled {name}", codes == ["only-scaled"], str(codes))
        scaled["layers.1.weight"][3, 3] *= 1.1
        codes = told(judge, folder, f"not scaled {name}", typed, scaled)
        judge.check(f"not scaled {name}", "only-scaled" not in codes, str(codes))


def judge_diffs(judge, folder, seeds):
    torch.manual_seed(0)
    for seed in seeds:
        judge_numbers(judge, folder, seed)
        judge_parts(judge, folder, seed)
    judge_causes(judge, folder)
    judge_bit(judge, folder)
    judge_permutation(judge, folder)
    judge_moves(judge, folder)
    judge_large(judge, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resect")
    parser.add_argument("--seeds", type=int, default=30)
    words = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    judge = Judge(words.resect)
    with tempfile.TemporaryDirectory() as folder:
        judge_diffs(judge, pathlib.Path(folder), range(words.seeds))
    return judge.close(f"diff, PyTorch {torch.__version__}")


if __name__ == "__main__":
    sys.exit(main())
