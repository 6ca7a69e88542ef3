# SPDX-License-Identifier: Apache-2.0
"""Dicts with keys that are no text: through safetensors and back they are what PyTorch saved; keys that are objects are
refused, and dropped with `--drop-values`. Only for the newest PyTorch, whose files these are."""
import pathlib

import torch

KEYS = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "keys"


def judge_keys(judge, folder):
    middle, out = folder / "keys.safetensors", folder / "keys.pth"
    source = KEYS / "plain.pth"
    if judge.exits("keys to safetensors", 0, "convert", source, "-o", middle) and judge.exits(
            "keys back to torch", 0, "convert", middle, "-o", out, "--keep-opaque"):
        before, after = (torch.load(path, weights_only=False) for path in (source, out))
        for name in before:
            # `repr` tells apart what `==` does not: 1 and True, 0.0 and -0.0, numpy's numbers.
            judge.check(f"keys {name}", repr(after.get(name)) == repr(before[name]), f"{after.get(name)!r}")
    for path in (middle, out):
        path.unlink(missing_ok=True)
    source = KEYS / "lightning.pth"
    judge.exits("keys that are classes are refused", 4, "convert", source, "-o", middle)
    judge.check("keys that are classes: nothing is written", not middle.exists())
    if judge.exits("keys that are classes, dropped", 0, "convert", source, "-o", middle, "--drop-values") and judge.exits(
            "without them, back to torch", 0, "convert", middle, "-o", out):
        found = torch.load(out)
        judge.check("without them", found["callbacks"] == {} and found["epoch"] == 3, repr(found)[:200])
    for path in (middle, out):
        path.unlink(missing_ok=True)
