# SPDX-License-Identifier: Apache-2.0
"""scan.py RESECT PYTHON CORPUS WORK: the table of `resect scan` and PyPI's scanners over the same files. Run by scan.sh, in
the virtual environment of the scanners.

PYTHON has PyTorch, and writes the files that were made to evade; WORK is an empty folder.
"""
import collections
import json
import pathlib
import resource
import subprocess
import sys

import scan_samples
from scanners import SCANNERS

HERE = pathlib.Path(__file__).resolve().parent
CAUGHT = ("flag", "warn")


def resect(program, paths):
    """What `resect scan` says, in the words of scanners.py, and its seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, "scan", "--json", *paths], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    words = {}
    for file in json.loads(done.stdout)["files"]:
        verdict = file["verdict"]
        words[file["file"]] = {"dangerous": "flag", "opaque": "flag", "not-examined": "err"}.get(verdict, "clean")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    return f"resect {version}", words, seconds


def other(name, paths):
    done = subprocess.run(
        [sys.executable, HERE / "scanners.py", name], input="\n".join(paths), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name} ended with {done.returncode}: {done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    return f"{name} {said['version']}", said["words"], sum(said["seconds"].values())


def count(words, samples, kind, *wanted):
    return sum(words[str(sample.path)] in wanted for sample in samples if sample.kind == kind)


def row(title, words, seconds, samples):
    cells = [title]
    for kind in ("made to evade", "harmful"):
        of_kind = (words, samples, kind)
        cells += [count(*of_kind, *CAUGHT), count(*of_kind, "clean", "skipped"), count(*of_kind, "err")]
    cells += [count(words, samples, "benign", word) for word in ("flag", "warn", "err")]
    return "| " + " | ".join(map(str, cells + [f"{seconds:.1f}"])) + " |"


def main():
    program, python, corpus, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    collected, missing = scan_samples.collected(corpus, work)
    samples = [*scan_samples.bypasses(work, python), *collected]
    paths = sorted({str(sample.path) for sample in samples})
    results = [resect(program, paths), *(other(name, paths) for name in SCANNERS)]

    kinds = collections.Counter(sample.kind for sample in samples)
    print(f"{kinds['made to evade']} files made to evade, {kinds['harmful']} harmful ones, {kinds['benign']} benign ones:\n")
    print("| | made to evade: caught | missed | not told | harmful: caught | missed | not told "
          "| benign: flagged | warned of | not told | seconds |")
    print("|" + "---|" * 11)
    for title, words, seconds in results:
        print(row(title, words, seconds, samples))

    _, words, _ = results[0]
    for sample in samples:
        word = words[str(sample.path)]
        if word != ("clean" if sample.kind == "benign" else "flag"):
            print(f"\nresect: {word} of {sample.kind} {sample.name}", end="")
    lacking = collections.Counter(row["set"] for row in missing)
    for name, number in lacking.items():
        print(f"\nnot there: {number} of the list's set {name}", end="")
    print()


if __name__ == "__main__":
    main()
