# SPDX-License-Identifier: Apache-2.0
"""CAM++: Wang et al., Interspeech 2023."""
from collections import OrderedDict

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
import torch.nn.functional as F

from .residual import BasicBlock, convolution


class Nonlinear(nn.Sequential):
    """Batch norm, then ReLU."""

    def __init__(self, channels):
        super().__init__(OrderedDict(batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU()))


class Head(nn.Module):
    """The convolutional front end: (batch, bins, frames) to (batch, channels x bins / 8, frames)."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = convolution(1, channels, 3)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(BasicBlock(channels, channels, (2, 1)), BasicBlock(channels, channels))
        self.layer2 = nn.Sequential(BasicBlock(channels, channels, (2, 1)), BasicBlock(channels, channels))
        self.conv2 = convolution(channels, channels, 3, (2, 1))
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        x = self.bn1(self.conv1(x.unsqueeze(1))).relu()
        x = self.bn2(self.conv2(self.layer2(self.layer1(x)))).relu()
        return x.flatten(1, 2)


class CAMLayer(nn.Module):
    """A convolution under a mask that the means of the whole and of each 100 frames make."""

    def __init__(self, inputs, outputs, dilation):
        super().__init__()
        self.linear_local = nn.Conv1d(inputs, outputs, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(inputs, inputs // 2, 1)
        self.linear2 = nn.Conv1d(inputs // 2, outputs, 1)

    def forward(self, x):
        segments = F.avg_pool1d(x, 100, stride=100, ceil_mode=True)
        segments = segments.repeat_interleave(100, dim=2)[:, :, :x.shape[2]]
        context = x.mean(dim=2, keepdim=True) + segments
        return self.linear_local(x) * self.linear2(self.linear1(context).relu()).sigmoid()


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth, bottleneck, dilation, recomputes):
        super().__init__()
        self.recomputes = recomputes
        self.nonlinear1 = Nonlinear(inputs)
        self.linear1 = nn.Conv1d(inputs, bottleneck, 1, bias=False)
        self.nonlinear2 = Nonlinear(bottleneck)
        self.cam_layer = CAMLayer(bottleneck, growth, dilation)

    def squeeze(self, x):
        return self.linear1(self.nonlinear1(x))

    def forward(self, x):
        if self.training and self.recomputes and x.requires_grad:
            y = checkpoint(self.squeeze, x, use_reentrant=True)
        else:
            y = self.squeeze(x)
        return torch.cat([x, self.cam_layer(self.nonlinear2(y))], dim=1)


class Transit(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.nonlinear = Nonlinear(inputs)
        self.linear = nn.Conv1d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.linear(self.nonlinear(x))


class TDNN(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 5, stride=2, padding=2, bias=False)
        self.nonlinear = Nonlinear(outputs)

    def forward(self, x):
        return self.nonlinear(self.linear(x))


class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 1, bias=False)
        self.nonlinear = nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(outputs, affine=False)))

    def forward(self, x):
        return self.nonlinear(self.linear(x.unsqueeze(2)).squeeze(2))


class CAMPPlus(nn.Module):
    """With `recomputes`, as upstream trains, each layer's bottleneck runs again in the backward pass to save memory, so
    that its first batch norm takes every batch into its running statistics twice."""

    def __init__(self, embedding=512, head=32, channels=128, growth=32, bottleneck=128, layers=(12, 24, 16),
                 recomputes=True):
        super().__init__()
        self.head = Head(head)
        self.xvector = nn.Sequential(OrderedDict(tdnn=TDNN(10 * head, channels)))
        for block, (count, dilation) in enumerate(zip(layers, (1, 2, 2)), start=1):
            dense = OrderedDict()
            for layer in range(1, count + 1):
                dense[f"tdnnd{layer}"] = DenseLayer(channels, growth, bottleneck, dilation, recomputes)
                channels += growth
            self.xvector.add_module(f"block{block}", nn.Sequential(dense))
            self.xvector.add_module(f"transit{block}", Transit(channels, channels // 2))
            channels //= 2
        self.xvector.add_module("out_nonlinear", Nonlinear(channels))
        self.xvector.add_module("dense", Dense(2 * channels, embedding))
        for module in self.modules():
            if isinstance(module, nn.Conv1d):
                nn.init.kaiming_normal_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x):
        *trunk, dense = self.xvector
        x = self.head(x.transpose(1, 2))
        for module in trunk:
            x = module(x)
        return dense(torch.cat([x.mean(dim=2), x.std(dim=2)], dim=1))
