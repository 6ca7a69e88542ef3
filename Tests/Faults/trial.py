# SPDX-License-Identifier: Apache-2.0
"""One command in a folder: what it writes when nothing fails, and what is wrong when something does. Files are compared by
Python alone: the programs never vouch for themselves."""

import hashlib
import pathlib
import re
import shlex
import shutil
import subprocess

import commands
import contents

TEMPORARY = re.compile(r"\.resect-[a-z0-9]{10}(/|$)")
OLD = b"what stood here before"


def ending(done):
    """In a word."""
    return f"exit {done.returncode}" if 0 <= done.returncode < 126 else "ended by a library"


class Trial:
    """A command and what it writes; `folder` is read from, and outputs go into `place`, `folder` where none is given."""

    def __init__(self, programs, prepared, folder, command, replacing=False, place="."):
        self.programs, self.folder, self.replacing = pathlib.Path(programs), pathlib.Path(folder), replacing
        self.environment = commands.environment(programs)
        self.again = commands.RUNS.get(command)
        outputs = commands.COMMANDS.get(command, ["x/"])
        self.outputs = [str(pathlib.Path(place, name)) + ("/" if name.endswith("/") else "") for name in outputs]
        self.plain = re.sub(r"(?<= )(o(\.\w+)?|x)(?= |$)", lambda name: str(pathlib.Path(place, name[0])), command)
        self.command = self.plain + (" --force" if replacing else "")
        shutil.copytree(prepared, self.folder, dirs_exist_ok=True, symlinks=True)
        self.inputs = self.state()
        self.reset()
        self.before = self.state()
        done = self.run()
        assert done.returncode in (0, 1), (self.command, done)
        self.code, self.whole = done.returncode, self.state()
        for name in self.outputs:
            contents.judge(self.folder / name)
        assert any(self.whole.get(unit) != self.before.get(unit) for unit in self.whole), self.command

    @property
    def is_run(self):
        return self.again is not None

    def can_replace(self):
        return not any(name.endswith("/") for name in self.outputs)

    def words(self, command=None):
        """Of the command, without a shell, whose calls would be met too."""
        text = (command or self.command).replace("$FIXTURES", self.environment["FIXTURES"])
        program, *rest = shlex.split(text)
        return [str(self.programs / program), *rest]

    def run(self, prefix=(), command=None):
        return subprocess.run(
            [*prefix, *self.words(command)], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            errors="replace", timeout=300)

    def reset(self):
        """As it was before the command."""
        for path in self.folder.rglob("*"):
            if TEMPORARY.search(path.name) and path.exists():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.remove_outputs()
        if self.replacing:
            for name in self.outputs:
                (self.folder / name).write_bytes(OLD)

    def remove_outputs(self):
        for name in self.outputs:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    # What lies there.

    def unit(self, path):
        """What stands or falls with a file: itself, its output folder, its checkpoint; nothing for the log of a run."""
        for name in self.outputs:
            if name.endswith("/") and path.startswith(name):
                if not self.is_run:
                    return name
                parts = path[len(name) :].split("/")
                return name + "/".join(parts[:2]) if parts[0] == "models" and len(parts) > 1 else None
        return path

    def state(self):
        units = {}
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            unit = self.unit(name)
            if unit is None or TEMPORARY.search(name) or "lost+found" in name or not path.is_file():
                continue
            bytes_ = path.read_bytes()
            if path.name == "CKPT.yaml":
                bytes_ = re.sub(rb"(?m)^unixtime.*\n", b"", bytes_)
            units.setdefault(unit, []).append((name, hashlib.sha256(bytes_).hexdigest()))
        return units

    def temporaries(self):
        return [str(path) for path in self.folder.rglob("*") if TEMPORARY.search(str(path.name))]

    # Judgement.

    def wrong(self, done, may_end=False, changed=(), goes_on=True):
        """What is wrong after a command that met something, as lines; `may_end`: a library may have ended it. `changed` are
        inputs that the trial itself changed; where it cannot go on there, one further run is not asked for."""
        after, lines = self.state(), []
        if done.returncode == self.code:
            for unit in self.whole:
                if unit not in changed and after.get(unit) != self.whole[unit]:
                    lines.append(f"{unit} is not what it should be")
        elif done.returncode == 3:
            errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
            if not errors:
                lines.append(f"no message: {done.stderr[-300:]}")
        elif not (may_end and (done.returncode < 0 or done.returncode > 126)):
            lines.append(f"exit {done.returncode}: {done.stderr[-300:]}")
        for unit in sorted(self.before.keys() | after.keys()):
            if unit not in changed and after.get(unit) not in (self.before.get(unit), self.whole.get(unit)):
                lines.append(f"{unit} is torn")
        if (self.is_run or self.temporaries()) and goes_on:
            lines += self.wrong_after_one_more()
        return lines

    def wrong_after_one_more(self):
        command = self.command
        if self.is_run:
            command = f"{self.plain} {self.again}"
        else:
            self.remove_outputs()
        done, left = self.run(command=command), self.temporaries()
        after = self.state()
        if done.returncode == self.code and after == self.whole and not left:
            return []
        unlike = [unit for unit in after.keys() | self.whole.keys() if after.get(unit) != self.whole.get(unit)]
        return [f"one further run: exit {done.returncode} {done.stderr[-300:]}, other {unlike}, left {left}"]
