# SPDX-License-Identifier: Apache-2.0
"""What a user writes today to see what is in a file. list.py IN"""
import sys

import torch

options = {} if torch.__version__.startswith("1.") else {"weights_only": False, "mmap": True}
for name, value in torch.load(sys.argv[1], map_location="cpu", **options).items():
    if isinstance(value, dict):
        for key, tensor in value.items():
            if isinstance(tensor, torch.Tensor):
                print(name, key, tensor.dtype, tuple(tensor.shape))
