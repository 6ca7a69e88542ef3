# SPDX-License-Identifier: Apache-2.0
"""Temporal statistics pooling."""
import torch


def temporal_statistics(x):
    """(batch, ..., frames) to (batch, 2 x features): means, then sqrt(unbiased variance + 1e-8)."""
    mean = x.mean(dim=-1).flatten(1)
    deviation = (x.var(dim=-1) + 1e-8).sqrt().flatten(1)
    return torch.cat([mean, deviation], dim=1)
