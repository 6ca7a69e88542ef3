#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs the programs into folders of its own, tries what was put there, and takes it away again.

usage: Tests/Install/check.py PROGRAMS

Completion is asked of the shells themselves: bash, and zsh and fish where they are installed (each says so where not).
"""
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "scripts/install.py"
PROGRAMS = sys.argv.pop(1)


def commands(program):
    """The commands that a program's help lists."""
    text = subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout
    lines = text[text.index("SUBCOMMANDS:") :].split("\n\n")[0].splitlines()[1:]
    return [line.split()[0] for line in lines if line[2] != " "]


class Installed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="resect-install-")
        self.addCleanup(self.folder.cleanup)
        self.stage = pathlib.Path(self.folder.name)
        self.prefix = self.stage / "opt/resect"
        self.run_script("install", PROGRAMS)

    def run_script(self, word, *words, good=True):
        given = [SCRIPT, word, *words, "/opt/resect", "--destdir", self.stage]
        result = subprocess.run(given, capture_output=True, text=True)
        self.assertEqual(result.returncode == 0, good, result.stderr)
        return result.stderr

    def files(self):
        return {path.relative_to(self.prefix).as_posix() for path in self.prefix.rglob("*") if not path.is_dir()}

    def expected(self):
        names = {"share/resect/installed"}
        for program in ("resect", "resect-train"):
            names |= {
                f"bin/{program}", f"share/man/man1/{program}.1", f"share/bash-completion/completions/{program}",
                f"share/zsh/site-functions/_{program}", f"share/fish/vendor_completions.d/{program}.fish",
            }  # fmt: skip
            names |= {f"share/man/man1/{program}-{name}.1" for name in commands(f"{PROGRAMS}/{program}")}
        return names


class InstallTests(Installed):
    def test_every_file_is_there_and_nothing_else(self):
        self.assertEqual(self.files(), self.expected())
        for name in self.files():
            mode = (self.prefix / name).stat().st_mode & 0o777
            self.assertEqual(mode, 0o755 if name.startswith("bin/") else 0o644, name)
        version = subprocess.run([self.prefix / "bin/resect-train", "--version"], check=True, capture_output=True)
        self.assertTrue(version.stdout)

    def test_nothing_is_left_and_what_others_put_there_stays(self):
        other = self.prefix / "share/man/man1/other.1"
        other.write_text("")
        self.run_script("uninstall")
        self.assertEqual(self.files(), {"share/man/man1/other.1"})
        self.assertFalse((self.prefix / "bin").exists())
        self.run_script("install", PROGRAMS)
        other.unlink()
        self.run_script("uninstall")
        self.assertEqual(self.files(), set())
        self.assertIn("nothing is known to be installed", self.run_script("uninstall", good=False))

    def test_folders_that_were_made_go(self):
        self.run_script("uninstall")
        self.assertEqual(list(self.prefix.iterdir()), [])

    def test_a_later_install_takes_away_what_an_earlier_one_had_more(self):
        page = self.prefix / "share/man/man1/resect-gone.1"
        page.write_text("")
        with open(self.prefix / "share/resect/installed", "a") as file:
            file.write("share/man/man1/resect-gone.1\n")
        self.run_script("install", PROGRAMS)
        self.assertEqual(self.files(), self.expected())

    def test_a_list_that_leads_outside_is_refused(self):
        outside = self.stage / "outside"
        outside.write_text("")
        with open(self.prefix / "share/resect/installed", "a") as file:
            file.write("../../outside\n")
        self.assertIn("outside of the prefix", self.run_script("uninstall", good=False))
        self.assertTrue(outside.exists())
        self.assertEqual(self.files(), self.expected())


