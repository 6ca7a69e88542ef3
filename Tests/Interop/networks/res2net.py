# SPDX-License-Identifier: Apache-2.0
"""Res2Net (Gao et al., 2019), ERes2Net (Chen et al., Interspeech 2023) and ERes2NetV2 (Chen et al., 2024)."""
import torch
from torch import nn

from .pooling import temporal_statistics
from .residual import Trunk, convolution, shortcut


def clipped(x):
    return x.clamp(0, 20)


class AFF(nn.Module):
    """Attentive feature fusion of two maps of equal shape: a weight in 0...2 says how much of the first."""

    def __init__(self, channels):
        super().__init__()
        inner = channels // 4
        self.local_att = nn.Sequential(
            nn.Conv2d(2 * channels, inner, 1), nn.BatchNorm2d(inner), nn.SiLU(),
            nn.Conv2d(inner, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, x, y):
        weight = 1 + self.local_att(torch.cat([x, y], dim=1)).tanh()
        return x * weight + y * (2 - weight)


class Res2Block(nn.Module):
    """Groups of channels, each convolved after the one before has been joined to it.

    `joins` is None (Res2Net: the last group passes through), "add" or "fuse" (attentive fusion)."""

    def __init__(self, inputs, planes, stride, width, scale, expansion, joins):
        super().__init__()
        width = planes * width // 64
        self.width, self.scale, self.joins = width, scale, joins
        self.outputs = planes * expansion
        convolved = scale if joins else scale - 1
        self.conv1 = convolution(inputs, width * scale, 1, stride)
        self.bn1 = nn.BatchNorm2d(width * scale)
        self.convs = nn.ModuleList(convolution(width, width, 3) for _ in range(convolved))
        self.bns = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(convolved))
        if joins == "fuse":
            self.fuse_models = nn.ModuleList(AFF(width) for _ in range(scale - 1))
        self.conv3 = convolution(width * scale, self.outputs, 1)
        self.bn3 = nn.BatchNorm2d(self.outputs)
        self.shortcut = shortcut(inputs, self.outputs, stride)

    def forward(self, x):
        groups = clipped(self.bn1(self.conv1(x))).split(self.width, dim=1)
        done = []
        for index, (convolve, norm) in enumerate(zip(self.convs, self.bns)):
            part = groups[index]
            if done:
                part = self.fuse_models[index - 1](done[-1], part) if self.joins == "fuse" else done[-1] + part
            done.append(clipped(norm(convolve(part))))
        y = torch.cat([*done, *groups[len(done):]], dim=1)
        return clipped(self.bn3(self.conv3(y)) + self.shortcut(x))


class Res2Net(Trunk):
    def __init__(self, embedding=192, m=32, width=32, scale=2, expansion=2):
        super().__init__(m, lambda stage, inputs, planes, stride: Res2Block(
            inputs, planes, stride, width, scale, expansion, None))
        self.seg_1 = nn.Linear(2 * self.features, embedding)

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.stem(x)))))
        return self.seg_1(temporal_statistics(x))


class FusingTrunk(Trunk):
    """Stages whose groups are added in the first two and fused in the last two."""

    def __init__(self, m, width, scale, expansion):
        super().__init__(m, lambda stage, inputs, planes, stride: Res2Block(
            inputs, planes, stride, width, scale, expansion, "fuse" if stage > 1 else "add"))

    def stages(self, x):
        outputs = []
        x = self.stem(x)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = layer(x)
            outputs.append(x)
        return outputs


class ERes2Net(FusingTrunk):
    """Base and large: width 32, scale 2, expansion 2; huge: 24, 3, 4. Each stage is fused with those before it."""

    def __init__(self, embedding=192, m=32, width=32, scale=2, expansion=2):
        super().__init__(m, width, scale, expansion)
        channels = [m * expansion << stage for stage in range(4)]
        for stage in range(3):
            name = f"layer{stage + 1}_downsample"
            setattr(self, name, convolution(channels[stage], channels[stage + 1], 3, 2))
        for stage, name in enumerate(("fuse_mode12", "fuse_mode123", "fuse_mode1234")):
            setattr(self, name, AFF(channels[stage + 1]))
        self.seg_1 = nn.Linear(2 * self.features, embedding)

    def forward(self, x):
        first, second, third, fourth = self.stages(x)
        fused = self.fuse_mode12(second, self.layer1_downsample(first))
        fused = self.fuse_mode123(third, self.layer2_downsample(fused))
        fused = self.fuse_mode1234(fourth, self.layer3_downsample(fused))
        return self.seg_1(temporal_statistics(fused))


class ERes2NetV2(FusingTrunk):
    """Width 26, scale 2, expansion 2, or 24, 4, 4 (w24s4ep4). Only the last two stages are fused."""

    def __init__(self, embedding=192, m=64, width=26, scale=2, expansion=2):
        super().__init__(m, width, scale, expansion)
        self.layer3_ds = convolution(4 * m * expansion, 8 * m * expansion, 3, 2)
        self.fuse34 = AFF(8 * m * expansion)
        self.seg_1 = nn.Linear(2 * self.features, embedding)

    def forward(self, x):
        _, _, third, fourth = self.stages(x)
        return self.seg_1(temporal_statistics(self.fuse34(fourth, self.layer3_ds(third))))
