# SPDX-License-Identifier: Apache-2.0
"""Writes an RDINO checkpoint of 3D-Speaker's real sizes, with random weights: 654 tensors, about 765 MB.

make_checkpoint.py FILE, under Debian's PyTorch 1.13, which most such files were written by.
"""
import pathlib
import sys

import numpy
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "rdino-small"))
from network import ECAPA, BackboneAndHead, RDINOHead, Wrapped  # noqa: E402
from objective import DINOLoss, parameter_groups  # noqa: E402

OUTPUTS = 65536


def model():
    backbone = ECAPA([1024] * 4 + [3072], 512, 128, 128)
    return Wrapped(BackboneAndHead(backbone, RDINOHead(512, 2048, 8192, 256, OUTPUTS)))


def main(path):
    torch.manual_seed(1)
    student, teacher = model(), model()
    optimizer = torch.optim.SGD(parameter_groups(student), lr=0, momentum=0.9)
    for group in optimizer.param_groups:
        group["lr"] = numpy.float64(0.3)
    optimizer.param_groups[0]["weight_decay"] = numpy.float64(5e-5)
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            optimizer.state[parameter]["momentum_buffer"] = torch.randn_like(parameter)
    for weights in (teacher.state_dict(), student.state_dict()):
        for tensor in weights.values():
            if tensor.is_floating_point():
                tensor.copy_(torch.randn_like(tensor))
    torch.save(
        {"student": student.state_dict(), "teacher": teacher.state_dict(), "optimizer": optimizer.state_dict(),
         "epoch": 61, "dino_loss": DINOLoss(OUTPUTS).state_dict()}, path)


if __name__ == "__main__":
    main(sys.argv[1])
