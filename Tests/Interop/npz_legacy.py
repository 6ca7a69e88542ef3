# SPDX-License-Identifier: Apache-2.0
"""`resect convert` to and from torch-legacy and npz, judged by PyTorch and numpy: every type, shape and layout.

npz_legacy.py RESECT     judges these two formats alone
"""
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

BOTH = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex128", "complex64"]
# numpy alone has these; PyTorch 1 has none of them.
NUMPY_ALONE = ["uint16", "uint32", "uint64"]
LEGACY_ALONE = ["bfloat16"]
# npz carries their bits in the unsigned integer of their size, torch-legacy refuses them.
BITS = {
    "float8_e4m3fn": "uint8", "float8_e5m2": "uint8", "float8_e4m3fnuz": "uint8", "float8_e5m2fnuz": "uint8",
    "float8_e8m0fnu": "uint8", "float4_e2m1fn_x2": "uint8", "complex32": "uint32", "bfloat16": "uint16",
    "bits8": "uint8", "bits16": "uint16", "bits1x8": "uint8", "bits2x4": "uint8", "bits4x2": "uint8",
}


def dtype(name):
    return getattr(torch, name, None)


def pattern(name, count):
    """`count` elements of a type, from bytes of which no two near ones are equal; bools are 0 and 1."""
    kind = dtype(name)
    size = torch.empty(0, dtype=kind).element_size()
    values = torch.arange(count * size, dtype=torch.int64)
    values = values % 2 if name == "bool" else (values * 37 + 11) % 256
    return values.to(torch.uint8).view(kind) if count else torch.empty(0, dtype=kind)


def shapes(name):
    """A state dict of one type: 0-d, empty, plain, transposed, expanded, strided, tied."""
    base = pattern(name, 24)
    return OrderedDict([
        (f"{name}.scalar", base[5].clone()), (f"{name}.empty", pattern(name, 0).reshape(0, 3)),
        (f"{name}.whole", base), (f"{name}.cube", base.reshape(2, 3, 4)),
        (f"{name}.turned", base.reshape(4, 6).t()), (f"{name}.steps", base[1::3]),
        (f"{name}.wide", base[3:5].reshape(2, 1).expand(2, 5)), (f"{name}.a/b", base.clone().reshape(24, 1)),
    ])


def bits(tensor):
    return truth.logical_bytes(tensor)


def array_bits(array):
    return numpy.ascontiguousarray(array).tobytes()


def present(names):
    return [name for name in names if dtype(name) is not None]


def judge_npz(judge, work):
    """To npz and back: numpy's view of what was written, PyTorch's of what came back."""
    names = BOTH + ([] if truth.OLD else present(NUMPY_ALONE))
    for name in names:
        value = shapes(name)
        source = work / "in.pth"
        torch.save(value, source)
        for flags in ([], ["--compress"]):
            what = f"npz {name} {' '.join(flags)}".strip()
            out, back = work / "out.npz", work / "back.pth"
            if not judge.exits(what, 0, "convert", source, "-o", out, "--force", *flags):
                continue
            judge.sound_archive(what, out)
            with zipfile.ZipFile(out) as archive:
                method = {entry.compress_type for entry in archive.infolist()}
            judge.check(f"{what}: method", method == {8 if flags else 0}, str(method))
            with numpy.load(out) as arrays:  # allow_pickle is off
                judge.check(f"{what}: names", arrays.files == list(value), str(arrays.files))
                for key, tensor in value.items():
                    array = arrays[key]
                    same = (array.dtype.name == name and array.shape == tuple(tensor.shape)
                            and array.flags.c_contiguous and array_bits(array) == bits(tensor))
                    judge.check(f"{what}: {key}", same, f"{array.dtype} {array.shape}")
            judge.exits(f"{what} back", 0, "convert", out, "-o", back, "--force")
            got = truth.load(back, trusted=False)
            judge.check(f"{what}: a dict comes back", type(got) is dict)
            found = truth.difference(OrderedDict(got), value)
            judge.check(f"{what}: back", found is None, found or "")


