#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts the programs, their manual pages and completions in place, and takes them away again.

usage: scripts/install.py install PROGRAMS PREFIX [--destdir DIR]
       scripts/install.py uninstall PREFIX [--destdir DIR]

What was installed is listed in PREFIX/share/resect/installed, which a later install and uninstall go by: files first,
then the folders that were made. A file that others have put there under another name is never removed; one of the same
name is replaced.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is left in the tree
import man

PROGRAMS = ("resect", "resect-train")
LIST = "share/resect/installed"
# Where each shell looks for what completes a program's words.
COMPLETIONS = {
    "bash": "share/bash-completion/completions/{}",
    "zsh": "share/zsh/site-functions/_{}",
    "fish": "share/fish/vendor_completions.d/{}.fish",
}


def contents(programs, completions=COMPLETIONS):
    """(path below the prefix, bytes or the file to copy, mode) of all that is installed."""
    for name in PROGRAMS:
        program = pathlib.Path(programs, name).absolute()
        yield f"bin/{name}", program, 0o755
        for page, text in man.pages(program):
            yield f"share/man/man1/{page}.1", text.encode(), 0o644
        for shell, place in completions.items():
            script = subprocess.run([program, "--generate-completion-script", shell], check=True, capture_output=True)
            yield place.format(name), script.stdout, 0o644


def put(root, path, content, mode):
    """Puts one file in place under its name, whole or not at all; gives the folders that were made for it."""
    target = root / path
    made = [folder for folder in target.parents if root in folder.parents and not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".resect-", delete=False) as file:
        try:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with open(content, "rb") as source:
                    shutil.copyfileobj(source, file)
            file.flush()
            os.chmod(file.name, mode)
            os.replace(file.name, target)
        except BaseException:
            os.unlink(file.name)
            raise
    return [folder.relative_to(root).as_posix() for folder in made]


def listed(root):
    """What an earlier install has listed: (files, folders)."""
    try:
        lines = (root / LIST).read_text().splitlines()
    except FileNotFoundError:
        return [], []
    for line in lines:
        if pathlib.PurePosixPath(line).is_absolute() or ".." in pathlib.PurePosixPath(line).parts:
            sys.exit(f"{root / LIST}: `{line}` lies outside of the prefix; nothing was done")
    return [line for line in lines if not line.endswith("/")], [line[:-1] for line in lines if line.endswith("/")]


def install(root, programs):
    root.mkdir(parents=True, exist_ok=True)
    # All is made before anything is put in place.
    files = list(contents(programs))
    old, folders = listed(root)
    made = set(folders)
    for path, content, mode in files:
        made.update(put(root, path, content, mode))
    names = [path for path, _, _ in files] + [LIST]
    made.update(folder.relative_to(root).as_posix() for folder in (root / LIST).parents if root in folder.parents and not folder.exists())
    put(root, LIST, "".join(f"{line}\n" for line in names + [f"{folder}/" for folder in sorted(made)]).encode(), 0o644)
    for path in set(old) - set(names):
        (root / path).unlink(missing_ok=True)
    print(f"{len(names)} files are in {root}")


def uninstall(root):
    files, folders = listed(root)
    if not files:
        sys.exit(f"{root / LIST} is not there: nothing is known to be installed in {root}")
    # The list goes last, so that a second try knows what an interrupted one has left.
    for path in [path for path in files if path != LIST] + [LIST]:
        (root / path).unlink(missing_ok=True)
    for folder in sorted(folders, key=len, reverse=True):
        try:
            (root / folder).rmdir()
        except OSError:
            pass  # others have files there
    print(f"{len(files)} files are gone from {root}")


def main():
    parser = argparse.ArgumentParser()
    words = parser.add_subparsers(dest="word", required=True)
    for word in ("install", "uninstall"):
        command = words.add_parser(word)
        if word == "install":
            command.add_argument("programs")
        command.add_argument("prefix")
        command.add_argument("--destdir", default="")
    given = parser.parse_args()
    root = pathlib.Path((given.destdir + os.path.abspath(given.prefix)) if given.destdir else os.path.abspath(given.prefix))
    if given.word == "install":
        install(root, given.programs)
    else:
        uninstall(root)


if __name__ == "__main__":
    main()
