# SPDX-License-Identifier: Apache-2.0
"""x-vector: Snyder et al., ICASSP 2018."""
from torch import nn

from .pooling import temporal_statistics


class Frame(nn.Module):
    """Convolution, ReLU, then batch norm without weights."""

    def __init__(self, inputs, outputs, kernel, dilation):
        super().__init__()
        self.conv_1d = nn.Conv1d(inputs, outputs, kernel, dilation=dilation)
        self.bn = nn.BatchNorm1d(outputs, affine=False)

    def forward(self, x):
        return self.bn(self.conv_1d(x).relu())


class XVector(nn.Module):
    def __init__(self, embedding=512, channels=512, last=1500):
        super().__init__()
        self.frame_1 = Frame(80, channels, 5, 1)
        self.frame_2 = Frame(channels, channels, 3, 2)
        self.frame_3 = Frame(channels, channels, 3, 3)
        self.frame_4 = Frame(channels, channels, 1, 1)
        self.frame_5 = Frame(channels, last, 1, 1)
        self.seg_1 = nn.Linear(2 * last, embedding)

    def forward(self, x):
        x = self.frame_3(self.frame_2(self.frame_1(x.transpose(1, 2))))
        return self.seg_1(temporal_statistics(self.frame_5(self.frame_4(x))))