def judge_bits(judge, work):
    for name in present(BITS):
        if truth.OLD and name != "bfloat16":
            continue
        value = shapes(name) if name not in ("float4_e2m1fn_x2",) else {"x": pattern(name, 24).reshape(2, 12)}
        source, out = work / "in.pth", work / "bits.npz"
        torch.save(value, source)
        out.unlink(missing_ok=True)
        judge.exits(f"npz refuses {name}", 4, "convert", source, "-o", out)
        judge.check(f"npz refuses {name}: nothing written", not out.exists())
        if not judge.exits(f"npz --bits {name}", 0, "convert", source, "-o", out, "--bits"):
            continue
        with numpy.load(out) as arrays:
            for key, tensor in value.items():
                array = arrays[key]
                flat = tensor.contiguous().view(torch.uint8) if tensor.dim() else tensor.reshape(1).view(torch.uint8)
                same = (array.dtype.name == BITS[name] and array.shape == tuple(tensor.shape)
                        and array_bits(array) == flat.numpy().tobytes())
                judge.check(f"npz --bits {name}: {key}", same, f"{array.dtype} {array.shape}")
        if name != "bfloat16":
            judge.exits(f"torch-legacy refuses {name}", 4, "convert", source, "-o", work / "no.pt", "--to",
                        "torch-legacy")


def judge_numpy_files(judge, work):
    """What numpy wrote, as PyTorch reads it after `convert`."""
    for name in BOTH:
        kind = numpy.dtype(name)
        cube = numpy.frombuffer(bits(pattern(name, 24)), kind).reshape(2, 3, 4)
        arrays = {
            "c": cube, "fortran": numpy.asfortranarray(cube), "big": cube.astype(kind.newbyteorder(">")),
            "big.fortran": numpy.asfortranarray(cube.astype(kind.newbyteorder(">"))), "scalar": cube[1, 2, 3],
            "empty": cube[:0], "inner/key": cube[0], "W": cube[1], "w": cube[0, 0]}
        stored, deflated, back = work / "numpy.npz", work / "deflated.npz", work / "back.pth"
        numpy.savez(stored, **arrays)
        numpy.savez_compressed(deflated, **arrays)
        for path in (stored, deflated):
            for form, extra in (("torch", []), ("torch-legacy", ["--to", "torch-legacy"])):
                what = f"numpy's {path.name} {name} to {form}"
                if not judge.exits(what, 0, "convert", path, "-o", back, "--force", *extra):
                    continue
                got = truth.load(back, trusted=False)
                judge.check(f"{what}: names", list(got) == list(arrays), str(list(got)))
                for key, array in arrays.items():
                    right = torch.from_numpy(numpy.array(array, kind, order="C"))
                    judge.check(f"{what}: {key}", truth.same_bits(got[key], right), str(got[key]))
                if form == "torch":
                    judge.sound_archive(what, back)
            again = work / "again.npz"
            judge.exits(f"{path.name} {name} to npz", 0, "convert", path, "-o", again, "--force", "--compress")
            with numpy.load(again) as written:
                for key, array in arrays.items():
                    same = written[key].shape == array.shape and array_bits(written[key]) == array_bits(
                        numpy.asarray(array, kind))
                    judge.check(f"{path.name} {name} to npz: {key}", same)
        for order, array in (("C", cube), ("F", numpy.asfortranarray(cube)), ("big", arrays["big"])):
            numpy.save(work / "one.npy", array)
            judge.exits(f"{name}.npy {order}", 0, "convert", work / "one.npy", "-o", back, "--force")
            got = truth.load(back, trusted=False)
            judge.check(f"{name}.npy {order}: bits", truth.same_bits(got, torch.from_numpy(cube.copy())))


def judge_refused_arrays(judge, work):
    refused = {
        "objects": numpy.array([{"a": 1}], dtype=object), "text": numpy.array(["ab"]),
        "dates": numpy.array(["2026-01-01"], "M8[D]"), "records": numpy.zeros(1, [("a", "<f4")]),
        "long": numpy.zeros(2, numpy.longdouble), "void": numpy.zeros(2, "V2")}
    for name, array in refused.items():
        path, out = work / "refused.npz", work / "refused.pth"
        numpy.savez(path, fine=numpy.zeros(2), **{name: array})
        done = judge.run("convert", path, "-o", out)
        named = f"{name}.npy" in done.stderr
        judge.check(f"{name} is refused by name", done.returncode == 3 and named, done.stderr)
        judge.check(f"{name} is refused: nothing written", not out.exists())


def legacy_loads(path):
    """The ways in which this PyTorch is to load a file."""
    yield "by default", torch.load(path)
    yield "weights only", torch.load(path, weights_only=True)
    yield "trusted", truth.load(path)


