# SPDX-License-Identifier: Apache-2.0
"""Random ONNX models, judged by the onnx package: every tensor as numpy_helper has it, bit for bit.

onnx_judge.py RESECT [--seeds N]     # needs onnx and numpy
"""
import argparse
import hashlib
import pathlib
import random
import sys
import tempfile

import ml_dtypes
import numpy as np
import onnx
from onnx import helper, numpy_helper

from programs import Judge

TYPES = ["float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
         "float8_e8m0fnu", "complex128", "complex64", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8",
         "bool"]
SHAPES = [(), (0,), (3, 0, 2), (1,), (5,), (2, 3), (4, 1, 3), (300,)]


def numpy_type(name):
    return np.dtype(getattr(ml_dtypes, name, None) or name)


def random_tensor(draw, name):
    kind = draw.choice(TYPES)
    dtype, shape = numpy_type(kind), draw.choice(SHAPES)
    count = int(np.prod(shape, dtype=np.int64))
    raw = draw.randbytes(count * dtype.itemsize)
    if kind == "bool":
        raw = bytes(byte & 1 for byte in raw)
    array = np.frombuffer(raw, dtype=dtype).reshape(shape)
    tensor = numpy_helper.from_array(array, name)
    if draw.random() < 0.4:
        # In the field of its type; of floats the bits, since the helper rounds values.
        tensor.ClearField("raw_data")
        kind_of = tensor.data_type
        field = helper.tensor_dtype_to_field(kind_of)
        if field == "int32_data" and kind not in ("int32", "int16", "int8"):
            values = array.view({1: np.uint8, 2: np.uint16}[dtype.itemsize]) if kind != "bool" else array
            values = [int(value) for value in values.ravel()]
        elif kind.startswith("complex"):
            part = np.float32 if kind == "complex64" else np.float64
            values = np.frombuffer(raw, dtype=part)
        else:
            values = array.ravel().tolist() if field not in ("float_data", "double_data") else array.ravel()
        getattr(tensor, field).extend(values)
    return tensor, kind


def listed(path, tensor, kind):
    array = numpy_helper.to_array(tensor)
    return path.replace("~", "~0").replace("/", "~1"), kind, list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()


def random_model(draw, folder, index):
    expected, initializers, nodes = [], [], []
    names = {f"{draw.choice(['layer', '/a/b', 'onnx::MatMul_', 'ä~'])}{draw.randrange(1000)}" for _ in range(10)}
    for name in sorted(names):
        tensor, kind = random_tensor(draw, name)
        initializers.append(tensor)
        expected.append(listed(name, tensor, kind))
    for number in range(draw.randrange(4)):
        tensor, kind = random_tensor(draw, "any")
        nodes.append(helper.make_node("Constant", [], [f"constant{number}"], value=tensor))
        expected.append(listed(f"constant{number}", tensor, kind))
    inner, kind = random_tensor(draw, "inner")
    graph = helper.make_graph([], "inside", [], [], [inner])
    nodes.append(helper.make_node("Loop", ["n"], ["out"], body=graph))
    expected.append(listed("out/body/inner", inner, kind))
    model = helper.make_model(helper.make_graph(nodes, "g", [], [], initializers),
                              producer_name=draw.choice(["", "judge"]))
    path = folder / f"{index}.onnx"
    if draw.random() < 0.4:
        onnx.save(model, str(path), save_as_external_data=True, location=f"{index}.data", size_threshold=0,
                  all_tensors_to_one_file=draw.random() < 0.7, convert_attribute=draw.random() < 0.5)
    else:
        onnx.save(model, str(path))
    return path, expected


def judge_model(judge, path, expected, seed):
    listing = judge.json(f"seed {seed}: ls", "ls", path, "--json", "--hash")
    if listing is None:
        return
    found = [(t["path"], t["dtype"], t["shape"], t["sha256"]) for t in listing["tensors"]]
    for got, wanted in zip(found, expected):
        judge.check(f"seed {seed}: {wanted[0]}", got == wanted, f"{got}, not {wanted}")
    judge.check(f"seed {seed}: all of them", len(found) == len(expected), f"{len(found)}, not {len(expected)}")
    for command in ("verify", "scan"):
        judge.exits(f"seed {seed}: {command}", 0, command, path)
    copy = path.with_suffix(".pth")
    if judge.exits(f"seed {seed}: convert", 0, "convert", path, "-o", copy):
        judge.exits(f"seed {seed}: diff", 0, "diff", path, copy)
    # Cut anywhere, it is refused, and nothing else happens.
    whole = path.read_bytes()
    cut = path.with_name("cut.onnx")
    draw = random.Random(seed)
    for _ in range(3):
        cut.write_bytes(whole[:draw.randrange(1, len(whole))])
        judge.exits(f"seed {seed}: cut", 3, "ls", cut)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("resect")
    parser.add_argument("--seeds", type=int, default=40)
    options = parser.parse_args()
    judge = Judge(options.resect)
    with tempfile.TemporaryDirectory() as name:
        for seed in range(options.seeds):
            folder = pathlib.Path(name) / str(seed)
            folder.mkdir()
            path, expected = random_model(random.Random(seed), folder, seed)
            judge_model(judge, path, expected, seed)
    return judge.close("onnx")


if __name__ == "__main__":
    sys.exit(main())
