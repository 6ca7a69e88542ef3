# SPDX-License-Identifier: Apache-2.0
"""Usage: pickles.py RESECT [COUNT [SEED]]. Random pickles (`fixtures/unpickling/make.py`), sound and broken: `scan` names whatever
any of five readers asks for, has a finding where they do not all see the same, and takes for a pickle what any of them runs."""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "../../fixtures/unpickling"))
import make  # noqa: E402

import programs  # noqa: E402


def divided(one):
    """Whether C's readers and pickle.py do not all see the same, or PyTorch's sees what none of them does."""
    told = {name: make.told(*one[name]) for name in one}
    torch = told.pop("torch", "!")
    return len(set(told.values())) > 1 or not torch.endswith("!") and torch not in told.values()


def stands_for(name, found):
    """Whether a finding stands for a name that is not written in the program: of a call's, or of an encoding's letters."""
    kinds = {(finding["kind"], finding["message"]) for finding in found["findings"]}
    if "dyn" in name:
        return any(kind == "call" and "comes out of a call" in message for kind, message in kinds)
    return not "".join(name).isascii() and any("encoding" in message for _, message in kinds)


def is_possible(name):
    """Whether Python can have such a module and name: what is no pickle may look as if it had others."""
    return all(part and all(letter.isalnum() or letter in "._" or letter > "\x7f" for letter in part) for part in name)


def judge_one(judge, data, names, is_called, found):
    what = data.hex()
    one = make.seen(data)
    if "pickle" not in found["forms"]:
        possible = any(map(is_possible, names))
        ends = [end for asked, end in one.values() if any(map(is_possible, asked)) and end is not None]
        judge.check(f"{what}: no pickle", not (is_called and possible) and not ends, str(names))
        return
    given = {(entry["module"], entry["name"]) for entry in found["globals"]}
    missed = [name for name in names if name not in given and not stands_for(name, found)]
    judge.check(f"{what}: names", not missed, str(missed))
    if divided(one):
        judge.check(f"{what}: readers", any(finding["kind"] == "readers-differ" for finding in found["findings"]),
                    str({name: make.told(*one[name]) for name in one}))


def main():
    make.bound()
    judge = programs.Judge(sys.argv[1])
    count, seed = map(int, (sys.argv[2:] + ["1500", "2"][len(sys.argv) - 2:])[:2])
    drawn = list(make.programs(count, seed))
    with tempfile.TemporaryDirectory() as folder:
        for index, (data, _, _) in enumerate(drawn):
            pathlib.Path(folder, f"{index:06}.bin").write_bytes(data)
        said = subprocess.run([sys.argv[1], "scan", "--json", folder], capture_output=True, text=True)
        report = json.loads(said.stdout)
    files = sorted(report["files"], key=lambda found: found["file"])
    if judge.check("every program is told of", len(files) == len(drawn), f"{len(files)} of {len(drawn)}"):
        for (data, names, is_called), found in zip(drawn, files):
            judge_one(judge, data, names, is_called, found)
    return judge.close(f"pickles: {count} programs of seed {seed}, {len(make.READERS)} readers")


if __name__ == "__main__":
    sys.exit(main())