def judge_legacy(judge, work):
    for name in BOTH + LEGACY_ALONE:
        value = shapes(name)
        value[f"{name}.parameter"] = pattern(name, 24).clone()
        if value[f"{name}.parameter"].is_floating_point():
            value[f"{name}.parameter"] = torch.nn.Parameter(pattern(name, 24).reshape(4, 6).clone())
        value._metadata = OrderedDict([("", {"version": 1})])
        judge_legacy_value(judge, work, name, value)
    tie = torch.arange(6.0)
    judge_legacy_value(judge, work, "ties", {"a": tie, "b": tie, "view": tie[2:4], "other": torch.zeros(2)})
    many = OrderedDict((f"layer.{i}", torch.full((3,), float(i))) for i in range(1100))
    judge_legacy_value(judge, work, "many", many)
    nested = {"model": OrderedDict(w=tie), "optimizer": [{"step": 3, "names": ("a", "b")}], "note": "text"}
    judge_legacy_value(judge, work, "nested", nested)
    judge_legacy_value(judge, work, "no tensors", {"a": {"b": [1, 2]}})
    if not truth.OLD:
        lazy = {"c": pattern("complex64", 4).conj(), "n": torch.view_as_complex(torch.ones(3, 2)).conj().imag}
        judge_legacy_value(judge, work, "lazy bits", lazy)


def judge_legacy_value(judge, work, name, value):
    source, out, back, again = (work / n for n in ("in.pth", "out.pt", "back.pth", "again.pt"))
    for zipped in (True, False):
        what = f"torch-legacy {name} from {'the zip' if zipped else 'itself'}"
        torch.save(value, source, _use_new_zipfile_serialization=zipped)
        if not judge.exits(what, 0, "convert", source, "-o", out, "--force", "--to", "torch-legacy"):
            continue
        judge.check(f"{what}: no zip", not zipfile.is_zipfile(out))
        right_ties = truth.storage_groups(truth.dense_tensors(value))
        for way, got in legacy_loads(out):
            found = truth.difference(got, value)
            judge.check(f"{what}: {way}", found is None, found or "")
            ties = truth.storage_groups(truth.dense_tensors(got))
            judge.check(f"{what}: {way}: ties", ties == right_ties, f"{ties}, not {right_ties}")
        judge.exits(f"{what} again", 0, "convert", source, "-o", again, "--force", "--to", "torch-legacy")
        judge.check(f"{what}: the same bytes again", out.read_bytes() == again.read_bytes())
        judge.exits(f"{what} back", 0, "convert", out, "-o", back, "--force")
        found = truth.difference(truth.load(back, trusted=False), value)
        judge.check(f"{what}: back", found is None, found or "")


def judge_sizes(judge, work):
    """Larger than the buffers in between, and what must be put in order or computed before libzip takes it."""
    big = torch.arange(700_001, dtype=torch.float64)
    value = {"big": big, "turned": big[:700_000].reshape(700, 1000).t(), "tail": big[-3:]}
    source, first, second = work / "in.pth", work / "first.npz", work / "second.npz"
    torch.save(value, source)
    for flags in ([], ["--compress"]):
        judge.exits(f"npz large {flags}", 0, "convert", source, "-o", first, "--force", *flags)
        judge.exits(f"npz large {flags} again", 0, "convert", source, "-o", second, "--force", *flags)
        judge.check(f"npz large {flags}: the same bytes", first.read_bytes() == second.read_bytes())
        judge.exits(f"npz large {flags} compressed anew", 0, "convert", first, "-o", second, "--force", "--compress")
        for path in (first, second):
            judge.sound_archive(f"npz large {flags} {path.name}", path)
            with numpy.load(path) as arrays:
                for key, tensor in value.items():
                    judge.check(
                        f"npz large {flags} {path.name}: {key}", array_bits(arrays[key]) == bits(tensor))
        judge.exits(f"npz large {flags} to half", 0, "edit", first, "-o", work / "half.pth", "--force",
                    "keep tail", "cast float32")
        got = truth.load(work / "half.pth", trusted=False)
        judge.check(f"npz large {flags} to half", torch.equal(got["tail"], big[-3:].float()))


