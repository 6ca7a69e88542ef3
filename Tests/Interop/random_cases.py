# SPDX-License-Identifier: Apache-2.0
"""Random checkpoints, each from its seed: nested containers, views, ties, every dtype, both containers."""
import random
from collections import OrderedDict

import torch
from torch import nn

import cases
import truth
from listings import judge_listing

DTYPES = cases.FLOATS + cases.INTEGERS + cases.OTHERS


class Maker:
    def __init__(self, seed):
        torch.manual_seed(seed)
        self.random = random.Random(seed)
        self.made = []

    def tensor(self):
        pick = self.random.random()
        if self.made and pick < 0.2:
            return self.random.choice(self.made)
        if self.made and pick < 0.4:
            return self.view(self.random.choice(self.made))
        shape = tuple(self.random.choice((0, 1, 2, 3, 5, 17)) for _ in range(self.random.randrange(4)))
        made = cases.random_tensor(shape, self.random.choice(DTYPES))
        if made.is_floating_point() and self.random.random() < 0.2:
            made = nn.Parameter(made, requires_grad=self.random.random() < 0.5)
        self.made.append(made)
        return made

    def view(self, tensor):
        tensor = tensor.detach()
        if tensor.dim() == 0:
            return tensor.expand(self.random.randrange(1, 4))
        axis = self.random.randrange(tensor.dim())
        start = self.random.randrange(tensor.shape[axis] + 1)
        part = tensor.narrow(axis, start, self.random.randrange(tensor.shape[axis] - start + 1))
        return part.transpose(0, -1) if self.random.random() < 0.5 else part

    def key(self):
        if self.random.random() < 0.15:
            return self.random.randrange(-3, 300)
        names = ["weight", "bias", "running_mean", "a/b", "c~d", "слой", "x" * 40, "blocks.0.conv", "module.w", ""]
        return self.random.choice(names) + str(self.random.randrange(100))

    def leaf(self):
        return self.random.choice([
            None, True, False, 0, -1, 255, 65536, -(2**31), 2**31, 2**62, -(2**70), 0.5, -1e-300, float("inf"),
            float("nan"), "", "text", "многа букв", "x" * 300])

    def value(self, depth):
        pick = self.random.random()
        if depth == 0 or pick < 0.5:
            return self.tensor() if self.random.random() < 0.75 else self.leaf()
        count = self.random.choice((0, 1, 2, 3, 5, 9))
        if pick < 0.8:
            return self.dictionary(depth, count)
        items = [self.value(depth - 1) for _ in range(count)]
        return tuple(items) if self.random.random() < 0.4 else items

    def dictionary(self, depth, count):
        made = OrderedDict() if self.random.random() < 0.5 else {}
        for _ in range(count):
            key = self.key()
            if not any(str(key) == str(k) for k in made):
                made[key] = self.value(depth - 1)
        if type(made) is OrderedDict and self.random.random() < 0.3:
            made._metadata = OrderedDict([("", {"version": 1}), ("a", {"version": 2})])
        return made

    def checkpoint(self):
        made = self.dictionary(4, self.random.randrange(1, 12))
        made["certain"] = self.tensor()  # a file without tensors is refused, and judged elsewhere
        return made


def judge_random(judge, folder, seeds):
    for seed in seeds:
        maker = Maker(seed)
        made = maker.checkpoint()
        path = folder / "random.pt"
        torch.save(made, path, _use_new_zipfile_serialization=seed % 3 != 0)
        value = truth.load(path)
        what = f"random {seed}"
        judge_listing(judge, path, value, what)
        out = folder / "random-edited.pth"
        out.unlink(missing_ok=True)
        if not judge.exits(f"edit {what}", 0, "edit", path, "-o", out, "set note 7"):
            continue
        value["note"] = 7
        got = truth.load(out, trusted=False)
        found = truth.difference(got, value)
        judge.check(f"edit {what}", found is None, found or "")
        ties = [truth.storage_groups(truth.dense_tensors(v)) for v in (got, value)]
        judge.check(f"edit {what}: ties", ties[0] == ties[1], f"{ties[0]}, not {ties[1]}")
        judge.sound_archive(f"edit {what}", out)
