# SPDX-License-Identifier: Apache-2.0
"""`resect edit` against the same operation done in PyTorch, and what `strip` and `edit` refuse."""
import re
from collections import OrderedDict

import numpy
import torch

import truth


def is_state_dict(value):
    return isinstance(value, dict) and len(value) > 0 and all(
        isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in value.items())


def on_state_dicts(change):
    """Applies `change` to every state dict, wherever it lies."""
    def apply(value):
        if is_state_dict(value):
            return change(value)
        if isinstance(value, dict):
            return type(value)((k, apply(v)) for k, v in value.items())
        return value
    return apply


def renamed(name):
    """Renames keys by a function; None drops the entry."""
    def change(weights):
        return type(weights)((name(k), v) for k, v in weights.items() if name(k) is not None)
    return on_state_dicts(change)


def with_metadata_of(weights, result):
    if hasattr(weights, "_metadata"):
        result._metadata = weights._metadata
    return result


def below(prefix):
    def change(weights):
        kept = OrderedDict((k[len(prefix):], v) for k, v in weights.items() if k.startswith(prefix))
        modules = OrderedDict()
        for module, version in weights._metadata.items():
            if module == prefix[:-1]:
                modules[""] = version
            elif module.startswith(prefix):
                modules[module[len(prefix):]] = version
        kept._metadata = modules
        return kept
    return change


def cast(dtype, keep=lambda key: False):
    return on_state_dicts(lambda weights: with_metadata_of(weights, OrderedDict(
        (k, v.to(dtype) if v.is_floating_point() and not keep(k) else v)
        for k, v in weights.items())))


def untied(weights):
    def own(tensor):
        copy = tensor.detach().clone()
        return torch.nn.Parameter(copy) if isinstance(tensor, torch.nn.Parameter) else copy
    return OrderedDict((k, own(v)) for k, v in weights.items())


def with_leaf(*path):
    *places, key, leaf = path

    def change(value):
        inner = value
        for place in places:
            inner = inner[place]
        inner[key] = leaf
        return value
    return change


def plain(value):
    if isinstance(value, numpy.generic):
        return value.item()
    if isinstance(value, dict):
        return type(value)((k, plain(v)) for k, v in value.items())
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def matches(pattern):
    """Patterns that these recipes use, in their regular expression."""
    return re.compile(pattern).fullmatch


# name, case, recipe, the same in PyTorch, whether `_metadata` is part of the judgement
RECIPES = [
    ("take", "branches", ["take teacher"], lambda v: v["teacher"], True),
    ("take under", "branches", ["take teacher", "under module.backbone."],
     lambda v: below("module.backbone.")(v["teacher"]), True),
    ("under without take", "branches", ["take student", "under module."],
     lambda v: below("module.")(v["student"]), True),
    ("unprefix", "branches", ["unprefix module."],
     renamed(lambda k: k[7:] if k.startswith("module.") else k), False),
    ("prefix", "state_dict", ["prefix encoder."], renamed(lambda k: "encoder." + k), False),
    ("keep", "state_dict", ["keep **.weight"], renamed(lambda k: k if k.endswith(".weight") else None), False),
    ("keep one component", "state_dict", ["keep body.*.bias"],
     renamed(lambda k: k if matches(r"body\.[^.]*\.bias")(k) else None), False),
    ("drop", "state_dict", ["drop **.running_*"],
     renamed(lambda k: None if ".running_" in k else k), False),
    ("rename", "state_dict", ["rename body.*.* layers.$1.inner.$2"],
     renamed(lambda k: re.sub(r"^body\.([^.]*)\.([^.]*)$", r"layers.\1.inner.\2", k)), False),
    ("rename expression", "state_dict", [r"rename 're:(.+)\.(weight|bias)' '$1.parameter_$2'"],
     renamed(lambda k: re.sub(r"^(.+)\.(weight|bias)$", r"\1.parameter_\2", k)), False),
    ("cast half", "state_dict", ["cast float16"], cast(torch.float16), True),
    ("cast brain", "state_dict", ["cast bfloat16"], cast(torch.bfloat16), True),
    ("cast double", "state_dict", ["cast float64"], cast(torch.float64), True),
    ("cast except", "branches", ["take teacher", "cast float16 except **.running_*"],
     lambda v: cast(torch.float16, lambda k: ".running_" in k)(v["teacher"]), True),
    *((f"round to {name}", "rounding", [f"cast {name}"], cast(getattr(torch, name)), False)
      for name in ("float16", "bfloat16", "float32", "float64")),
    ("cast dtypes", "floats_only", ["cast float32"], cast(torch.float32), False),
    ("untie", "ties", ["take model", "untie"], lambda v: untied(v["model"]), False),
    ("keep ties", "ties", ["take model"], lambda v: v["model"], False),
    ("keep some of a storage", "ties", ["take model", "keep view.*"],
     lambda v: renamed(lambda k: k if k.startswith("view.") else None)(v["model"]), False),
    ("strided", "strided", ["drop whole"], renamed(lambda k: None if k == "whole" else k), False),
    ("compacted", "part_of_large_storage", ["drop int"],
     lambda v: {k: t for k, t in v.items() if k != "int"}, False),
    ("dtypes", "plain_dtypes", ["drop bool.cube"], renamed(lambda k: None if k == "bool.cube" else k), False),
    ("newer dtypes", "newer_dtypes", ["drop uint16.cube"],
     renamed(lambda k: None if k == "uint16.cube" else k), False),
    ("conjugated", "conjugated", ["drop base"], lambda v: {k: t for k, t in v.items() if k != "base"}, False),
    ("parameters", "parameters", ["drop half"], renamed(lambda k: None if k == "half" else k), False),
    ("special values", "special_values", ["set leaves/0 1.5"], with_leaf("leaves", 0, 1.5), False),
    ("set number", "branches", ["set epoch 99"], with_leaf("epoch", 99), True),
    ("set list", "branches", ["set epoch '[1, 2.5, null, \"x\"]'"], with_leaf("epoch", [1, 2.5, None, "x"]), True),
    ("set new", "leaves", ["set note '\"hello\"'"], with_leaf("note", "hello"), False),
    ("leaves", "leaves", ["set int 4"], with_leaf("int", 4), False),
    ("odd keys kept", "odd_keys", ["set note 1"], with_leaf("note", 1), False),
    ("plain", "numpy_leaves", ["plain"], plain, False),
    ("many", "many", ["drop layers.7.weight"], renamed(lambda k: None if k == "layers.7.weight" else k), False),
    ("larger", "larger", ["drop tail"], lambda v: {k: t for k, t in v.items() if k != "tail"}, False),
]

