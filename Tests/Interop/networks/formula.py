# SPDX-License-Identifier: Apache-2.0
"""The weights and features that the golden numbers were computed with: each value is a formula of its place."""
import math

import numpy
import torch


def hashed(row, count):
    """`count` numbers in 0..<1: a 32-bit hash of (row of the key list, element)."""
    word = numpy.uint64(0xFFFFFFFF)
    h = numpy.arange(count, dtype=numpy.uint64) * numpy.uint64(2654435761) + numpy.uint64(row * 40503 + 12345) & word
    h ^= h >> numpy.uint64(16)
    h = h * numpy.uint64(2246822519) & word
    h ^= h >> numpy.uint64(13)
    return h.astype(numpy.float64) / 2**32


def filled(row, name, shape):
    """Entry `row` of a state dict in float32, scaled by its kind."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    count = math.prod(shape)
    u = hashed(row, count)
    if name.endswith("running_var"):
        values = 0.5 + u
    elif name.endswith("running_mean"):
        values = 0.2 * (u - 0.5)
    elif len(shape) == 1:
        values = 0.8 + 0.4 * u if name.endswith(".weight") else 0.1 * (2 * u - 1)
    else:
        values = (2 * u - 1) * math.sqrt(3 / (count / shape[0]))
    return torch.from_numpy(values.astype(numpy.float32).reshape(shape))


def fill(network):
    """Gives every entry of a network's state dict its formula's values."""
    own = network.state_dict()
    network.load_state_dict({k: filled(i, k, tuple(v.shape)) for i, (k, v) in enumerate(own.items())})


def features(batch, frames, takes_mels):
    """(batch, frames, 80) waves, of float32's precision; power mels are their exponentials."""
    b, t, f = numpy.ogrid[0:batch, 0:frames, 0:80]
    x = 2 * numpy.sin(0.1 * (t + 1) + 0.37 * (f + 1) + b)
    return torch.from_numpy((numpy.exp(x) if takes_mels else x).astype(numpy.float32)).double()


def slope(batch, embedding):
    """The loss is the mean of embedding x slope."""
    return torch.cos(
        0.3 * torch.arange(embedding).double() + torch.arange(batch).double()[:, None]).float().double()