def judge_names(judge, work):
    """Names that other tools stumble over; numpy finds each array under its own."""
    names = ["ünï", "a/../b", "/abs", "back\\slash", "dot.", ".hidden", "x.npy", " blanks ", "W", "w", "a/b", "a"]
    value = {name: torch.tensor([i, i + 1]) for i, name in enumerate(names)}
    source, out, back = work / "in.pth", work / "names.npz", work / "back.pth"
    torch.save(value, source)
    for flags in ([], ["--compress"]):
        judge.exits(f"npz names {flags}", 0, "convert", source, "-o", out, "--force", *flags)
        with numpy.load(out) as arrays:
            judge.check(f"npz names {flags}", arrays.files == names, str(arrays.files))
            for name in names:
                judge.check(f"npz name {name!r} {flags}", array_bits(arrays[name]) == bits(value[name]))
        judge.exits(f"npz names {flags} back", 0, "convert", out, "-o", back, "--force")
        found = truth.difference(truth.load(back, trusted=False), value)
        judge.check(f"npz names {flags} back", found is None, found or "")
    nested = {"model": OrderedDict(w=torch.ones(2)), "list": [torch.zeros(1)], 3: torch.full((2,), 3.0), "epoch": 4}
    torch.save(nested, source)
    out.unlink()
    judge.exits("npz nested, values refused", 4, "convert", source, "-o", out)
    judge.check("npz nested: nothing written", not out.exists())
    judge.exits("npz nested", 0, "convert", source, "-o", out, "--drop-values")
    with numpy.load(out) as arrays:
        judge.check("npz nested: names", arrays.files == ["model/w", "list/0", "3"], str(arrays.files))


def judge_numpy_leaves(judge, work):
    """numpy's arrays and scalars inside a checkpoint."""
    cube = numpy.arange(24, dtype=">f8").reshape(2, 3, 4)
    value = {"w": torch.ones(2), "turned": numpy.asfortranarray(cube), "best": numpy.float32(0.25),
             "flags": numpy.array([True, False]), "steps": numpy.int64(7)}
    source, out = work / "in.pth", work / "leaves.npz"
    torch.save(value, source)
    if judge.exits("npz numpy's own", 0, "convert", source, "-o", out, "--force"):
        with numpy.load(out) as arrays:
            judge.check("npz numpy's own: names", arrays.files == list(value), str(arrays.files))
            for key in list(value)[1:]:
                same = arrays[key].dtype == numpy.asarray(value[key]).dtype.newbyteorder("<")
                same = same and numpy.array_equal(arrays[key], value[key])
                judge.check(f"npz numpy's own: {key}", same, f"{arrays[key].dtype} {arrays[key].shape}")


def judge_repacked(judge, work):
    """A torch zip that was compressed since: its storages pass through libzip twice."""
    big = torch.arange(400_003, dtype=torch.float32)
    value = OrderedDict(view=big[7:300_000:3], turned=big[3:399_003].reshape(399, 1000).t(), tail=big[-5:], big=big)
    plain, packed = work / "in.pth", work / "packed.pth"
    torch.save(value, plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry))
    for recipe in ([], ["drop big"], ["keep tail"]):
        part = packed
        if recipe:
            part = work / "part.pth"
            judge.exits(f"repacked {recipe}", 0, "edit", packed, "-o", part, "--force", *recipe)
        kept = {"": list(value), "drop big": list(value)[:3], "keep tail": ["tail"]}["".join(recipe)]
        for flags in ([], ["--compress"]):
            out = work / "packed.npz"
            judge.exits(f"repacked {recipe} to npz {flags}", 0, "convert", part, "-o", out, "--force", *flags)
            judge.sound_archive(f"repacked {recipe} to npz {flags}", out)
            with numpy.load(out) as arrays:
                judge.check(f"repacked {recipe}: names", arrays.files == kept, str(arrays.files))
                for key in kept:
                    judge.check(f"repacked {recipe} {flags}: {key}", array_bits(arrays[key]) == bits(value[key]))
        out = work / "packed.pt"
        judge.exits(f"repacked {recipe} to torch-legacy", 0, "convert", part, "-o", out, "--force", "--to",
                    "torch-legacy")
        right = OrderedDict((key, value[key]) for key in kept)
        found = truth.difference(truth.load(out, trusted=False), right)
        judge.check(f"repacked {recipe} to torch-legacy", found is None, found or "")


def judge_npz_legacy(judge, work):
    judge_npz(judge, work)
    judge_bits(judge, work)
    judge_numpy_files(judge, work)
    judge_refused_arrays(judge, work)
    judge_legacy(judge, work)
    judge_sizes(judge, work)
    judge_names(judge, work)
    judge_numpy_leaves(judge, work)
    judge_repacked(judge, work)


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    judge = Judge(sys.argv[1])
    with tempfile.TemporaryDirectory() as work:
        judge_npz_legacy(judge, pathlib.Path(work))
    return judge.close(f"npz and torch-legacy, PyTorch {torch.__version__}, numpy {numpy.__version__}")


if __name__ == "__main__":
    sys.exit(main())