# name, case, recipe: each is refused for safety, exit 4, and writes nothing
REFUSALS = [
    ("keep nothing", "state_dict", ["keep nowhere.**"]),
    ("drop nothing", "state_dict", ["drop nowhere.**"]),
    ("drop everything", "state_dict", ["drop **"]),
    ("rename nothing", "state_dict", ["rename nowhere.* somewhere.$1"]),
    ("rename collides", "state_dict", ["rename body.0.weight body.0.bias"]),
    ("under nothing", "state_dict", ["under module.backbone."]),
    ("unprefix nothing", "state_dict", ["unprefix module."]),
    ("unprefix collides", "colliding", ["unprefix module."]),
    ("take nothing", "branches", ["take nobody"]),
    ("part of a component is no prefix", "branches", ["take teacher", "under modul."]),
    ("cast overflows", "wide", ["cast float16"]),
]


def judge_recipe(judge, source, folder, recipe):
    name, _, passes, same, with_metadata = recipe
    what = f"edit {source.parent.name}/{source.name} ({name})"
    out = folder / "edited.pth"
    out.unlink(missing_ok=True)
    if not judge.exits(what, 0, "edit", source, "-o", out, *passes):
        return
    expected, got = same(truth.load(source)), truth.load(out, trusted=False)
    for value in () if with_metadata else (expected, got):
        forget_metadata(value)
    found = truth.difference(got, expected)
    judge.check(what, found is None, found or "")
    ties = [truth.storage_groups(truth.dense_tensors(v)) for v in (got, expected)]
    judge.check(f"{what}: ties", ties[0] == ties[1], f"{ties[0]}, not {ties[1]}")
    judge.sound_archive(what, out)
    if not truth.OLD:
        mapped = torch.load(out, mmap=True)
        for value in () if with_metadata else (mapped,):
            forget_metadata(value)
        found = truth.difference(mapped, expected)
        judge.check(f"{what}: mmap", found is None, found or "")


def forget_metadata(value):
    if hasattr(value, "_metadata"):
        del value._metadata
    for _, child in truth.children(value) or []:
        forget_metadata(child)


def judge_refusal(judge, source, folder, name, passes):
    out = folder / "refused.pth"
    out.unlink(missing_ok=True)
    judge.exits(f"edit {source.name} ({name}) is refused", 4, "edit", source, "-o", out, *passes)
    judge.check(f"edit {source.name} ({name}) writes nothing", not out.exists())
    out.unlink(missing_ok=True)


def judge_edits(judge, sources, folder):
    """`sources`: {case name: files}."""
    for recipe in RECIPES:
        for source in sources.get(recipe[1], []):
            judge_recipe(judge, source, folder, recipe)
    for name, case, passes in REFUSALS:
        for source in sources.get(case, []):
            judge_refusal(judge, source, folder, name, passes)
