# SPDX-License-Identifier: Apache-2.0
"""Checkpoints as numpy arrays, without PyTorch, and the commands of `resect` as functions: see docs/python.md."""

from .checkpoint import Checkpoint, Described, Tensor
from .checkpoint import open_checkpoint as open
from .commands import convert, diff, edit, merge, scan, strip
from .errors import (
    AbsentBranch,
    AlreadyBare,
    Ambiguous,
    Collision,
    Contradiction,
    Corrupt,
    EmptyResult,
    Error,
    InputChanged,
    Limit,
    Misfit,
    NothingMatched,
    Overflow,
    ProgramNotFound,
    Refused,
    UnknownGlobals,
    UnknownLayout,
    Unreadable,
    Unrepresentable,
    Unsupported,
    Unwritable,
    WouldOverwrite,
    WrongWords,
)

__all__ = [
    "AbsentBranch", "AlreadyBare", "Ambiguous", "Checkpoint", "Collision", "Contradiction", "Corrupt", "Described",
    "EmptyResult", "Error", "InputChanged", "Limit", "Misfit", "NothingMatched", "Overflow", "ProgramNotFound", "Refused",
    "Tensor", "UnknownGlobals", "UnknownLayout", "Unreadable", "Unrepresentable", "Unsupported", "Unwritable",
    "WouldOverwrite", "WrongWords", "convert", "diff", "edit", "merge", "open", "scan", "strip",
]  # fmt: skip
