# SPDX-License-Identifier: Apache-2.0
"""The backbones of 3D-Speaker in PyTorch, with upstream's state-dict keys, for the judges and as the benchmark's rival.

Own code, made from the layer lists and formulas; check.py holds it against numbers that upstream's own classes gave.
Every network takes (batch, frames, 80) and gives (batch, embedding).
"""
from .catalogue import FULL, SMALL, make

__all__ = ["FULL", "SMALL", "make"]
