#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets the compiler judge the floors of docs/architecture.md: each room is type checked with the rooms below it alone.

usage: scripts/compiled_floors.py [TARGET...]

Without targets: Checkpoints and Training. `swift build` must have run: its flags and its modules of other targets are
used. What scripts/floors.py finds in a second by names, this finds in minutes by types: an arrow up through a member
whose name is declared twice too.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is left in the tree
import floors

MANIFEST = ".build/debug.yaml"
ALONE = {"-emit-dependencies", "-emit-module", "-incremental", "-c", "-enable-batch-mode", "-serialize-diagnostics",
         "-parseable-output", "-emit-objc-header", "-warnings-as-errors"}
WITH_VALUE = {"-emit-module-path", "-output-file-map", "-index-store-path", "-emit-objc-header-path"}


def flags(manifest, target):
    """The words with which SwiftPM compiles a target, but for its files and for what only makes files."""
    found = re.search(r'"C\.%s-[^"]*\.module":.*?args: (\[.*?\])\n' % re.escape(target), manifest, re.DOTALL)
    if not found:
        sys.exit(f"{MANIFEST} does not compile {target}")
    words = iter(json.loads(found[1]))
    kept = []
    for word in words:
        if word in WITH_VALUE:
            next(words)
        elif word not in ALONE and not word.startswith("@"):
            kept.append(word)
    return kept


def files(target, room):
    path = pathlib.Path("Sources", target, room)
    return [path] if path.suffix == ".swift" else sorted(path.rglob("*.swift"))


def errors(command, sources):
    """What the compiler has against these files as a module of their own."""
    with tempfile.NamedTemporaryFile("w", suffix=".files") as listed:
        listed.write("\n".join(str(source.resolve()) for source in sources))
        listed.flush()
        done = subprocess.run(
            [command[0], "-typecheck", "-whole-module-optimization", *command[1:], "@" + listed.name],
            capture_output=True, text=True)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if ": error: " in line]
    if done.returncode and not lines:
        sys.exit(done.stderr)
    return [line.replace(os.getcwd() + "/", "") for line in lines if line.startswith("/")]


def main():
    os.chdir(pathlib.Path(__file__).resolve().parent.parent)
    manifest = pathlib.Path(MANIFEST).read_text()
    plan = floors.Plan(pathlib.Path(floors.PAGE).read_text())
    asked = sys.argv[1:] or ["Checkpoints", "Training"]
    seen = set()
    for target in plan.targets:
        if target.name not in asked:
            continue
        command, below = flags(manifest, target.name), []
        for room in target.rooms:
            below += files(target.name, room)
            for error in errors(command, below):
                if error not in seen:
                    seen.add(error)
                    print(f"{target.name}/{room}: {error}", flush=True)
        print(f"{target.name}: {len(target.rooms)} rooms", flush=True)
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
