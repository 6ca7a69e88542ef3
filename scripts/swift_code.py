# SPDX-License-Identifier: Apache-2.0
"""The code of a Swift file: its text without comments and strings, but with what strings interpolate."""
import re

LEXICAL = re.compile(r'//[^\n]*|/\*|#*"(?:"")?|[()]')


def code_of(text):
    """The text without comments and strings; lines stay, and what `\\( )` holds in a string is code."""
    out = []
    _code(text, 0, out, False)
    return "".join(out)


def _code(text, at, out, interpolated):
    """Copies code from `at`, in an interpolation to the parenthesis that closes it; gives the place behind it."""
    depth = 0
    while found := LEXICAL.search(text, at):
        out.append(text[at : found.start()])
        at, mark = found.end(), found.group()
        if mark.endswith('"'):
            out.append('""')
            at = _string(text, at, out, mark)
        elif mark == "/*":
            at = _comment(text, at, out)
        elif mark in "()":
            depth += 1 if mark == "(" else -1
            if interpolated and depth < 0:
                return at
            out.append(mark)
    out.append(text[at:])
    return len(text)


def _comment(text, at, out):
    """Leaves out a comment, with comments in it."""
    depth = 1
    for found in re.compile(r"/\*|\*/|\n").finditer(text, at):
        depth += {"/*": 1, "*/": -1, "\n": 0}[found.group()]
        if found.group() == "\n":
            out.append("\n")
        if depth == 0:
            return found.end()
    return len(text)


def _string(text, at, out, mark):
    """Leaves out a string that `mark` began, but for its interpolations, which come in parentheses."""
    quote = mark.lstrip("#")
    pounds = mark[: len(mark) - len(quote)]
    notable = re.compile(rf"\\{pounds}\(|\\{pounds}.|{quote}{pounds}|\n", re.S)
    while found := notable.search(text, at):
        at = found.end()
        if found.group().endswith("("):
            out.append("(")
            at = _code(text, at, out, True)
            out.append(")")
        elif found.group().endswith("\n"):
            out.append("\n")
        elif found.group() == quote + pounds:
            return at
    return len(text)
