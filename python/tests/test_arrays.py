# SPDX-License-Identifier: Apache-2.0
"""Arrays against torch and safetensors: every data type, every way to lie in a file."""

import math
import os
import zipfile
from pathlib import Path

import numpy
import pytest
import resect
import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).parents[2] / "fixtures"
DTYPES = """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 bfloat16 complex64 complex128 complex32
float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2""".split()
BITS = ("complex32", "float4_e2m1fn_x2")


def raw(tensor):
    return tensor.resolve_conj().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def same(array, tensor):
    assert array.shape == tuple(tensor.shape)
    assert array.tobytes() == raw(tensor.detach())
    assert not array.flags.writeable


def save(path, document, **how):
    torch.save(document, path, **how)
    return path


def of_dtype(name):
    dtype = getattr(torch, name)
    # Bytes 0 and 1 alone are values of every type, bool among them.
    bits = torch.tensor([0, 1, 1, 0] * 16, dtype=torch.uint8)
    return bits.view(dtype)


@pytest.mark.parametrize("name", DTYPES)
def test_dtype(tmp_path, name):
    tensor = of_dtype(name)
    opened = resect.open(save(tmp_path / "a.pt", {"x": tensor}))
    same(opened["x"], tensor)
    assert opened.tensors["x"].dtype == name
    assert opened["x"].dtype.name == (name if name not in BITS else f"uint{8 * opened['x'].itemsize}")


def test_bfloat16_is_bits_without_ml_dtypes(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ml_dtypes", None)
    array = resect.open(save(tmp_path / "a.pt", {"x": torch.ones(3, dtype=torch.bfloat16)}))["x"]
    assert array.dtype == numpy.uint16 and array.tolist() == [0x3F80] * 3


def ways():
    base = torch.arange(24.0)
    return {
        "scalar": torch.tensor(3.5), "empty": torch.zeros(0, 3), "turned": base.reshape(4, 6).t(), "spread": torch.ones(1).expand(4),
        "overlap": base.as_strided((5, 4), (2, 1)), "conj": torch.tensor([1 + 2j]).conj(), "a/b": torch.ones(2), "a": {"b": torch.zeros(2)},
        "~1": torch.tensor([7.0]), "-o": torch.tensor([1.0, 2.0]).expand(3, 2), "*": torch.ones(1).expand(3), "é\n": torch.ones(1),
    }  # fmt: skip


@pytest.mark.parametrize("legacy", [False, True])
def test_ways_to_lie(tmp_path, legacy):
    document = ways()
    opened = resect.open(save(tmp_path / "a.pt", document, _use_new_zipfile_serialization=not legacy))
    same(opened["a/b"], document["a"]["b"])
    same(opened["a~1b"], document["a/b"])
    found = opened.state_dict("")
    assert set(found) == set(document) - {"a"}
    for key, array in found.items():
        same(array, document[key])
        same(opened[key.replace("~", "~0").replace("/", "~1")], document[key])
    with pytest.raises(resect.Ambiguous):
        opened.state_dict()
    with pytest.raises(resect.NothingMatched):
        opened.state_dict("b")
    with pytest.raises(KeyError):
        opened["b"]


def test_one_cat_reads_all(tmp_path, monkeypatch):
    document = {f"k{i}": torch.arange(6.0).reshape(2, 3).t() + i for i in range(50)}
    opened = resect.open(save(tmp_path / "a.pt", document))
    from resect import checkpoint

    runs = []
    monkeypatch.setattr(checkpoint, "run", lambda words, real=checkpoint.run: (runs.append(words), real(words))[1])
    for key, array in opened.state_dict().items():
        same(array, document[key])
    assert len(runs) == 1
    monkeypatch.setattr(checkpoint, "_ELEMENTS", 100)
    for key, array in opened.state_dict().items():
        same(array, document[key])
    assert len(runs) == 1 + 13  # four of 24 bytes fit into 100


def test_tied_tensors_share_memory(tmp_path):
    w = torch.arange(4.0)
    opened = resect.open(save(tmp_path / "a.pt", {"w": w, "again": w, "part": w[1:3], "other": w.clone()}))
    assert numpy.shares_memory(opened["w"], opened["again"]) and numpy.shares_memory(opened["w"], opened["part"])
    assert not numpy.shares_memory(opened["w"], opened["other"])
    with pytest.raises(ValueError):
        opened["w"][0] = 1


def test_root_and_doubled_path(tmp_path):
    same(resect.open(save(tmp_path / "a.pt", torch.ones(2)))[""], torch.ones(2))
    opened = resect.open(save(tmp_path / "b.pt", {1: torch.ones(2), "1": torch.zeros(2), "x": torch.ones(1)}))
    same(opened["x"], torch.ones(1))
    with pytest.raises(resect.Ambiguous) as raised:
        opened["1"]
    assert raised.value.key == "1"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [
    lambda: torch.eye(3).to_sparse(), lambda: torch.eye(3).to_sparse_csr(),
    lambda: torch.quantize_per_tensor(torch.arange(4.0), 0.1, 0, torch.qint8),
])  # fmt: skip
def test_no_row_of_elements_names_the_key_at_access(tmp_path, make):
    opened = resect.open(save(tmp_path / "a.pt", {"odd": make(), "x": torch.ones(1)}))
    same(opened["x"], torch.ones(1))
    with pytest.raises(resect.Unsupported) as raised:
        opened["odd"]
    assert raised.value.key == "odd" and "a.pt" in str(raised.value)


