# SPDX-License-Identifier: Apache-2.0
"""Runs the programs that are judged, and counts the judgements."""
import json
import subprocess
import sys
import zipfile


class Judge:
    """Every check is one judgement; each failure is printed at once and counted."""

    def __init__(self, resect):
        self.resect = resect
        self.passed = 0
        self.failed = 0

    def check(self, what, holds, why="", chance=False):
        """`chance`: another draw of the data may pass, and nothing be wrong (`Draw`)."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}{': ' if why else ''}{why}", file=sys.stderr, flush=True)
        return bool(holds)

    def run(self, *words):
        return subprocess.run(
            [self.resect, *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)

    def json(self, what, *words):
        """The command's JSON, or None (counted as a failure)."""
        done = self.run(*words)
        if not self.check(what, done.returncode == 0, f"exit {done.returncode}: {done.stderr.strip()[:400]}"):
            return None
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            self.check(what, False, f"not JSON: {error}")
            return None

    def exits(self, what, code, *words):
        done = self.run(*words)
        return self.check(
            what, done.returncode == code, f"exit {done.returncode}, not {code}: {done.stderr.strip()[:400]}")

    def sound_archive(self, what, path):
        """Python's own zip reader agrees with every CRC of what was written."""
        try:
            with zipfile.ZipFile(path) as archive:
                bad = archive.testzip()
                names = archive.namelist()
        except (OSError, zipfile.BadZipFile) as error:
            return self.check(f"{what}: zip", False, str(error))
        self.check(f"{what}: zip", bad is None, f"bad member {bad}")
        return self.check(f"{what}: zip names", len(names) == len(set(names)), "a name occurs twice")

    def close(self, title):
        print(f"{title}: {self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


class Draw(Judge):
    """Judgements of one draw of data, which another may take the place of where nothing but `chance` failed."""

    def __init__(self, judge):
        super().__init__(judge.resect)
        self.judge = judge
        self.unlucky = []

    def check(self, what, holds, why="", chance=False):
        if chance and not holds:
            self.unlucky.append((what, why))
            return False
        return super().check(what, holds, why)

    def join(self):
        """This is the draw that counts."""
        for what, why in self.unlucky:
            super().check(what, False, why)
        self.judge.passed += self.passed
        self.judge.failed += self.failed
