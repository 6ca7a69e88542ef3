# SPDX-License-Identifier: Apache-2.0
"""Files for `resect-train` to train on, and what it wrote."""
import pathlib
import shutil

import numpy
import torch

from networks.res2net import FusingTrunk, Res2Net
from training_reference import Cosine, Linear, Pair


def randomise(backbone, seed):
    """Weights as PyTorch draws them; batch norms as if they had seen data.

    Those of the Res2Nets open or close whole channels: their outputs lie six deviations on one side of the rectifier's
    kink, and open where a shortcut is added. Else some of a million inputs of rectifiers would always lie so close that
    rounding moves them across (kinks.py)."""
    generator = torch.Generator().manual_seed(seed)

    def draw(value):
        return torch.rand(value.shape, generator=generator)

    with torch.no_grad():
        for name, value in backbone.state_dict().items():
            if name.endswith("running_var"):
                value.copy_(0.5 + draw(value))
            elif name.endswith("running_mean"):
                value.copy_(0.2 * (draw(value) - 0.5))
            elif name.endswith("num_batches_tracked"):
                value.fill_(7)
            elif value.dim() == 1:
                value.copy_(0.8 + 0.4 * draw(value) if name.endswith(".weight") else 0.1 * (2 * draw(value) - 1))
        for name, module in backbone.named_modules():
            if isinstance(backbone, (Res2Net, FusingTrunk)) and isinstance(module, torch.nn.BatchNorm2d):
                parent, _, own = name.rpartition(".")
                adds = own == "bn3" or parent.endswith("shortcut")
                module.weight.mul_(0.3)
                module.bias.add_(1 if adds else torch.where(draw(module.bias) < 0.7, 2.0, -2.0))
    return backbone


def features(seed, batch, frames, takes_mels):
    """Smooth random rows of float32, (batch, frames, 80): filter banks without their mean, or power mels."""
    random = numpy.random.default_rng(seed)
    x = random.standard_normal((batch, frames, 80))
    for frame in range(1, frames):
        x[:, frame] += 0.8 * x[:, frame - 1]
    x += 2 * random.standard_normal((batch, 1, 80))
    x = numpy.exp(x) if takes_mels else x - x.mean(axis=1, keepdims=True)
    return x.astype(numpy.float32)


def write_rows(folder, rows, labels=None):
    """A .npy file an utterance, and train.csv: the indices of labels are their order of appearance."""
    folder.mkdir(parents=True)
    lines = ["path,spk"]
    for index, row in enumerate(rows):
        numpy.save(folder / f"u{index}.npy", row)
        lines.append(f"u{index}.npy,speaker{0 if labels is None else labels[index]}")
    (folder / "train.csv").write_text("\n".join(lines) + "\n")
    return folder / "train.csv"


def write_start(folder, pair):
    """A folder of 3D-Speaker's to begin another stage with."""
    folder.mkdir(parents=True)
    save_weights(folder, pair)
    (folder / "CKPT.yaml").write_text("epoch: 0\nunixtime: 1700000000.5\n")
    (folder / "epoch_counter.ckpt").write_text("0")
    return folder


def save_weights(folder, pair):
    torch.save(pair.backbone.state_dict(), folder / "embedding_model.ckpt")
    torch.save(pair.classifier.state_dict(), folder / "classifier.ckpt")


class Written:
    """A checkpoint folder of `resect-train finetune`."""

    def __init__(self, experiment, epoch):
        self.folder = pathlib.Path(experiment) / "models" / f"CKPT-EPOCH-{epoch}-00"

    def load(self, name):
        return torch.load(self.folder / name)

    def load_bytes(self, name):
        return (self.folder / name).read_bytes()

    @property
    def optimizer(self):
        return self.load("optimizer.pt")

    def fill(self, pair):
        """Strictly, as upstream recovers."""
        pair.backbone.load_state_dict(self.load("embedding_model.ckpt"))
        pair.classifier.load_state_dict(self.load("classifier.ckpt"))
        return pair

    def copied(self, experiment):
        """Another experiment that stopped here."""
        experiment.joinpath("models").mkdir(parents=True)
        shutil.copytree(self.folder, experiment / "models" / self.folder.name)
        for path in self.folder.parents[1].glob("*.json"):
            shutil.copy(path, experiment)
        return experiment


def pair_of(backbone, kind, embedding, classes, blocks=(0, 0)):
    return Pair(backbone, {"cosine": Cosine, "linear": Linear}[kind](embedding, classes, blocks))
