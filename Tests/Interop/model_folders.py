# SPDX-License-Identifier: Apache-2.0
"""Folders of `convert --to modelscope` and `--to funasr`, opened by these projects: each family that they take gives the
embedding of `embed --front-end fbank`.

model_folders.py RESECT RESECT_TRAIN PYTHON [NAME...]  # needs torch; PYTHON has modelscope and funasr (scripts/loaders.sh)
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch

import networks
from clients import embed, record
from networks import formula
from programs import Judge

HERE = pathlib.Path(__file__).parent
# Relative and Euclidean.
MOST = 1e-4
# The smallest that each project's class is built in.
TAKEN = {
    "campplus": (networks.FULL, "campplus", ["modelscope", "funasr"]),
    "ecapa-1024": (networks.FULL, "ecapa-1024", ["modelscope"]),
    "eres2net": (networks.SMALL, "eres2net", ["modelscope"]),
    "eres2net-huge": (networks.FULL, "eres2net-huge", ["modelscope"]),
    "eres2netv2": (networks.FULL, "eres2netv2", ["modelscope", "funasr"]),
    "eres2netv2-w24s4ep4": (networks.FULL, "eres2netv2-w24s4ep4", ["modelscope", "funasr"]),
    "eres2netv2-small": (networks.SMALL, "eres2netv2", ["funasr"]),
    "resnet34": (networks.SMALL, "resnet34", ["modelscope"]),
    "res2net": (networks.SMALL, "res2net", ["modelscope"]),
}
REFUSED = {
    "ecapa-512": (networks.FULL, "ecapa-512", ["modelscope", "funasr"]),
    "ecapa-1024-mel": (networks.FULL, "ecapa-1024-mel", ["modelscope", "funasr"]),
    "campplus-small": (networks.SMALL, "campplus", ["modelscope", "funasr"]),
    "eres2net-huge-small": (networks.SMALL, "eres2net-huge", ["modelscope", "funasr"]),
    "eres2netv2-small": (networks.SMALL, "eres2netv2", ["modelscope"]),
    "xvector": (networks.SMALL, "xvector", ["modelscope", "funasr"]),
    "resnet34": (networks.SMALL, "resnet34", ["funasr"]),
}


def save(row, path, dtype=torch.float32):
    sizes, name, projects = row
    network = networks.make(sizes, name)
    formula.fill(network)
    state = network.state_dict()
    torch.save(
        type(state)((k, v.to(dtype) if v.is_floating_point() else v) for k, v in state.items())
        if dtype != torch.float32 else state, path)
    return projects


def compare(judge, train, python, what, project, model, folder):
    place, wanted, found = folder / f"{what}-{project}", folder / "wanted.npz", folder / "found.npy"
    words = ["--threshold", "0.25"] if project == "modelscope" else []
    if not judge.exits(f"{what}: convert to {project}", 0, "convert", model, "--to", project, *words, "-o", place):
        return
    if words:
        stated = json.loads((place / "configuration.json").read_text())["model"]["yesOrno_thr"]
        judge.check(f"{what}: threshold", stated == 0.25, f"{stated}")
    judge.exits(f"{what}: {project}, diff", 0, "diff", model, place)
    source = folder / "recording.wav"
    done = subprocess.run(
        [python, HERE / "loader.py", project, place, source, found], capture_output=True, text=True, timeout=600)
    if not judge.check(f"{what}: {project}", done.returncode == 0, done.stderr.strip()[-500:]):
        return
    vector = embed(train, what, model, "fbank", source, wanted)
    if vector is None:
        return
    ours = np.load(found)
    off = np.linalg.norm(ours - vector) / np.linalg.norm(vector)
    judge.check(f"{what}: {project}, embedding", ours.shape == vector.shape and off < MOST, f"{off:.1e}")
    print(f"  {what}, {project}: {off:.1e}", flush=True)


def main():
    resect, trainer, python, *names = sys.argv[1:]
    judge, train = Judge(resect), Judge(trainer)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        record(folder / "recording.wav")
        for what, row in TAKEN.items():
            if names and what not in names:
                continue
            model = folder / f"{what}.pth"
            for project in save(row, model):
                compare(judge, train, python, what, project, model, folder)
        if not names or "half" in names:
            model = folder / "half.pth"
            save(TAKEN["resnet34"], model, torch.float16)
            compare(judge, train, python, "half", "modelscope", model, folder)
        for what, row in REFUSED.items():
            if names and what not in names:
                continue
            model = folder / f"{what}-refused.pth"
            for project in save(row, model):
                judge.exits(f"{what}: {project} refused", 4, "convert", model, "--to", project, "-o", folder / "none")
    judge.passed += train.passed
    judge.failed += train.failed
    return judge.close("model folders")


if __name__ == "__main__":
    sys.exit(main())
