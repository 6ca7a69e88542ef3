# SPDX-License-Identifier: Apache-2.0
"""Keys and values that are canonically equal, or no Unicode text at all: PyTorch, numpy and safetensors compare code
points, and so must every command."""
import json
import zipfile
from collections import Counter, OrderedDict

import numpy
import torch

import truth

# Each pair is one text to Unicode's equivalence and two to Python.
PAIRS = [
    ("\u00e9", "e\u0301"), ("\u2126.w", "\u03a9.w"), ("\u212a", "K"), ("\u212b.b", "\u00c5.b"), ("\uf900", "\u8c48"),
    ("\uac00", "\u1100\u1161"), ("\u037e", ";"), ("\u1fef", "`"), ("a\u0323\u0307", "a\u0307\u0323"), ("\u0958", "\u0915\u093c"),
]
# No equivalence, but characters that Swift joins, or that sort otherwise.
OTHERS = ["a\r\nb", "a\rb", "a\nb", "\U0001F468\u200d\U0001F469", "\ufffd", "\ue000", "\U00010000", "\u200b", "\u0301"]
SURROGATES = ["a\ud800b", "\udfff", "\ud83d\ude00", "a\\ud800b"]


def tensors(names):
    return OrderedDict((name, torch.full((2,), float(place))) for place, name in enumerate(names))


def same(left, right):
    if isinstance(left, torch.Tensor):
        return isinstance(right, torch.Tensor) and torch.equal(left, right)
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return left == right


def judge_texts(judge, folder):
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for pair in PAIRS for name in pair] + OTHERS
    path = folder / "texts.pth"
    state = tensors(names)
    torch.save(state, path)

    listing = judge.json("texts: ls", "ls", path, "--json")
    if listing:
        judge.check("texts: every name, in order", [t["path"] for t in listing["tensors"]] == names)
    for legacy in (False, True):
        out = folder / "copy.pth"
        judge.exits("texts: convert", 0, "convert", path, "-o", out, "--to", "torch-legacy" if legacy else "torch", "--force")
        judge.check("texts: torch has them all", same(state, torch.load(out)))
    # An archive's names have no control characters.
    printable = [name for name in names if "\n" not in name and "\r" not in name]
    torch.save(tensors(printable), folder / "printable.pth")
    judge.exits("texts: npz", 0, "convert", folder / "printable.pth", "-o", folder / "texts.npz", "--force")
    with numpy.load(folder / "texts.npz") as arrays:
        judge.check("texts: numpy has them all", sorted(arrays.files) == sorted(printable))
        judge.check("texts: numpy's values", all((arrays[name] == place).all() for place, name in enumerate(printable)))
    judge.exits("texts: safetensors", 0, "convert", path, "-o", folder / "texts.safetensors", "--force")
    header = (folder / "texts.safetensors").read_bytes()
    header = json.loads(header[8:8 + int.from_bytes(header[:8], "little")])
    judge.check("texts: safetensors has them all", sorted(n for n in header if n != "__metadata__") == sorted(names))
    try:
        from safetensors.torch import load_file
        judge.check("texts: the reference reads them", same(dict(sorted(state.items())), dict(sorted(load_file(folder / "texts.safetensors").items()))))
    except ImportError:
        pass
    for form in ("npz", "safetensors"):
        back = folder / f"{form}.pth"
        judge.exits(f"texts: {form} to torch", 0, "convert", folder / f"texts.{form}", "-o", back, "--force")
        whole = state if form == "safetensors" else tensors(printable)
        judge.check(f"texts: {form} to torch has them all", same(dict(sorted(whole.items())), dict(sorted(torch.load(back).items()))))
    for form in ("torch", "safetensors"):
        shards = folder / f"shards-{form}"
        if judge.exits(f"texts: shards of {form}", 0, "convert", path, "-o", shards, "--to", form, "--shard-size", "64"):
            index = json.loads(next(shards.glob("*.index.json")).read_text())
            judge.check(f"texts: the index of {form}", sorted(index["weight_map"]) == sorted(names))
            listing = judge.json("texts: ls of shards", "ls", shards, "--json")
            judge.check(f"texts: shards of {form}", listing and sorted(t["path"] for t in listing["tensors"]) == sorted(names))
    judge.exits("texts: dcp", 0, "convert", path, "-o", folder / "dcp", "--to", "dcp")
    listing = judge.json("texts: ls of dcp", "ls", folder / "dcp", "--json")
    judge.check("texts: dcp", listing and Counter(t["path"] for t in listing["tensors"]) == Counter(names))

    # A pair of names in two files is no match.
    for place, (one, other) in enumerate(PAIRS):
        a, b = folder / f"{place}a.pth", folder / f"{place}b.pth"
        torch.save({one: torch.ones(3)}, a)
        torch.save({other: torch.ones(3)}, b)
        judge.exits(f"texts: diff {one!r}", 1, "diff", a, b)
        judge.exits(f"texts: fit {one!r}", 1, "fit", a, "--to", b)
        judge.exits(f"texts: merge {one!r}", 4, "merge", a, b, "-o", folder / "merged.pth")
        torch.save({one: torch.ones(1), other: torch.zeros(1)}, a)
        judge.exits(f"texts: drop {one!r}", 0, "edit", a, "-o", b, "--force", f"drop '{one}'")
        judge.check(f"texts: drop {one!r} alone", list(torch.load(b)) == [other])
        judge.exits(f"texts: rename onto {other!r}", 4, "edit", a, "-o", b, "--force", f"rename '{one}' '{other}'")

    judge_values(judge, folder)
    judge_surrogates(judge, folder)


