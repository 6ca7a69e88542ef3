# SPDX-License-Identifier: Apache-2.0
"""`resect strip` of 3D-Speaker's RDINO and SDPN files: the teacher's backbone, bit for bit, as upstream's own class
would save it; and of the forms of other projects."""
import pathlib
import sys
from collections import OrderedDict

import torch

import truth
from edits import below

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
sys.path[:0] = [str(FIXTURES / "rdino-small"), str(FIXTURES / "cli")]
from make_layouts import make as make_layouts  # noqa: E402
from network import ECAPA  # noqa: E402

PREFIX = "module.backbone."


def like_upstream(weights):
    """A fresh network of the sizes that the weights show, if upstream's class can be built in them."""
    middle = [weights[f"blocks.{i}.tdnn1.conv.conv.bias"].numel() for i in (1, 2, 3)]
    channels = [weights["blocks.0.conv.conv.bias"].numel(), *middle, weights["mfa.conv.conv.bias"].numel()]
    # `mfa` takes `channels[-1]` inputs there: what the three blocks give together.
    if channels[-1] != sum(middle):
        raise ValueError(f"channels end in {channels[-1]}, and the blocks before it have {sum(middle)} together")
    return ECAPA(
        channels, weights["fc.conv.bias"].numel(), weights["asp.tdnn.conv.conv.bias"].numel(),
        weights["blocks.1.se_block.conv1.conv.bias"].numel())


def embedding(weights):
    network = like_upstream(weights)
    network.load_state_dict(weights, strict=True)
    frames = torch.arange(100.0)
    bands = torch.arange(80.0).unsqueeze(1)
    with torch.no_grad():
        return network.eval()((((100 * bands + frames + 1) % 97) + 1).unsqueeze(0))


def judge_strip(judge, path, folder, branch=None):
    what = f"strip {path.parent.name}/{path.name} {branch or ''}".strip()
    out = folder / "backbone.pth"
    again = folder / "again.pth"
    for file in (out, again):
        file.unlink(missing_ok=True)
    words = ["--branch", branch] if branch else []
    if not judge.exits(what, 0, "strip", path, "-o", out, *words):
        return
    right = below(PREFIX)(truth.load(path)[branch or "teacher"])
    loads = {"by default": truth.load(out, trusted=False)}
    if truth.OLD:
        loads["weights only"] = torch.load(out, weights_only=True)
    else:
        loads["mapped"] = torch.load(out, mmap=True)
    for way, got in loads.items():
        judge.check(f"{what}: {way}: a bare OrderedDict", type(got) is OrderedDict)
        found = truth.difference(got, right)
        judge.check(f"{what}: {way}", found is None, found or "")
        own = like_upstream(got).state_dict()
        judge.check(f"{what}: {way}: the class's keys, in order", list(got) == list(own))
        judge.check(
            f"{what}: {way}: the class's _metadata", list(got._metadata.items()) == list(own._metadata.items()),
            truth.metadata_difference(got._metadata, own._metadata))
        judge.check(f"{what}: {way}: the same embedding", torch.equal(embedding(got), embedding(right)))
    judge.sound_archive(what, out)
    judge.exits(f"{what} again", 0, "strip", path, "-o", again, *words)
    judge.check(f"{what}: the same bytes again", again.exists() and again.read_bytes() == out.read_bytes())
    judge.exits(f"{what}: not over a file", 4, "strip", path, "-o", out, *words)
    judge.exits(f"{what}: no such branch", 4, "strip", path, "-o", folder / "none.pth", "--branch", "nobody")
    judge.exits(f"{what}: a backbone already", 4, "strip", out, "-o", folder / "none.pth")
    judge.check(f"{what}: refused, nothing written", not (folder / "none.pth").exists())
    copy = folder / "copy.pth"
    copy.unlink(missing_ok=True)
    if judge.exits(f"{what}: --copy", 0, "strip", "--copy", out, "-o", copy):
        found = truth.difference(truth.load(copy, trusted=False), right)
        judge.check(f"{what}: the copy", found is None, found or "")


def parts(prefix, without=None):
    """The keys below a prefix, as their project's own loader takes them; `without` is a head among them."""
    def apply(weights):
        found = OrderedDict((k[len(prefix):], v) for k, v in weights.items() if k.startswith(prefix))
        return OrderedDict((k, v) for k, v in found.items() if not without or not k.startswith(without))
    return apply


# file, branch, what the project itself would load
LAYOUTS = [
    ("dinov2.pth", None, lambda v: parts("backbone.")(v["teacher"])),
    ("wespeaker.pt", None, lambda v: parts("t_model.", "projection_head.")(v["model"])),
    ("wespeaker.pt", "student", lambda v: parts("s_model.", "projection_head.")(v["model"])),
    ("openmmlab.pth", None, lambda v: parts("backbone.")(v["state_dict"])),
    ("openmmlab.pth", "ema_state_dict", lambda v: parts("module.backbone.")(v["ema_state_dict"])),
    ("timm.pth.tar", None, lambda v: parts("")(v["state_dict_ema"])),
    ("timm.pth.tar", "state_dict", lambda v: parts("")(v["state_dict"])),
    ("buffers.pth", "state_dict", lambda v: parts("")(v["state_dict"])),
    ("buffers.pth", "ema_state_dict", lambda v: parts("")(v["ema_state_dict"])),
]


def judge_layouts(judge, folder):
    """The forms of other projects, written by this PyTorch."""
    for name, value in make_layouts().items():
        torch.save(value, folder / name)
    out = folder / "network.pth"
    for name, branch, own in LAYOUTS:
        what = f"strip {name} {branch or ''}".strip()
        out.unlink(missing_ok=True)
        if not judge.exits(what, 0, "strip", folder / name, "-o", out, *(["--branch", branch] if branch else [])):
            continue
        got = truth.load(out, trusted=False)
        modules = set(getattr(got, "_metadata", None) or [])
        if hasattr(got, "_metadata"):
            del got._metadata
        found = truth.difference(got, own(truth.load(folder / name)))
        judge.check(what, found is None, found or "")
        judge.check(f"{what}: no head in _metadata", not any("head" in module for module in modules), modules)
        judge.sound_archive(what, out)
    judge.exits("strip buffers.pth: ambiguous", 4, "strip", folder / "buffers.pth", "-o", folder / "none.pth")
