# SPDX-License-Identifier: Apache-2.0
"""Finds and runs the program `resect`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any, Dict, Sequence, Union

from .errors import Error, ProgramNotFound, Unsupported, from_json

PathLike = Union[str, "os.PathLike[str]"]


def find() -> str:
    """The program: what the environment variable RESECT names, else the first `resect` on PATH."""
    named = os.environ.get("RESECT")
    if named:
        if os.path.isfile(named) and os.access(named, os.X_OK):
            return named
        raise ProgramNotFound("RESECT names no program", file=named, hint="the path of `resect` in RESECT, or unset it")
    found = shutil.which("resect")
    if found is None:
        raise ProgramNotFound(
            f"no program `resect`: RESECT is not set, and none is on PATH ({os.environ.get('PATH', '')})",
            hint="`make install`, or RESECT=/path/to/resect",
        )
    return found


def argument(path: PathLike) -> str:
    """A path as the program takes it: one that begins with a dash is neither a stream nor an option."""
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError("paths are str or os.PathLike[str]")
    return "./" + text if text.startswith("-") else text


def run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    """Runs the program to its end, without a standard input."""
    for word in arguments:
        if "\0" in word:
            raise Unsupported("a NUL cannot be handed to a program", key=word)
    program = find()
    try:
        return subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True)
    except OSError as error:
        raise Error(f"cannot be run: {error.strerror}", file=program) from error


def report(arguments: Sequence[str]) -> Dict[str, Any]:
    """What the program prints with `--json`, which must be among the arguments; its error as an exception."""
    done = run(arguments)
    try:
        tree = json.loads(done.stdout)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise from_json({"message": words_of(done)}, done.returncode)
    if "error" in tree:
        raise from_json(tree["error"], done.returncode)
    return tree


def words_of(done: "subprocess.CompletedProcess[bytes]") -> str:
    """What a run that failed said, or how it ended where it said nothing."""
    said = done.stderr.decode("utf-8", "replace").strip()
    return said or f"`resect` ended with {done.returncode} and said nothing"
