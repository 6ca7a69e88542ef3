# SPDX-License-Identifier: Apache-2.0
"""PyTorch as the judge of `resect-train`: every backbone at small width, with random weights.

trainings.py RESECT_TRAIN [--figures] [--whole] [--part I/N] [NAME...]

For each backbone: embeddings of whole utterances in evaluation mode; two training steps from a folder that PyTorch
wrote (loss, weights, statistics, momentum), the second as PyTorch takes it from our optimizer.pt; going on after the
first, from our own files (bit for bit) and from PyTorch's. For some backbones: other losses, classifiers and
optimizers, freezing, clipping, rates of their own, a classifier of ours; for the quickest of them unless a backbone is named,
or `--whole` is.

The reference is PyTorch in float64 on the same float32 weights (training_steps.py says how close it must be).
"""
import argparse
import json
import pathlib
import statistics
import sys
import tempfile

import numpy
import torch

import networks
import training_runs as runs
from kinks import roomy
from programs import Draw, Judge
from training_reference import twin
from training_steps import Recipe, judge_step, step

LABELS = [0, 1, 2, 0]
EMBEDDING = 12
# Trials of other rows, at most.
DRAWS = 3
# CAM++ has two segments of context; most others are short, so that their rectifiers have few inputs.
FRAMES = {"campplus": 210, "xvector": 21, "ecapa": 23, "ecapa-mel": 23, "resnet34": 12}
# Prefixes of keys at the beginning and at the end of a backbone.
VARIED = {"ecapa": ("blocks.0.", "fc."), "campplus": ("head.", "xvector.dense."), "resnet34": ("layer1.", "seg_")}
# What varies is nothing that a backbone does: one of them, the quickest, is varied each time that all are judged.
QUICKEST = "resnet34"


def variants(first, last):
    return {
        "additive margin": Recipe(loss="add"),
        "linear": Recipe(classifier="linear", loss="ce"),
        "cosines without a margin": Recipe(loss="ce"),
        "adamw": Recipe(kind="adamw", rate=0.001, decay=0.05),
        "adam": Recipe(kind="adam", rate=0.001, decay=0.05),
        "decay": Recipe(decay=0.05),
        "blocks": Recipe(blocks=(2, 7)),
        "blocks, linear, adamw": Recipe(
            blocks=(1, 16), classifier="linear", loss="ce", kind="adamw", rate=0.001, factors=[("classifier.blocks.", 2.0)]),
        "blocks, frozen": Recipe(blocks=(2, 9), frozen=[first, "classifier.blocks.0."]),
        "frozen": Recipe(frozen=[first]),
        "clipped": Recipe(longest=0.5),
        "rates": Recipe(factors=[("classifier.", 2.0), (last, 0.5)]),
    }


def takes_mels(name):
    return name.endswith("-mel")


def front(name):
    return ["--front-end", "mel" if takes_mels(name) else "fbank"]


def backbone(name):
    torch.manual_seed(len(name))
    return runs.randomise(networks.make(networks.SMALL, name), 5)


def judge_embeddings(judge, name, work):
    """Utterances of several lengths, each alone and whole."""
    network = backbone(name)
    torch.save(network.state_dict(), work / "backbone.pth")
    lengths = [23, 40, 61, 233]
    rows = [runs.features(index, 1, frames, takes_mels(name))[0] for index, frames in enumerate(lengths)]
    data = runs.write_rows(work / "whole", rows)
    words = ["embed", "--model", work / "backbone.pth", *front(name), data, "-o", work / "E.npz", "--json"]
    if judge.json(f"{name}: embed", *words) is None:
        return
    ours = numpy.load(work / "E.npz")
    exact = twin(network, torch.float64).eval()
    for index, row in enumerate(rows):
        with torch.no_grad():
            right = exact(torch.from_numpy(row).double()[None])[0]
        off = (torch.from_numpy(ours[f"u{index}"]).double() - right).norm() / right.norm()
        judge.check(f"{name}: embedding of {lengths[index]} frames", off < 1e-5, f"{off:.1e}")


class Trial:
    """A run of two steps: the pair that it begins with, and rows for each step that keep away from kinks; others for
    each `draw`."""

    def __init__(self, name, recipe, work, starts=True, draw=0):
        self.name, self.recipe, self.work, self.starts = name, recipe, work, starts
        self.pair = runs.pair_of(backbone(name), recipe.classifier, EMBEDDING, 1 + max(LABELS), recipe.blocks)
        first, room = self.rows(self.pair, 10_000 * draw)
        _, after, _ = step(self.pair, recipe, torch.float32, first, LABELS)
        second, other = self.rows(after, 10_000 * draw + 1000)
        self.batches, self.room = [first, second], min(room, other)

    def rows(self, pair, seed):
        frames = FRAMES.get(self.name, 37)

        def draw(more):
            return runs.features(seed + more, len(LABELS), frames, takes_mels(self.name))

        return roomy(pair, draw)

    def words(self):
        """The command, but for the folder it writes to; its files are written."""
        size = len(LABELS)
        data = runs.write_rows(self.work / "rows", numpy.concatenate(self.batches), LABELS * 2)
        order = self.work / "order.json"
        order.write_text(json.dumps([[1, list(range(size))], [2, list(range(size, 2 * size))]]))
        start = runs.write_start(self.work / "start" / "CKPT-EPOCH-0-00", self.pair)
        origin = ["--start", start] if self.starts else ["--backbone", start / "embedding_model.ckpt"]
        return [
            "finetune", *origin, "--data", data, *front(self.name), "--batch-size", size, "--order", order,
            "--crop", "none", "--no-augment", "--schedule", "constant", "--save-every", 1, "--steps", 2, "--json",
            *self.recipe.words]


