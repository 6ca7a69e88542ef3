# SPDX-License-Identifier: Apache-2.0
"""One step of `resect-train` against the same step in PyTorch: weights, statistics, and what the optimizer keeps."""
import copy
import statistics

import torch

from training_reference import learn, optimizer, twin


class Recipe:
    """How a run learns: words for the command, and the same for PyTorch."""

    def __init__(self, classifier="cosine", kind="sgd", rate=0.1, loss="arc", frozen=(), longest=None, factors=(),
                 decay=1e-4, blocks=(0, 0)):
        self.blocks = blocks
        self.classifier, self.kind, self.rate, self.factors, self.decay = classifier, kind, rate, factors, decay
        self.learning = dict(loss=loss, frozen=frozen, longest=longest)
        self.words = ["--optimizer", kind, "--lr", rate, "--loss", loss, "--classifier", classifier]
        self.words += ["--weight-decay", decay]
        if blocks[0]:
            self.words += ["--classifier-blocks", blocks[0], "--classifier-width", blocks[1]]
        if loss != "ce":
            self.words += ["--margin", 0.2, "--margin-start", 0, "--margin-end", 0]
        for prefix in frozen:
            self.words += ["--freeze", prefix + "**"]
        for prefix, factor in factors:
            self.words += ["--lr-for", f"{prefix}**={factor}"]
        if longest is not None:
            self.words += ["--clip-grad", longest]

    def optimizer(self, pair, saved=None):
        own = optimizer(pair, self.kind, self.rate, self.factors, self.decay)
        if saved is not None:
            own.load_state_dict(copy.deepcopy(saved))  # PyTorch keeps the saved counters and counts on in them
        return own


def step(pair, recipe, dtype, x, labels, saved=None):
    """One step of PyTorch from a pair's weights and an optimizer's state: the loss, the pair and the optimizer."""
    pair = twin(pair, dtype)
    own = recipe.optimizer(pair, saved)
    loss = learn(pair, torch.from_numpy(x).to(dtype), torch.tensor(labels), **recipe.learning)
    own.step()
    return loss, pair, own


def tensors(pair, own):
    """Every tensor by name: weights and statistics, and what the optimizer keeps of each weight."""
    found = {key: value.detach().clone() for key, value in pair.state_dict().items()}
    for key, parameter in pair.named_parameters():
        for name, value in own.state.get(parameter, {}).items():
            if value is not None:
                found[f"{name} of {key}"] = torch.as_tensor(value).detach().clone()
    return found


def largest(value):
    return value.abs().max().item()


def nudged(pair):
    """The weights, each moved by up to a unit in the last place of float32."""
    generator = torch.Generator().manual_seed(1)
    pair = twin(pair, torch.float64)
    with torch.no_grad():
        for value in pair.parameters():
            value.mul_(1 + 2**-23 * (2 * torch.rand(value.shape, generator=generator) - 1))
    return pair


def compare(judge, what, found, exact, others, before):
    """Each tensor of ours against float64's: within 1e-4 of the largest change in it and 1e-6 of the largest in all of
    its kind (some gradients are zero but for rounding), or within eight times what the others differ.

    A rectifier that falls on the other side (kinks.py) is a failure by chance. Gives for each how far off it is and how
    far the others are, in parts of the first bound."""
    judge.check(f"{what}: tensors", set(found) == set(exact), str(sorted(set(found) ^ set(exact))[:4]))
    changes, floors, apart = {}, {}, []
    for key in set(found) & set(exact):
        if exact[key].dtype == torch.int64 or key.startswith("step of"):
            judge.check(f"{what}: {key}", found[key] == exact[key], f"{found[key]}, not {exact[key]}")
            continue
        changes[key] = largest(exact[key].double() - before[key].double()) if key in before else largest(exact[key])
        floors[kind(key)] = max(floors.get(kind(key), 1.0), changes[key])
    for key, change in changes.items():
        right = exact[key].double()
        noise = max(largest(other[key].double() - right) for other in others)
        off = largest(found[key].double() - right)
        bound = 1e-4 * change + 1e-6 * floors[kind(key)]
        apart.append((off / bound, noise / bound, key))
        judge.check(
            f"{what}: {key}", off <= max(bound, 8 * noise), f"{off:.1e} off; {bound:.1e} asked, noise {noise:.1e}",
            chance=True)
    middle, its_noise = (statistics.median(column) for column in list(zip(*apart))[:2])
    judge.check(
        f"{what}: the median tensor", middle < max(0.3, 2 * its_noise),
        f"{middle:.2f} of what is asked, noise {its_noise:.2f}", chance=True)
    return apart


def kind(key):
    return key.split(" of ")[0] if " of " in key else "weights"


def judge_adaptive(judge, what, before, saved, found, recipe):
    """Adam divides a gradient by its own size, so that rounding in a small one decides a whole step. So weights are
    judged by the gradients that our averages hold; the averages are compared as all else is."""
    pair = twin(before, torch.float32)
    own = recipe.optimizer(pair, saved)
    for key, parameter in pair.named_parameters():
        average = found[f"exp_avg of {key}"].double()
        old = own.state[parameter]["exp_avg"].double() if saved is not None else 0
        gradient = (average - 0.9 * old) / (1 - 0.9)
        if recipe.kind == "adam":  # its averages hold the decay too
            gradient = gradient - recipe.decay * parameter.detach().double()
        parameter.grad = gradient.float()
    own.step()
    for key, parameter in pair.named_parameters():
        off = largest(found[key] - parameter.detach())
        judge.check(f"{what}: {key}", off <= 1e-3 * recipe.rate, f"{off:.1e} off")


def judge_step(judge, what, before, recipe, x, labels, saved, written, loss=None):
    """One step of ours, from `before` and the optimizer's state `saved`, against PyTorch's."""
    pair = written.fill(twin(before, torch.float32))
    found = tensors(pair, recipe.optimizer(pair, written.optimizer))
    right, *exact = step(before, recipe, torch.float64, x, labels, saved)
    others = [step(before, recipe, torch.float32, x, labels, saved)]
    others.append(step(before, recipe, torch.float32, x[::-1].copy(), labels[::-1], saved))
    others.append(step(nudged(before), recipe, torch.float64, x, labels, saved))
    if loss is not None:
        noise = max(abs(other[0] - right) for other in others)
        judge.check(
            f"{what}: loss", abs(loss - right) <= max(1e-5 * abs(right), 8 * noise), f"{loss}, not {right}")
    exact, others = tensors(*exact), [tensors(*other[1:]) for other in others]
    for (key, start), moved in zip(before.named_parameters(), nudged(before).parameters()):
        others[2][key] -= (moved - start).detach()  # the nudge itself is no error
    if recipe.kind != "sgd":
        judge_adaptive(judge, what, before, saved, found, recipe)
        weights = {key for key, _ in before.named_parameters()}
        found, exact = ({k: v for k, v in d.items() if k not in weights} for d in (found, exact))
    return compare(judge, what, found, exact, others, before.state_dict())
