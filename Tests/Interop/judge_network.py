# SPDX-License-Identifier: Apache-2.0
"""Holds fixtures/rdino-small/network.py against a checkpoint of 3D-Speaker's RDINO: names and `_metadata`; and every
fixture that claims to be upstream's against that network: upstream's class must be buildable in its sizes."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fixtures" / "rdino-small"))
import truth  # noqa: E402
from network import ECAPA, BackboneAndHead, RDINOHead, Wrapped  # noqa: E402
from programs import Judge  # noqa: E402
from strips import PREFIX, like_upstream  # noqa: E402

FIXTURES = ROOT / "fixtures"


def backbones():
    """(name, weights) of every network in the fixtures that is said to be 3D-Speaker's RDINO, SDPN or ECAPA-TDNN."""
    for path in [FIXTURES / "rdino-small" / "checkpoint.pth", *sorted((FIXTURES / "checkpoints").glob("*-tiny-*.pth"))]:
        file = truth.load(path)
        for branch in ("student", "teacher"):
            yield f"{path.parent.name}/{path.name} {branch}", {
                key[len(PREFIX):]: value for key, value in file[branch].items() if key.startswith(PREFIX)}
    for path in sorted((FIXTURES / "3dspeaker").glob("CKPT*/embedding_model.ckpt")):
        weights = truth.load(path)
        if "mfa.conv.conv.weight" in weights:
            yield f"{path.parent.name}/{path.name}", weights


def judge_sizes(judge):
    found = 0
    for name, weights in backbones():
        found += 1
        try:
            like_upstream(weights).load_state_dict(weights, strict=True)
            judge.check(f"{name}: upstream's class in these sizes takes it", True)
        except (RuntimeError, ValueError) as error:
            judge.check(f"{name}: upstream's class in these sizes takes it", False, str(error)[:200])
    judge.check("there are such fixtures", found > 8, found)


def main():
    judge = Judge(None)
    file = truth.load(ROOT / "fixtures" / "checkpoints" / "rdino-tiny-torch1.13.pth")
    own = Wrapped(BackboneAndHead(ECAPA([16] * 4 + [48], 16, 8, 8), RDINOHead(16, 32, 40, 12, 48))).state_dict()
    for branch in ("student", "teacher"):
        judge.check(f"{branch}: keys", list(own) == list(file[branch]))
        judge.check(
            f"{branch}: _metadata", list(own._metadata.items()) == list(file[branch]._metadata.items()),
            truth.metadata_difference(own._metadata, file[branch]._metadata))
    judge_sizes(judge)
    return judge.close("RDINO's checkpoint against 3D-Speaker")


if __name__ == "__main__":
    sys.exit(main())
