#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: run.py PROGRAMS [--faults N] [--only calls|disks|inputs].

The release programs, when what they stand on fails: every system call that they and their libraries make, by strace; disks
that fill or become read-only; inputs that change. After each, outputs are the old ones or the whole new ones, inputs are
untouched, and one further run leaves nothing over. Of each call of a command N fail with each error (default: 2)."""

import argparse
import pathlib
import sys
import tempfile
import time
from collections import Counter

import calls
import commands
import disks
import inputs


def parts(wanted, faults):
    if "calls" in wanted:
        yield "calls that fail", calls.sweep, [*commands.COMMANDS, *commands.RUNS], faults
    if "disks" in wanted and not disks.can_mount():
        print("disks: left out, since nothing can be mounted here (root and loop devices are needed)")
    elif "disks" in wanted:
        yield "a disk that fills", disks.fills, [*commands.COMMANDS, *commands.RUNS], 2 + 2 * faults
        yield "a disk that becomes read-only", disks.becomes_read_only, list(commands.COMMANDS), faults
    if "inputs" in wanted:
        readers = [command for command in commands.COMMANDS if " report " not in command and " diff " not in command]
        yield "an input that changes", inputs.changes, readers, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--faults", type=int, default=2)
    parser.add_argument("--only", choices=["calls", "disks", "inputs"])
    words = parser.parse_args()
    programs = words.programs.resolve()
    wrong = [f"{command}: it writes, and is not tried" for command in commands.missing(programs)]
    with tempfile.TemporaryDirectory(prefix="resect-faults-") as prepared:
        commands.prepare(programs, prepared)
        for title, judge, tried, wanted in parts([words.only] if words.only else ["calls", "disks", "inputs"], words.faults):
            begun, met = time.monotonic(), Counter()
            for command in tried:
                for replacing in [False, True]:
                    if replacing and any(name.endswith("/") for name in commands.COMMANDS.get(command, ["x/"])):
                        continue
                    lines, count = judge(programs, prepared, command, replacing, wanted)
                    wrong += lines
                    met += count
                    for line in lines:
                        print(line, flush=True)
            ends = ", ".join(f"{count} {end}" for end, count in sorted(met.items()))
            print(f"{title}: {sum(met.values())} ({ends}), {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{len(wrong)} faults survived badly" if wrong else "all survived")
    sys.exit(1 if wrong else 0)


main()
