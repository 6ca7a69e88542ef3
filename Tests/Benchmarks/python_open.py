# SPDX-License-Identifier: Apache-2.0
"""Usage: PYTHONPATH=python python_open.py. Times `resect.open` of 1,000 tensors in safetensors against `safe_open`, warm:
the names alone, every array (mapped and not read here, copied there), and the sum of every array. RESECT names the program."""

import tempfile
import time
from pathlib import Path

import numpy
import resect
from safetensors import safe_open
from safetensors.numpy import save_file

ROUNDS = 15


def median(work):
    times = []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return sorted(times[1:])[ROUNDS // 2] * 1000


with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "a.safetensors"
    save_file({f"blocks.{i}.conv.weight": numpy.full((64, 64), i, numpy.float32) for i in range(1000)}, file)

    def summed(arrays):
        return sum(float(each.sum()) for each in arrays)

    def theirs(what):
        with safe_open(file, "numpy") as opened:
            if what == "names":
                return list(opened.keys())
            if what == "arrays":
                return {key: opened.get_tensor(key) for key in opened.keys()}
            return summed(opened.get_tensor(key) for key in opened.keys())

    def ours(what):
        opened = resect.open(file)
        if what == "names":
            return list(opened)
        return opened.state_dict() if what == "arrays" else summed(opened.state_dict().values())

    assert ours("sums") == theirs("sums")
    for what in ("names", "arrays", "sums"):
        one, other = median(lambda: ours(what)), median(lambda: theirs(what))
        print(f"{what}: resect.open {one:.1f} ms, safe_open {other:.1f} ms, ratio {one / other:.1f}")
