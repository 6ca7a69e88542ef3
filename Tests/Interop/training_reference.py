# SPDX-License-Identifier: Apache-2.0
"""What a training step must give: 3D-Speaker's losses over a backbone and a classifier, in PyTorch."""
import copy
import math

import torch
from torch import nn
import torch.nn.functional as F

SCALE = 32.0


class Rectifier(nn.Module):
    def forward(self, x):
        return torch.relu(x)


class Dense(nn.Module):
    """A block of a classifier: a convolution of width 1 and a batch norm; in a linear classifier a bias and a ReLU."""

    def __init__(self, inputs, outputs, rectifies):
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 1, bias=rectifies)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(outputs))
        if rectifies:
            self.nonlinear.add_module("relu", Rectifier())

    def forward(self, x):
        return self.nonlinear(self.linear(x[:, :, None])[:, :, 0])


def dense(embedding, blocks, rectifies):
    """(how many, how wide): the blocks, and the values that the last layer takes."""
    count, width = blocks
    inputs = [embedding] + [width] * count
    return nn.ModuleList(Dense(inputs[i], width, rectifies) for i in range(count)), inputs[-1]


class Cosine(nn.Module):
    def __init__(self, embedding, classes, blocks=(0, 0)):
        super().__init__()
        self.blocks, inputs = dense(embedding, blocks, rectifies=False)
        self.weight = nn.Parameter(torch.empty(classes, inputs))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return F.linear(F.normalize(x), F.normalize(self.weight))


class Linear(nn.Module):
    def __init__(self, embedding, classes, blocks=(0, 0)):
        super().__init__()
        self.blocks, inputs = dense(embedding, blocks, rectifies=True)
        self.nonlinear = Rectifier()
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.nonlinear(x)
        for block in self.blocks:
            x = block(x)
        return self.linear(x)


def arc_margin(cosines, labels, margin):
    """The right class's angle grows by the margin; beyond pi - margin its cosine falls by a constant instead."""
    sine = (1 - cosines * cosines).clamp(min=0).sqrt()
    turned = cosines * math.cos(margin) - sine * math.sin(margin)
    limit = math.cos(math.pi - margin)
    turned = torch.where(cosines > limit, turned, cosines - (1 + limit))
    right = F.one_hot(labels, cosines.shape[1]).bool()
    return F.cross_entropy(SCALE * torch.where(right, turned, cosines), labels)


def add_margin(cosines, labels, margin):
    right = F.one_hot(labels, cosines.shape[1]).to(cosines.dtype)
    return F.cross_entropy(SCALE * (cosines - margin * right), labels)


def plain(scores, labels, margin):
    return F.cross_entropy(scores, labels)


LOSSES = {"arc": arc_margin, "add": add_margin, "ce": plain}


class Pair(nn.Module):
    """The backbone under its classifier, with one name for each parameter."""

    def __init__(self, backbone, classifier):
        super().__init__()
        self.backbone = backbone
        self.classifier = classifier

    def forward(self, x):
        return self.classifier(self.backbone(x))

    def keys(self):
        """Names as `--lr-for` and `--freeze` say them."""
        return [(name.replace("backbone.", "", 1), p) for name, p in self.named_parameters()]


def learn(pair, x, labels, loss="arc", margin=0.2, frozen=(), longest=None):
    """Forward and backward in training mode, gradients left in the parameters: the loss as a number.

    A batch norm whose weight is frozen keeps its running statistics and uses them."""
    pair.train()
    for name, parameter in pair.keys():
        parameter.requires_grad_(not name.startswith(tuple(frozen)) if frozen else True)
        parameter.grad = None
    for module in pair.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.affine:
            module.train(module.weight.requires_grad)
    value = LOSSES[loss](pair(x), labels, margin)
    value.backward()
    if longest is not None:
        nn.utils.clip_grad_norm_([p for p in pair.parameters() if p.grad is not None], longest)
    return value.item()


def optimizer(pair, kind, rate, factors=(), decay=1e-4):
    """One group; parameters with a factor on the rate in groups of their own, after it."""
    rest = [p for name, p in pair.keys() if not any(name.startswith(prefix) for prefix, _ in factors)]
    groups = [dict(params=rest)]
    for prefix, factor in factors:
        groups.append(dict(params=[p for name, p in pair.keys() if name.startswith(prefix)], lr=rate * factor))
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True, weight_decay=decay)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind](groups, lr=rate, weight_decay=decay)


def twin(pair, dtype):
    """The same network and weights in another precision."""
    return copy.deepcopy(pair).to(dtype)
