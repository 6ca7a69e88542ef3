# SPDX-License-Identifier: Apache-2.0
"""ECAPA-TDNN: the fixture's, fed with frames x bins as all networks here are."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "fixtures" / "rdino-small"))
from network import ECAPA  # noqa: E402


class ECAPATDNN(ECAPA):
    """`front_end` "fbank" is the supervised form, "mel" that of RDINO and SDPN, which takes power mels."""

    def __init__(self, embedding=192, channels=1024, attention=128, squeezed=128, front_end="fbank"):
        super().__init__([channels] * 4 + [3 * channels], embedding, attention, squeezed, front_end=front_end)

    def forward(self, x):
        return super().forward(x.transpose(1, 2))
