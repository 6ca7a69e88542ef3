# SPDX-License-Identifier: Apache-2.0
"""What `resect ls` lists against what PyTorch's `weights_only` loads, of checkpoints with something changed in them.

mutations.py RESECT [--count N] [--seed S] [--keep FOLDER] [FOLDER ...]

Files come from the fixtures and from the folders. Whatever both take is listed alike; what PyTorch alone takes, and what
Resect alone takes, has a reason of the lists below. PyTorch works in processes of its own, each of which is ended where it
takes too long.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import resource
import select
import subprocess
import sys
import tempfile
import warnings

import mutants

HERE = pathlib.Path(__file__).resolve()
FIXTURES = HERE.parents[2] / "fixtures"
# Larger files would take most of the time for no other kind of fault.
LARGEST = 40_000
SECONDS = 20

OPAQUE = "an object is kept as it is"
UNSOUND = "verify has a finding"

# What PyTorch loads and Resect refuses: the message's pattern, and why it is right.
REFUSED_BY_US = {
    "its local header|central directory|zip64|end record|overlap|control characters|shares bytes|flag bit|extra field"
    "|second name|several disks|another disk|no member begins|bytes follow":
        "the archive's two directories differ, or are not as they should be: PyTorch looks at one of them",
    "its CRC-32 is": "a member that PyTorch does not read",
    "it has .* bytes; at most .* are read here": "a member that says how the archive is written, and is far too long",
    "(REDUCE|NEWOBJ).* where the argument tuple": "Python's own unpickler refuses it",
    "protocol .* are read": "Python's own unpickler refuses it",
    "the member holds .* bytes, the pickle says": "a storage has bytes that its tensors do not say",
    "a storage's key or location is not text": "no PyTorch writes it",
    "is not what _rebuild_tensor_v2 takes": "no PyTorch writes it",
    "does not hold a storage that its tensors refer to": "PyTorch leaves what lay in memory in its place",
    "the file is big-endian, and a tensor": "documented in docs/formats/torch.md",
}
# What Resect lists and `weights_only` refuses.
REFUSED_BY_PYTORCH = {
    OPAQUE: "an object that Resect keeps as it is, and lists as opaque: PyTorch makes the call, which fails",
    "Unsupported global": "a class or function that weights_only does not allow",
    "TorchScript archives": "TorchScript, which is another loader's",
    "legacy .tar format": "the form of PyTorch 0.1, which weights_only does not read",
    "invalid literal for int": "`.storage_alignment` or the like is no number; it says nothing of what the file holds",
    "indices|nnz|negative index": "indices of sparse tensors, which are elements: `ls` reads none",
    "utf-8|unknown encoding": "a text that is not in the encoding it should be in: it is kept",
    "record size .* does not match": "a storage whose size is said twice, once by what is thrown away",
    "qscheme|requires_grad'? must be": "parts of a quantized tensor or parameter that PyTorch does not take",
    "Can only (SETITEM|BUILD|APPEND)|expected dict|unrecognized function|Unsupported (operand|persistent)":
        "an opcode, or a call or change of an object, that weights_only does not allow",
    "not callable|positional argument|arguments, got|unhashable|attribute name must|not subscriptable|to unpack|index out of range"
    "|not a type object|must be a type":
        "a call, key or attribute that Python refuses, where nothing of it is listed: thrown away, or a hook",
}
# What both take and say otherwise.
UNLIKE = {
    r"value .*(\(|StorageType\().*: not listed": "a key that is an object, whose path the judge cannot tell",
    UNSOUND: "what both take is not sound, and `verify` says why",
}


class Differences:
    """Stands in for the judge of listings: keeps what does not hold."""

    def __init__(self):
        self.found = []

    def check(self, what, holds, why=""):
        if not holds:
            self.found.append(f"{what}: {why}")
        return bool(holds)


def judged(resect, path):
    """What came of one file: `[class, words]`."""
    import forms
    import listings
    import torch
    import truth

    done = subprocess.run(
        [resect, "ls", path, "--json", "--hash"], capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS)
    said = json.loads(done.stdout) if done.stdout else {}
    ours = said.get("error") or (None if done.returncode == 0 else {"code": f"exit {done.returncode}", "message": "no words"})
    try:
        value = torch.load(path, map_location="cpu", weights_only=True)
        theirs = None
    except Exception as error:  # whatever it is, it is a refusal
        # What it advises stands before the reason.
        theirs = f"{type(error).__name__}: {str(error).rpartition('WeightsUnpickler error: ')[2].strip()}"
    if ours and theirs:
        return ["neither", ours["code"]]
    if ours:
        return ["refused by us", f"{ours['code']}: {ours['message']}"]
    if theirs:
        kept = any(value.get("opaque") for value in said["values"])
        return ["refused by PyTorch", f"{OPAQUE}; {theirs}" if kept else theirs]
    differences = Differences()
    try:
        # PyTorch 1 does not say whether a sparse tensor is coalesced, and the newest makes something of that.
        if any("parts" in tensor and not tensor.get("layout", "").startswith("sparse") for tensor in said["tensors"]):
            forms.compare_parts(differences, "", said, value)
            listings.judge_values(differences, "", truth.plain_values(value), said["values"])
        else:
            listings.compare_listing(differences, "", said, value)
    except RecursionError:
        return ["both", "a value that holds itself is not compared"]
    if differences.found:
        # Both read what is not sound: then it is for `verify` to say.
        verified = subprocess.run([resect, "verify", path], capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS)
        found = f"{UNSOUND}; " if verified.returncode == 1 else ""
        return ["unlike", found + differences.found[0]]
    return ["both", ""]


def work(resect):
    """Judges the paths that come in, a line each."""
    resource.setrlimit(resource.RLIMIT_AS, (16 << 30, 16 << 30))
    warnings.simplefilter("ignore")
    import torch

    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(1), "w")
    # PyTorch may print.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        try:
            answer = judged(resect, line.rstrip("\n"))
        except subprocess.TimeoutExpired:
            answer = ["too long", f"resect took more than {SECONDS} s"]
        except Exception as error:
            answer = ["judge", f"{type(error).__name__}: {error}"]
        print(json.dumps(answer), file=answers, flush=True)


class Worker:
    """A process with a PyTorch of its own; a new one where it ends, or must be ended."""

    def __init__(self, resect):
        self.resect = resect
        self.process = None

    def judged(self, path):
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, HERE, self.resect, "--work"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, bufsize=1)
        print(path, file=self.process.stdin, flush=True)
        ready, _, _ = select.select([self.process.stdout], [], [], 3 * SECONDS)
        line = self.process.stdout.readline() if ready else ""
        if line:
            return json.loads(line)
        self.process.kill()
        code = self.process.wait()
        self.process = None
        # `resect` has its own limit, which is shorter.
        return ["PyTorch ended", f"by {code}" if not ready else f"code {code}"]


    def end(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def reason(table, words):
    return next((why for pattern, why in table.items() if re.search(pattern, words)), None)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("resect")
    options.add_argument("folders", nargs="*", type=pathlib.Path)
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", type=int, help="one mutant alone, by its number")
    options.add_argument("--keep", type=pathlib.Path, help="where to leave what has no reason")
    options.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    words = options.parse_args()
    if words.work:
        return work(words.resect)

    folders = [FIXTURES / name for name in ("checkpoints", "forms", "keys", "modules")] + words.folders
    paths = sorted(
        path for folder in folders for path in folder.iterdir()
        if path.suffix in {".pt", ".pth", ".tar"} and path.stat().st_size <= LARGEST)
    tables = {"refused by us": REFUSED_BY_US, "refused by PyTorch": REFUSED_BY_PYTORCH, "unlike": UNLIKE}
    counts, reasons, ways, failed = collections.Counter(), collections.Counter(), collections.Counter(), 0
    worker = Worker(words.resect)
    # Files that both take as they are.
    taken = [path for path in paths if worker.judged(path)[0] == "both"]
    others = [path for path in paths if path not in taken]
    with tempfile.TemporaryDirectory() as folder:
        for number, source, way, data in mutants.mutants(taken, others, words.count, words.seed):
            if words.only not in (None, number):
                continue
            path = pathlib.Path(folder) / f"{number}-{source.name}"
            path.write_bytes(data)
            kind, said = worker.judged(path)
            said = said.replace(str(path), "FILE")
            counts[kind] += 1
            if kind not in ("neither", "both"):
                why = reason(tables.get(kind, {}), said)
                if why:
                    reasons[f"{kind}: {why}"] += 1
                elif kind != "PyTorch ended":
                    failed += 1
                    print(f"FAILED mutant {number} of seed {words.seed}, {way} of {source.name}: {kind}: {said[:500]}",
                          file=sys.stderr, flush=True)
                    if words.keep:
                        words.keep.mkdir(exist_ok=True)
                        (words.keep / path.name).write_bytes(data)
            ways[way] += kind == "both"
            path.unlink()
    worker.end()
    print(f"mutations: {sum(counts.values())} of {len(taken)} files that both take and {len(others)} others: "
          + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    for why, count in reasons.most_common():
        print(f"  {count} {why}")
    print("  taken by both: " + ", ".join(f"{count} {way}" for way, count in ways.most_common()))
    if counts["both"] < sum(counts.values()) // 20:
        failed += 1
        print("FAILED too few are taken by both to say anything", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