def test_leaves_and_metadata(tmp_path):
    opened = resect.open(save(tmp_path / "a.pt", {"l": [1, 2.5, None, "x", True, math.inf, b"ab", 10**30, torch.float32], "n": math.nan}))
    leaves = opened.leaves
    assert math.isnan(leaves.pop("n"))
    assert list(leaves.values()) == [1, 2.5, None, "x", True, math.inf, b"ab", 10**30, resect.Described("torch.dtype", "torch.float32")]
    assert [type(leaf) for leaf in leaves.values()][:5] == [int, float, type(None), str, bool]
    assert len(opened) == 0 and opened.metadata == {} and opened.state_dict() == {}
    save_file({"x": torch.ones(2)}, tmp_path / "a.safetensors", metadata={"k/l": "v"})
    assert resect.open(tmp_path / "a.safetensors").metadata == {"k/l": "v"}


def flat(value, path=()):
    if isinstance(value, torch.Tensor):
        yield "/".join(path), value
    elif isinstance(value, (dict, list, tuple)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in items:
            yield from flat(each, (*path, str(key).replace("~", "~0").replace("/", "~1")))


# The newest PyTorch has lost the function that csr113.pt names.
FILES = sorted(p.name for p in (FIXTURES / "checkpoints").iterdir() if p.suffix in (".pt", ".pth") and p.name != "csr113.pt")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("file", FILES)
def test_fixture(file):
    opened = resect.open(FIXTURES / "checkpoints" / file)
    told = dict(flat(torch.load(FIXTURES / "checkpoints" / file, map_location="cpu", weights_only=False)))
    assert set(opened) == set(told) and told
    for path, tensor in told.items():
        if tensor.layout != torch.strided:
            with pytest.raises(resect.Unsupported):
                opened[path]
        else:
            same(opened[path], tensor)


def test_every_form(tmp_path):
    tensors = {f"layer.{name}": of_dtype(name) for name in ("float32", "bfloat16", "int64", "bool")}
    source = save(tmp_path / "a.pt", tensors)
    for name in ("a.safetensors", "old.pth", "a.npz", "dcp", "shards"):
        how = {"old.pth": {"to": "torch-legacy"}, "a.npz": {"compress": True, "bits": True}, "dcp": {"to": "dcp"},
               "shards": {"to": "safetensors", "shard_size": "100"}}  # fmt: skip
        resect.convert(source, tmp_path / name, **how.get(name, {}))
        found = resect.open(tmp_path / name).state_dict()
        assert set(found) == set(tensors)
        for key, array in found.items():
            same(array, tensors[key])


def test_deflated_and_big_endian(tmp_path):
    source = save(tmp_path / "a.pt", {"x": torch.arange(1000.0), "n": torch.arange(7)})
    for endian in (None, b"big"):
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                data = old.read(name)
                if endian and name.endswith("byteorder"):
                    data = endian
                if endian and "/data/" in name:
                    data = numpy.frombuffer(data, "<f4" if len(data) == 4000 else "<i8").byteswap().tobytes()
                new.writestr(name, data)
        opened = resect.open(tmp_path / "b.pt")
        assert opened.tensors["x"].place is None
        same(opened["x"], torch.arange(1000.0))
        same(opened["n"], torch.arange(7))


@pytest.mark.parametrize("key", ["plain", "turned"])
def test_changed_or_gone(tmp_path, key):
    document = {"plain": torch.ones(4), "turned": torch.arange(6.0).reshape(2, 3).t()}
    file = save(tmp_path / "a.pt", document)
    first, second = resect.open(file), resect.open(file)
    first[key]
    os.utime(file, ns=(1, 1))
    for opened in (first, second):
        with pytest.raises(resect.InputChanged):
            opened[key]
    opened = resect.open(file)
    file.rename(tmp_path / "b.pt")
    with pytest.raises(resect.InputChanged):
        opened[key]


def test_working_folder_and_dashes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save("-", {"x": torch.ones(2)})
    save("-o", {"x": torch.zeros(2).expand(2, 2)})
    opened, other = resect.open("-"), resect.open("-o")
    resect.convert("-", "--force.pt")
    assert os.path.exists("--force.pt") and resect.diff("-", "--force.pt")["equal"]
    monkeypatch.chdir("/")
    same(opened["x"], torch.ones(2))
    same(other["x"], torch.zeros(2, 2))


def test_nothing_is_executed(tmp_path):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harmed"),)

    opened = resect.open(save(tmp_path / "a.pt", {"x": torch.ones(2), "harm": Harm()}))
    same(opened["x"], torch.ones(2))
    opened.leaves
    assert not (tmp_path / "harmed").exists()


def test_lone_surrogate_is_not_another_letter(tmp_path):
    """Handed to the program, a lone surrogate becomes U+FFFD, which may be the key of another tensor."""
    document = {"\ud800": torch.ones(1).expand(3), "\ufffd": torch.zeros(1).expand(3), "\udc80": torch.ones(2)}
    opened = resect.open(save(tmp_path / "a.pt", document))
    same(opened["\ufffd"], torch.zeros(3))
    same(opened["\udc80"], torch.ones(2))
    with pytest.raises(resect.Unsupported) as raised:
        opened["\ud800"]
    assert raised.value.key == "\ud800"


def test_nul_in_a_key(tmp_path):
    opened = resect.open(save(tmp_path / "a.pt", {"a\0b": torch.ones(1).expand(3), "a": torch.zeros(1).expand(3)}))
    with pytest.raises(resect.Unsupported):
        opened["a\0b"]


def test_a_path_goes_before_a_key(tmp_path):
    first, second = torch.ones(1).expand(3), torch.zeros(1).expand(3)
    for document in ({"m": {"a.b": first}, "a.b": second}, {"a.b": second, "m": {"a.b": first}}):
        opened = resect.open(save(tmp_path / "a.pt", document))
        same(opened["a.b"], second)
        same(opened["m/a.b"], first)


def test_broken_deflated_member_is_no_array(tmp_path):
    source = save(tmp_path / "a.pt", {"x": torch.arange(1000.0)})
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
            if name.endswith("/data/0"):
                broken = new.getinfo(name)
    data = bytearray((tmp_path / "b.pt").read_bytes())
    data[broken.header_offset + broken.compress_size // 2 + 60] ^= 0x10
    (tmp_path / "b.pt").write_bytes(data)
    opened = resect.open(tmp_path / "b.pt")
    with pytest.raises(resect.Error, match="b.pt") as raised:
        opened["x"]
    assert not isinstance(raised.value, resect.Refused)


def test_index_of_shards(tmp_path):
    tensors = {f"k{i}": torch.full((8,), float(i)) for i in range(4)}
    resect.convert(save(tmp_path / "a.pt", tensors), tmp_path / "s", to="safetensors", shard_size="64")
    index = next((tmp_path / "s").glob("*.index.json"))
    opened = resect.open(index)
    for key, array in opened.items():
        same(array, tensors[key])
    assert len({tensor.place[0] for tensor in opened.tensors.values()}) > 1
    (tmp_path / "s" / "log.txt").write_text("of no concern")
    same(opened["k0"], tensors["k0"])
    os.utime(opened.tensors["k3"].place[0], ns=(1, 1))
    same(opened["k0"], tensors["k0"])
    with pytest.raises(resect.InputChanged):
        opened["k3"]


def test_onnx_with_data_beside(tmp_path):
    onnx = pytest.importorskip("onnx")
    values = {"w": numpy.arange(600, dtype="f").reshape(20, 30), "n": numpy.arange(3)}
    graph = onnx.helper.make_graph([], "g", [], [], [onnx.numpy_helper.from_array(value, key) for key, value in values.items()])
    onnx.save_model(onnx.helper.make_model(graph), tmp_path / "a.onnx", save_as_external_data=True, location="a.data", size_threshold=100)
    opened = resect.open(tmp_path / "a.onnx")
    assert opened.tensors["w"].place[0].endswith("a.data")
    for key, value in values.items():
        assert numpy.array_equal(opened[key], value) and opened[key].dtype == value.dtype
