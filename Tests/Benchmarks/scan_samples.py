# SPDX-License-Identifier: Apache-2.0
"""Which files scanners are judged by.

A corpus is a folder. Which of its files are harmful say

- `corpora.tsv` in it, or at `../shared/scan` beside the repository: lines of set, name and SHA-256 behind a line of heads.
  Sets whose names begin with `mal` are harmful. Files are found by their digests, wherever they lie in the corpus, in
  `fixtures`, or among the installed packages of the virtual environments: so a folder of cloned repositories is enough.
- else its folders `malicious` and `benign`.

Always with them are the files of `../shared/scan/bypasses`, where that lies beside the repository: a script each, which
writes one file that 0.1.0 did not flag. And where fickling's own tests are in the corpus (`test_bypasses.py`), the files
that they speak of: those tests build them in memory.
"""
import collections
import csv
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "scan"

Sample = collections.namedtuple("Sample", "kind name path")


def bypasses(work, python):
    """The files that were made to run code without being flagged; none where their scripts are not here.

    python: one with PyTorch.
    """
    folder = work / "bypasses"
    folder.mkdir()
    for script in sorted((SHARED / "bypasses").glob("*.py")):
        # Scanners go by the suffix: the one that the script itself would take.
        suffix = re.search(r"out(\.\w+)", script.read_text())
        path = folder / (script.stem + (suffix[1] if suffix else ".pkl"))
        subprocess.run([python, script, path], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        yield Sample("made to evade", path.name, path)


def collected(corpus, work):
    """The listed files that are there, and the rows of those that are not."""
    lists = [path for path in (corpus / "corpora.tsv", SHARED / "corpora.tsv") if path.is_file()]
    if not lists:
        return [
            Sample(kind, path.name, path)
            for kind, folder in (("harmful", "malicious"), ("benign", "benign"))
            for path in sorted((corpus / folder).rglob("*")) if path.is_file()
        ], []
    with open(lists[0], newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    wanted = {row["sha256"] for row in rows}
    found = by_digest([corpus, ROOT / "fixtures", *packages(), fickling_files(corpus, work)], wanted)
    samples, missing = [], []
    for row in rows:
        paths = found.get(row["sha256"], [])
        # Scanners go by the suffix, so that a file of the listed name comes first.
        paths.sort(key=lambda path: not row["file"].endswith(path.name))
        if paths:
            kind = "harmful" if row["set"].startswith("mal") else "benign"
            samples.append(Sample(kind, row["file"], paths[0]))
        else:
            missing.append(row)
    return samples, missing


def packages():
    """Where weights lie that came in packages."""
    environments = [os.environ.get("RESECT_VENV"), sys.prefix]
    return [found for folder in environments if folder for found in pathlib.Path(folder).glob("lib/python3*/site-packages")]


def by_digest(folders, wanted):
    found = collections.defaultdict(list)
    for folder in folders:
        for path in folder.rglob("*"):
            # Code and its caches are no samples.
            if path.suffix in (".py", ".pyc", ".so") or not path.is_file() or path.is_symlink():
                continue
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest in wanted:
                found[digest].append(path)
    return found


def fickling_files(corpus, work):
    """What fickling's tests build, written out: `NAME_N.pkl` is the Nth pickle of `test_NAME`, `NAME_Nraw.pkl` one that
    they have as bytes."""
    folder = work / "fickling"
    folder.mkdir()
    for tests in corpus.rglob("test_bypasses.py"):
        watch(tests, folder)
    return folder


def watch(tests, folder):
    """Runs tests, and keeps every pickle that they make. They look at pickles, and load none."""
    import importlib.util
    import unittest

    from fickling.fickle import Pickled

    counts = collections.Counter()
    current = [""]
    make, load = Pickled.__init__, Pickled.load

    def keep(content, raw=""):
        counts[current[0]] += 1
        (folder / f"{current[0]}_{counts[current[0]]}{raw}.pkl").write_bytes(content)

    def watched(self, opcodes, *words, **options):
        make(self, opcodes, *words, **options)
        try:
            keep(self.dumps())
        except Exception:
            pass  # what cannot be written is no file

    def loaded(content, *words, **options):
        Pickled.__init__ = make
        try:
            if isinstance(content, (bytes, bytearray)):
                keep(bytes(content), "raw")
            return load(content, *words, **options)
        finally:
            Pickled.__init__ = watched

    class Result(unittest.TestResult):
        def startTest(self, test):
            current[0] = test.id().rsplit(".", 1)[1].removeprefix("test_")
            super().startTest(test)

    description = importlib.util.spec_from_file_location("test_bypasses", tests)
    module = importlib.util.module_from_spec(description)
    Pickled.__init__, Pickled.load = watched, staticmethod(loaded)
    try:
        description.loader.exec_module(module)
        unittest.defaultTestLoader.loadTestsFromModule(module).run(Result())
    finally:
        Pickled.__init__, Pickled.load = make, load
