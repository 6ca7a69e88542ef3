# SPDX-License-Identifier: Apache-2.0
"""An input that changes while it is read: it grows, shrinks, is written over, or another file takes its place."""

import shlex
import tempfile
from collections import Counter

from stops import stopped
from trial import Trial, ending


def grow(path):
    with open(path, "ab") as file:
        file.write(b"more")


def shrink(path):
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite(path):
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(b"other")


def replace(path):
    other = path.with_name("other")
    other.write_bytes(path.read_bytes()[:-1])
    other.rename(path)


# The loader makes the first few preads, before the input is opened.
LOADER = 3
CHANGES = [grow, shrink, overwrite, replace]


def changes(programs, prepared, command, replacing, wanted):
    """Each change at some preads of the first file that the command reads: all as if nothing had been, or exit 3."""
    with tempfile.TemporaryDirectory(prefix="resect-faults-") as folder:
        trial = Trial(programs, prepared, folder, command, replacing)
        name = next(word for word in shlex.split(command) if word in trial.inputs and word.endswith((".pth", ".npz")))
        path, lines, met = trial.folder / name, [], Counter()
        kept = path.read_bytes()
        for change in CHANGES:
            for number in range(1, wanted + 1):
                trial.reset()
                done = stopped(trial, "pread64", LOADER + number * number, lambda: change(path))
                wrong = trial.wrong(done, changed=[name, "other"], goes_on=False)
                lines += [f"{trial.command}: {change.__name__} at {LOADER + number * number}: {line}" for line in wrong]
                left = trial.temporaries()
                if left:
                    lines.append(f"{trial.command}: {change.__name__}: left {left}")
                path.write_bytes(kept)
                met[ending(done)] += 1
        if not met["exit 3"]:
            lines.append(f"{trial.command}: no change was noticed")
    return lines, met
