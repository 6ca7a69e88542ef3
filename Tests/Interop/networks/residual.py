# SPDX-License-Identifier: Apache-2.0
"""What the two-dimensional residual networks share, and ResNet34 (He et al., CVPR 2016) for speakers."""
from torch import nn

from .pooling import temporal_statistics

BINS = 80


def convolution(inputs, outputs, kernel, stride=1):
    """A square kernel without bias that keeps the size, but for the stride."""
    return nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)


def shortcut(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return nn.Sequential()
    return nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
    def __init__(self, inputs, planes, stride=1):
        super().__init__()
        self.conv1 = convolution(inputs, planes, 3, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = convolution(planes, planes, 3)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = shortcut(inputs, planes, stride)
        self.outputs = planes

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu()
        return (self.bn2(self.conv2(y)) + self.shortcut(x)).relu()


class Trunk(nn.Module):
    """The stem and four stages of 3, 4, 6, 3 blocks on `m`, 2m, 4m, 8m planes, halving bins and frames from the
    second on. `block(stage, inputs, planes, stride)` makes a block."""

    def __init__(self, m, block):
        super().__init__()
        self.conv1 = convolution(1, m, 3)
        self.bn1 = nn.BatchNorm2d(m)
        inputs = m
        for stage, count in enumerate((3, 4, 6, 3)):
            blocks = []
            for index in range(count):
                blocks.append(block(stage, inputs, m << stage, 2 if stage > 0 and index == 0 else 1))
                inputs = blocks[-1].outputs
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.features = inputs * (BINS // 8)

    def stem(self, x):
        """(batch, frames, bins) to (batch, m, bins, frames)."""
        return self.bn1(self.conv1(x.transpose(1, 2).unsqueeze(1))).relu()


class ResNet34(Trunk):
    def __init__(self, embedding=192, m=32):
        super().__init__(m, lambda stage, inputs, planes, stride: BasicBlock(inputs, planes, stride))
        self.seg_1 = nn.Linear(2 * self.features, embedding)
        self.seg_bn_1 = nn.BatchNorm1d(embedding, affine=False)
        self.seg_2 = nn.Linear(embedding, embedding)

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.stem(x)))))
        return self.seg_2(self.seg_bn_1(self.seg_1(temporal_statistics(x)).relu()))
