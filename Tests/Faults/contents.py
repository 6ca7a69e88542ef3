# SPDX-License-Identifier: Apache-2.0
"""Whether an output is whole, as far as Python without packages can tell: what a trial takes for right is looked at once."""

import ast
import json
import struct
import zipfile


def judge(path):
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                judge(file)
        return
    bytes_ = path.read_bytes()
    assert bytes_, f"{path} is empty"
    if bytes_[:2] == b"PK":
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() and archive.testzip() is None, path
    elif path.suffix == ".json":
        json.loads(bytes_)
    elif path.suffix == ".jsonl":
        assert all(json.loads(line) for line in bytes_.splitlines())
    elif path.suffix == ".safetensors":
        safetensors(bytes_, path)
    elif path.suffix == ".html":
        assert bytes_.rstrip().endswith(b"</html>"), path
    elif bytes_[:6] == b"\x93NUMPY":
        ast.literal_eval(bytes_[10 : 10 + struct.unpack("<H", bytes_[8:10])[0]].decode())


def safetensors(bytes_, path):
    size = struct.unpack("<Q", bytes_[:8])[0]
    header = json.loads(bytes_[8 : 8 + size])
    header.pop("__metadata__", None)
    ends = [tensor["data_offsets"][1] for tensor in header.values()]
    assert max(ends, default=0) == len(bytes_) - 8 - size, path
