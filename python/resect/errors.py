# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, as exceptions: one class for each word that `resect --json` has for a failure."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Type


class Error(Exception):
    """What went wrong, where, and what to try. Every exception of this module is one.

    The place is known as far as the attributes are not None: `file`, `member` (of an archive), `byte` (in the member where
    there is one, else in the file), `key` (of a state dict, or a path). `code` is the word of `--json`.
    """

    code: Optional[str] = None

    def __init__(
        self,
        message: str,
        *,
        file: Optional[str] = None,
        member: Optional[str] = None,
        byte: Optional[int] = None,
        key: Optional[str] = None,
        hint: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.member = member
        self.byte = byte
        self.key = key
        self.hint = hint

    def __str__(self) -> str:
        # Names come from files: `repr` leaves no control character that could steer a terminal.
        parts = [repr(name)[1:-1] for name in (self.file, self.member) if name is not None]
        if self.byte is not None:
            parts.append(f"byte {self.byte}")
        if self.key is not None:
            parts.append(repr(self.key))
        text = ": ".join([*parts, self.message])
        return text if self.hint is None else f"{text}\n  try: {self.hint}"


class ProgramNotFound(Error):
    """There is no program `resect` to run."""


class WrongWords(Error, ValueError):
    """An argument is wrong: an unknown pass, a malformed pattern, a missing output."""

    code = "wrong-words"


class Unreadable(Error):
    """The file is not there, or may not be read."""

    code = "unreadable"


class Corrupt(Error):
    """The bytes break the format's rules."""

    code = "corrupt"


class Unsupported(Error):
    """A format, feature or data type that is not read; also an array that numpy could not hold."""

    code = "unsupported"


class Limit(Error):
    """A bound of the reader was reached: depth, counts, sizes."""

    code = "limit"


class InputChanged(Error):
    """The file changed, or vanished, since it was opened."""

    code = "input-changed"


class Unwritable(Error):
    """The output could not be written."""

    code = "unwritable"


class Refused(Error):
    """Refused for safety: what was asked for would lose or mix up something. The classes below it say what."""


class NothingMatched(Refused):
    """A rule, pattern or path matches nothing."""

    code = "nothing-matched"


class Collision(Refused):
    """Two things would get one name."""

    code = "collision"


class EmptyResult(Refused):
    """Nothing would be left."""

    code = "empty-result"


class UnknownLayout(Refused):
    """No layout fits the document."""

    code = "unknown-layout"


class AlreadyBare(Refused):
    """The file is a bare backbone already."""

    code = "already-bare"


class AbsentBranch(Refused):
    """The branch that was asked for is not there."""

    code = "absent-branch"


class Ambiguous(Refused):
    """More than one reading is possible."""

    code = "ambiguous"


class Contradiction(Refused):
    """What was said contradicts what is known."""

    code = "contradiction"


class Overflow(Refused):
    """Values do not fit the data type asked for."""

    code = "overflow"


class WouldOverwrite(Refused):
    """The output exists, or is an input."""

    code = "would-overwrite"


class UnknownGlobals(Refused):
    """The document holds globals beyond known data types."""

    code = "unknown-globals"


class Unrepresentable(Refused):
    """The target format cannot hold this."""

    code = "unrepresentable"


class Misfit(Refused):
    """Parameters are missing, unexpected or of another shape."""

    code = "misfit"


CLASSES: Dict[str, Type[Error]] = {
    kind.code: kind for kind in (*Error.__subclasses__(), *Refused.__subclasses__()) if kind.code is not None
}


def from_json(body: Mapping[str, Any], exit_code: int) -> Error:
    """The exception of an error as `--json` prints it; of a word that this module does not know, by the exit code."""
    fallback = {2: WrongWords, 4: Refused}.get(exit_code, Error)
    error = CLASSES.get(body.get("code", ""), fallback)(
        str(body.get("message", "it failed")),
        file=body.get("file"),
        member=body.get("member"),
        byte=body.get("byte"),
        key=body.get("key"),
        hint=body.get("hint"),
    )
    error.code = body.get("code")
    return error