def judge_values(judge, folder):
    """In dicts, sets and plain values."""
    value = {
        "d": dict((name, place) for place, name in enumerate(n for pair in PAIRS for n in pair)),
        "s": {name for pair in PAIRS for name in pair}, "l": [name for pair in PAIRS for name in pair],
        "f": frozenset(PAIRS[0]), "w": torch.ones(1),
    }
    path, out = folder / "values.pth", folder / "values-copy.pth"
    torch.save(value, path)
    judge.exits("texts: values", 0, "convert", path, "-o", out, "--force", "--keep-opaque")
    judge.check("texts: values are kept", same(value, truth.load(out, trusted=True)))
    for place, (one, other) in enumerate(PAIRS):
        torch.save({"v": one, "w": torch.ones(1)}, path)
        torch.save({"v": other, "w": torch.ones(1)}, out)
        judge.exits(f"texts: the values {one!r} and {other!r} differ", 1, "diff", path, out)


def judge_surrogates(judge, folder):
    state = tensors(SURROGATES)
    path, out = folder / "surrogates.pth", folder / "surrogates-copy.pth"
    torch.save({"state": state, "text": SURROGATES[0], "names": list(SURROGATES)}, path)
    listing = judge.json("surrogates: ls", "ls", path, "state", "--json")
    # As Python's own JSON has them: two halves that stand side by side are read as one character.
    expected = json.loads(json.dumps([f"state/{name}" for name in SURROGATES]))
    judge.check("surrogates: ls has them", listing and [t["path"] for t in listing["tensors"]] == expected)
    judge.exits("surrogates: torch", 0, "convert", path, "-o", out, "--force")
    judge.check("surrogates: torch has them", same(torch.load(path), torch.load(out)))
    judge.check("surrogates: shown", "state/\\udfff" in judge.run("ls", path).stdout)
    for form in ("safetensors", "npz"):
        done = judge.run("convert", path, "-o", folder / f"surrogates.{form}", "--drop-values")
        judge.check(f"surrogates: {form} refuses", done.returncode == 4 and "state/a\\ud800b" in done.stderr, done.stderr)
        judge.check(f"surrogates: {form} writes nothing", not (folder / f"surrogates.{form}").exists())
    with zipfile.ZipFile(out) as archive:
        judge.check("surrogates: sound", archive.testzip() is None)