class PageTests(Installed):
    def test_groff_and_mandoc_have_nothing_to_say(self):
        pages = sorted((self.prefix / "share/man/man1").iterdir())
        tools = [["groff", "-man", "-ww", "-Tutf8", "-z"], ["mandoc", "-Tlint", "-Wwarning"]]
        tried = [tool for tool in tools if shutil.which(tool[0])]
        print(f"pages: {', '.join(tool[0] for tool in tried) or 'neither groff nor mandoc is installed'}")
        for tool in tried:
            for page in pages:
                result = subprocess.run([*tool, page], capture_output=True, text=True)
                self.assertEqual(result.stdout + result.stderr, "", page.name)

    def test_every_option_of_the_help_stands_in_the_page(self):
        for program in ("resect", "resect-train"):
            for name in commands(f"{PROGRAMS}/{program}"):
                text = subprocess.run([f"{PROGRAMS}/{program}", name, "--help"], capture_output=True, text=True).stdout
                heads = [line.strip().split("  ")[0] for line in text.splitlines() if line.startswith("  -")]
                words = {word.strip(",/") for head in heads for word in head.replace("/", " ").split()}
                self.assertIn("--help", words)
                page = (self.prefix / f"share/man/man1/{program}-{name}.1").read_text().replace("\\-", "-")
                for word in (word for word in words if word.startswith("--")):
                    self.assertIn(f"\\fB{word}\\fP", page, name)


class CompletionTests(Installed):
    def setUp(self):
        super().setUp()
        shutil.copy(REPOSITORY / "fixtures/checkpoints/od_113.pt", self.stage / "a.pt")
        self.environment = {
            "PATH": f"{self.prefix}/bin:/usr/bin:/bin", "HOME": str(self.stage), "LC_ALL": "C.UTF-8", "TERM": "dumb",
        }  # fmt: skip

    def ask(self, shell, script):
        if not shutil.which(shell[0]):
            self.skipTest(f"{shell[0]} is not installed")
        start = time.monotonic()
        result = subprocess.run(
            [*shell, script], cwd=self.stage, env=self.environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(result.stderr, "")
        print(f"{shell[0]}: {1000 * (time.monotonic() - start):.0f} ms, the shell's start among them")
        return result.stdout.split()

    def bash(self, *words):
        place = self.prefix / "share/bash-completion/completions/resect"
        return self.ask(
            ["bash", "--norc", "-c"],
            f"source {place}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
            f"COMP_LINE='{' '.join(words)}'.; COMP_LINE=${{COMP_LINE%.}}; COMP_POINT=${{#COMP_LINE}}; "
            f"_resect resect {words[-1]} {words[-2]}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        )

    def test_bash(self):
        self.assertEqual(self.bash("resect", "show", "a.pt", "a.w"), ["a.weight"])
        self.assertIn("strip", self.bash("resect", "st"))
        self.assertIn("--keep-removed", self.bash("resect", "strip", "--keep"))

    # Both complete in their line editors alone, which want a terminal.

    def test_zsh(self):
        folder = self.prefix / "share/zsh/site-functions"
        self.type_into("zsh", ["-f", "-i"], f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; PS1=")

    def test_fish(self):
        place = self.prefix / "share/fish/vendor_completions.d/resect.fish"
        self.type_into("fish", ["--no-config", "--interactive"], f"source {place}; function fish_prompt; end")

    def type_into(self, shell, words, preparation):
        """Types the beginning of a tensor's name and a tab, and waits for the rest."""
        path = shutil.which(shell)
        if not path:
            self.skipTest(f"{shell} is not installed")
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.stage)
            os.execve(path, [shell, *words], self.environment)
        try:
            os.write(terminal, f"{preparation}; echo ready''now\n".encode())
            self.wait(terminal, b"readynow")
            start = time.monotonic()
            os.write(terminal, b"resect show a.pt a.w\t")
            self.wait(terminal, b"eight")
            print(f"{shell}: {1000 * (time.monotonic() - start):.0f} ms")
        finally:
            os.close(terminal)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)

    def wait(self, terminal, expected):
        seen, end = b"", time.monotonic() + 30
        while expected not in seen:
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            self.assertTrue(ready, f"{expected} does not come; the terminal shows {seen}")
            seen += os.read(terminal, 4096)


if __name__ == "__main__":
    unittest.main()
