# SPDX-License-Identifier: Apache-2.0
"""Usage: bytes_judge.py RESECT. For checkpoints of every form that PyTorch, safetensors, numpy and onnx write here: what Python
reads from the file at the place that `ls --json --places` gives is the tensor that the writer had, a place is left out only where
the writer packed, turned or cut the elements, and `cat` gives the bytes of every tensor, from a file and several at once."""
import json, pathlib, subprocess, sys, tempfile, warnings

import numpy
import onnx
import torch
import torch.distributed.checkpoint as dcp
from onnx import numpy_helper
from safetensors.torch import save_file

program = pathlib.Path(sys.argv[1]).resolve()
warnings.filterwarnings("ignore", message="torch.distributed is disabled")
torch.manual_seed(5)


def run(folder, *words):
    done = subprocess.run([program, *words], cwd=folder, capture_output=True)
    assert done.returncode == 0, (words, done.stderr.decode())
    return done.stdout


def raw(tensor):
    """The elements, row-major and little-endian (this machine's order)."""
    tensor = tensor.detach().resolve_conj().resolve_neg().contiguous()
    return tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def is_plain(tensor):
    return tensor.is_contiguous() and tensor.numel() > 0 and not tensor.is_conj() and not tensor.is_neg()


FLOATS = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]


def tensors():
    """Every common type, ties, views that are plain and views that are not."""
    made = {f"t.{kind}"[:9].replace("torch.", "") + f".{kind.itemsize}.{i}": torch.randn(5, 7).mul(9).to(kind)
            for i, kind in enumerate(FLOATS + INTEGERS)}
    base = torch.randn(40, 30)
    made |= {"whole": base, "tied": base, "rows": base[3:9], "columns": base[:, 2:5], "turned": base.T, "step": base[::2],
             "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 4), "one": base[7, 9:10]}
    return made


def check(folder, name, truth, plain, prefix=""):
    """`plain` says of a tensor whether its elements must lie in one place."""
    listed = {entry["path"]: entry for entry in json.loads(run(folder, "ls", name, "--json", "--places"))["tensors"]}
    assert set(listed) == {prefix + key for key in truth}, (name, set(listed) ^ set(truth))
    placed = 0
    for key, tensor in truth.items():
        entry, want = listed[prefix + key], raw(tensor)
        place = entry["place"]
        assert (place is not None) == plain(key, tensor), (name, key, place)
        if place is not None:
            placed += 1
            with open(pathlib.Path(folder) / place["file"], "rb") as file:
                file.seek(place["offset"])
                assert file.read(place["bytes"]) == want, (name, key)
            assert len(want) == place["bytes"] == entry["bytes"]
        assert run(folder, "cat", name, prefix + key) == want, (name, key)
    keys = list(truth)[::-1]
    assert run(folder, "cat", name, *[prefix + key for key in keys]) == b"".join(raw(truth[key]) for key in keys), name
    return placed, len(truth)


def onnx_model(arrays):
    graph = onnx.helper.make_graph([], "g", [], [], [numpy_helper.from_array(array, key) for key, array in arrays.items()])
    return onnx.helper.make_model(graph)


with tempfile.TemporaryDirectory() as place:
    folder = pathlib.Path(place)
    made = tensors()
    plain = lambda key, tensor: is_plain(tensor)
    said = {}
    torch.save(made, folder / "a.pth")
    said["torch"] = check(folder, "a.pth", made, plain)
    torch.save({"model": made, "epoch": 3}, folder / "nested.pth")
    said["nested"] = check(folder, "nested.pth", made, plain, "model/")
    torch.save(made, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    said["legacy"] = check(folder, "legacy.pth", made, plain)
    lazy = {"conj": torch.randn(3, 4, dtype=torch.complex64).conj(), "straight": torch.randn(3, dtype=torch.complex64)}
    torch.save(lazy, folder / "lazy.pth")
    said["lazy bits"] = check(folder, "lazy.pth", lazy, plain)
    dense = {key: tensor.contiguous().clone() for key, tensor in made.items()}
    save_file(dense, folder / "a.safetensors")
    said["safetensors"] = check(folder, "a.safetensors", dense, plain)
    run(folder, "convert", "a.safetensors", "-o", "shards", "--to", "safetensors", "--shard-size", "2KB")
    assert len(list((folder / "shards").glob("*.safetensors"))) > 2
    said["shards"] = check(folder, "shards", dense, plain)
    arrays = {key: tensor.numpy() for key, tensor in dense.items() if tensor.dtype != torch.bfloat16}
    known = {key: dense[key] for key in arrays}
    numpy.savez(folder / "a.npz", **arrays)
    said["npz"] = check(folder, "a.npz", known, plain)
    numpy.savez_compressed(folder / "packed.npz", **arrays)
    said["packed npz"] = check(folder, "packed.npz", known, lambda key, tensor: False)
    turned = {key: array.byteswap().view(array.dtype.newbyteorder(">")) for key, array in arrays.items()}
    numpy.savez(folder / "big.npz", **turned)
    said["big-endian npz"] = check(folder, "big.npz", known, lambda key, tensor: is_plain(tensor) and tensor.itemsize == 1)
    dcp.save(dict(dense), checkpoint_id=folder / "dcp", no_dist=True)
    said["dcp"] = check(folder, "dcp", dense, plain)
    model = onnx_model(arrays)
    onnx.save(model, folder / "a.onnx")
    said["onnx"] = check(folder, "a.onnx", known, plain)
    onnx.save(onnx_model(arrays), folder / "out.onnx", save_as_external_data=True, location="out.data", size_threshold=0)
    said["onnx external"] = check(folder, "out.onnx", known, plain)
    entries = json.loads(run(folder, "ls", "out.onnx", "--json", "--places"))["tensors"]
    assert {pathlib.Path(entry["place"]["file"]).name for entry in entries if entry["place"]} == {"out.data"}
print("bytes: " + ", ".join(f"{form} {placed} of {all} in place" for form, (placed, all) in said.items()) + "; cat gives all")
