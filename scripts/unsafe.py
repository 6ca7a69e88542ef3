#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds Sources to docs/unsafe.md, which says for each file that goes around Swift's checks why that is sound.

usage: scripts/unsafe.py [REPOSITORY]

A row of the page's tables: the file below Sources, how many marks it has (`unsafe`, `@unchecked`), and the reason. A
file without a row, a row without a file, and another number are faults.
"""
import pathlib
import re
import sys

sys.dont_write_bytecode = True  # nothing is left in the tree
import swift_code

PAGE = "docs/unsafe.md"
MARK = re.compile(r"\bunsafe\b|@unchecked\b")
ROW = re.compile(r"^\| `([^`]+\.swift)` \| (\d+) \| (.*\S) \|$", re.MULTILINE)


def counts(sources):
    """How many marks each file has, comments and texts left out; files without one are not there."""
    found = {}
    for path in sorted(sources.rglob("*.swift")):
        number = len(MARK.findall(swift_code.code_of(path.read_text())))
        if number:
            found[path.relative_to(sources).as_posix()] = number
    return found


def faults(page, found):
    said = {}
    for file, number, _ in ROW.findall(page):
        if file in said:
            yield f"{PAGE} has two rows for {file}"
        said[file] = int(number)
    for file in sorted(said.keys() | found.keys()):
        if file not in said:
            yield f"{PAGE} does not say why the {found[file]} unsafe marks of {file} are sound"
        elif file not in found:
            yield f"{PAGE} speaks of {file}, in which nothing is unsafe"
        elif said[file] != found[file]:
            yield f"{file} has {found[file]} unsafe marks, {PAGE} says {said[file]}: is the reason still true?"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = counts(root / "Sources")
    wrong = list(faults((root / PAGE).read_text(), found))
    for fault in wrong:
        print(fault, file=sys.stderr)
    if not wrong:
        print(f"unsafe: {sum(found.values())} marks in {len(found)} files, each with its reason")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