def judge_trial(judge, what, trial):
    """Two steps, and both ways of going on after the first. Gives how far off tensors are."""
    recipe, (x, y), words = trial.recipe, trial.batches, trial.words()
    report = judge.json(f"{what}: two steps", *words, "-o", trial.work / "two")
    if report is None:
        return []
    losses = [epoch["loss"] for epoch in report["epochs"]]
    first, second = (runs.Written(trial.work / "two", epoch) for epoch in (1, 2))
    apart = []
    if trial.starts:
        apart += judge_step(judge, f"{what}, step 1", trial.pair, recipe, x, LABELS, None, first, losses[0])
    middle = first.fill(twin(trial.pair, torch.float32))
    apart += judge_step(judge, f"{what}, step 2", middle, recipe, y, LABELS, first.optimizer, second, losses[1])

    resumed = first.copied(trial.work / "resumed")
    if judge.json(f"{what}: going on", *words, "--resume", "-o", resumed) is not None:
        for file in ("embedding_model.ckpt", "classifier.ckpt", "optimizer.pt"):
            same = runs.Written(resumed, 2).load_bytes(file) == second.load_bytes(file)
            judge.check(f"{what}: {file} as if it had never stopped", same)

    theirs = first.copied(trial.work / "theirs")
    _, after, own = step(trial.pair, recipe, torch.float32, x, LABELS)
    runs.save_weights(runs.Written(theirs, 1).folder, after)
    torch.save(own.state_dict(), runs.Written(theirs, 1).folder / "optimizer.pt")
    if judge.json(f"{what}: going on from PyTorch's step", *words, "--resume", "-o", theirs) is not None:
        apart += judge_step(
            judge, f"{what}, after PyTorch's step", after, recipe, y, LABELS, own.state_dict(), runs.Written(theirs, 2))
    return apart


def judge_draws(judge, what, name, recipe, starts):
    """A trial; where nothing failed but what a kink explains, which every processor's rounding finds elsewhere, another
    one on other rows. What is wrong is wrong on all of them. Gives the last trial and how far off its tensors are."""
    for draw in range(DRAWS):
        with tempfile.TemporaryDirectory() as work:
            trial, own = Trial(name, recipe, pathlib.Path(work), starts, draw), Draw(judge)
            apart = judge_trial(own, what, trial)
        if own.failed or not own.unlucky or draw == DRAWS - 1:
            break
        print(f"{what}: other rows, for {len(own.unlucky)} tensors: {': '.join(own.unlucky[0])}", flush=True)
    own.join()
    return trial, apart


def table(names, varied):
    """(what, backbone, recipe, whether it starts with a classifier)."""
    for name in names:
        yield name, name, Recipe(rate=0.01 if "res2net" in name else 0.1), True
        if name in varied:
            yield f"{name}, a classifier of ours", name, Recipe(), False
            yield f"{name}, blocks of ours", name, Recipe(blocks=(2, 8)), False
            for word, recipe in variants(*VARIED[name]).items():
                yield f"{name}, {word}", name, recipe, True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("names", nargs="*", help="backbones, or rows of the table")
    parser.add_argument("--figures", action="store_true", help="how far off tensors are, in parts of what is asked")
    parser.add_argument("--whole", action="store_true", help="vary each backbone that can be")
    parser.add_argument("--part", default="0/1", help="I/N: every N-th row of the table, from I; 0/1 is all of it")
    words = parser.parse_args()
    part, parts = map(int, words.part.split("/"))
    torch.set_num_threads(1)
    judge = Judge(words.program)
    varied = VARIED if words.whole or words.names else [QUICKEST]
    rows = [row for row in table(networks.SMALL, varied) if not words.names or {row[0], row[1]} & set(words.names)]
    for what, name, recipe, starts in rows[part::parts]:
        if what == name:
            with tempfile.TemporaryDirectory() as work:
                judge_embeddings(judge, name, pathlib.Path(work))
        trial, apart = judge_draws(judge, what, name, recipe, starts)
        if words.figures and apart:
            (most, its_noise, key), middle = max(apart), statistics.median(off for off, _, _ in apart)
            print(
                f"{what}: room {trial.room:.1f}; median {middle:.3f}, most {most:.2f} (PyTorch's own {its_noise:.2f})"
                f" in {key}", flush=True)
    own = "" if parts == 1 else f", part {words.part}"
    return judge.close(f"training, PyTorch {torch.__version__}{own}")


if __name__ == "__main__":
    sys.exit(main())
