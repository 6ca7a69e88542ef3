# SPDX-License-Identifier: Apache-2.0
"""Holds fixtures/rdino-small/network.py against a checkpoint of 3D-Speaker's RDINO: names and `_metadata`."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fixtures" / "rdino-small"))
import truth  # noqa: E402
from network import ECAPA, BackboneAndHead, RDINOHead, Wrapped  # noqa: E402
from programs import Judge  # noqa: E402


def main():
    judge = Judge(None)
    file = truth.load(ROOT / "fixtures" / "checkpoints" / "rdino-tiny-torch1.13.pth")
    own = Wrapped(BackboneAndHead(ECAPA([16] * 4 + [48], 16, 8, 8), RDINOHead(16, 32, 40, 12, 48))).state_dict()
    for branch in ("student", "teacher"):
        judge.check(f"{branch}: keys", list(own) == list(file[branch]))
        judge.check(
            f"{branch}: _metadata", list(own._metadata.items()) == list(file[branch]._metadata.items()),
            truth.metadata_difference(own._metadata, file[branch]._metadata))
    return judge.close("RDINO's checkpoint against 3D-Speaker")


if __name__ == "__main__":
    sys.exit(main())
