# SPDX-License-Identifier: Apache-2.0
"""The networks by name: the sizes of upstream's recipes, and small ones for quick judging."""
from .campplus import CAMPPlus
from .ecapa import ECAPATDNN
from .res2net import ERes2Net, ERes2NetV2, Res2Net
from .residual import ResNet34
from .xvector import XVector

HUGE = dict(m=64, width=24, scale=3, expansion=4)
WIDE = dict(m=64, width=24, scale=4, expansion=4)

FULL = {
    "ecapa-1024": (ECAPATDNN, {}),
    "ecapa-512": (ECAPATDNN, dict(channels=512)),
    "ecapa-1024-mel": (ECAPATDNN, dict(embedding=512, front_end="mel")),
    "campplus": (CAMPPlus, {}),
    "eres2net-base": (ERes2Net, {}),
    "eres2net-large": (ERes2Net, dict(m=64)),
    "eres2net-huge": (ERes2Net, HUGE),
    "eres2netv2": (ERes2NetV2, {}),
    "eres2netv2-w24s4ep4": (ERes2NetV2, WIDE),
    "resnet34": (ResNet34, {}),
    "res2net": (Res2Net, {}),
    "xvector": (XVector, {}),
}

# Every kind of layer, the fewest channels. Dilations and numbers of blocks are as in the full ones.
ECAPA_SMALL = dict(embedding=12, channels=16, attention=8, squeezed=8)
SMALL = {
    "ecapa": (ECAPATDNN, ECAPA_SMALL),
    "ecapa-mel": (ECAPATDNN, dict(ECAPA_SMALL, front_end="mel")),
    "campplus": (CAMPPlus, dict(embedding=12, head=8, channels=16, growth=8, bottleneck=16, layers=(3, 4, 2))),
    "eres2net": (ERes2Net, dict(embedding=12, m=8)),
    "eres2net-huge": (ERes2Net, dict(HUGE, embedding=12, m=8)),
    "eres2netv2": (ERes2NetV2, dict(embedding=12, m=8)),
    "eres2netv2-w24s4ep4": (ERes2NetV2, dict(WIDE, embedding=12, m=8)),
    "resnet34": (ResNet34, dict(embedding=12, m=8)),
    "res2net": (Res2Net, dict(embedding=12, m=8)),
    "xvector": (XVector, dict(embedding=12)),
}


def make(sizes, name, **changes):
    """The network of that name in FULL or SMALL, with other sizes where `changes` says so; PyTorch's weights."""
    cls, words = sizes[name]
    return cls(**dict(words, **changes))
