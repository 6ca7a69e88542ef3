# SPDX-License-Identifier: Apache-2.0
"""What a user writes today: load, take the teacher's backbone, save. strip.py IN OUT"""
import sys
from collections import OrderedDict

import torch

options = {} if torch.__version__.startswith("1.") else {"weights_only": False}
checkpoint = torch.load(sys.argv[1], map_location="cpu", **options)
prefix = "module.backbone."
backbone = OrderedDict(
    (key[len(prefix):], value) for key, value in checkpoint["teacher"].items() if key.startswith(prefix))
torch.save(backbone, sys.argv[2])
