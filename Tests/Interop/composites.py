# SPDX-License-Identifier: Apache-2.0
"""Tensors that are more than a strided view: values to save, and what PyTorch says of their parts."""
import hashlib
import struct
from collections import OrderedDict

import torch

import truth


class Tagged(torch.Tensor):
    """A subclass without a constructor of its own."""


def some(*size):
    return torch.arange(1, 1 + torch.Size(size).numel(), dtype=torch.float32).reshape(size) / 8


def sparse():
    eye = some(4, 4) * (torch.arange(16).reshape(4, 4) % 3 == 0)
    found = OrderedDict(
        coo=eye.to_sparse(), empty=torch.zeros(2, 3).to_sparse(), csr=eye.double().to_sparse_csr(), dense=some(2, 2))
    twice = torch.sparse_coo_tensor(torch.tensor([[0, 0]]), torch.tensor([1, 2]), (3,))
    found["uncoalesced"] = twice
    if not truth.OLD:
        found["csc"] = eye.to_sparse_csc()
        found["bsr"] = eye.half().to_sparse_bsr((2, 2))
        found["bsc"] = eye.to_sparse_bsc((2, 2))
        found["hybrid"] = some(4, 3, 2).to_sparse(1)
        found["parameter"] = torch.nn.Parameter(eye.to_sparse())
    return found


def quantized():
    values = some(2, 3)
    scales, points = torch.tensor([0.5, 0.25]), torch.tensor([1, 2])
    found = OrderedDict(
        tensor=torch.quantize_per_tensor(values, 0.1, 10, torch.quint8),
        signed=torch.quantize_per_tensor(values, 0.25, -3, torch.qint8),
        wide=torch.quantize_per_tensor(values, 0.001, 0, torch.qint32),
        channel=torch.quantize_per_channel(values, scales, points, 0, torch.qint8),
        packed=torch.quantize_per_channel(some(1, 7), torch.tensor([0.1]), torch.tensor([1.0]), 0, torch.quint4x2),
        dense=values)
    found["turned"] = found["wide"].transpose(0, 1)
    return found


def subclassed():
    value = some(2, 3).as_subclass(Tagged)
    value.unit = "volt"
    return OrderedDict(tagged=value, dense=some(2))


def attributed():
    plain, other = some(2, 3), some(4).to(torch.float8_e5m2)
    plain.name_of_it, plain.mask = "plain", torch.tensor([True, False])
    other.scale = 0.5
    parameter = torch.nn.Parameter(some(3))
    parameter.group = [1, torch.tensor([2, 3])]
    coo = torch.eye(2).to_sparse()
    coo.origin = 3
    codes = torch.quantize_per_tensor(some(2), 0.1, 0, torch.quint8)
    codes.origin = None
    return OrderedDict(plain=plain, other=other, parameter=parameter, coo=coo, codes=codes)


def nested():
    pieces = [some(2, 3), some(4, 3)]
    return OrderedDict(
        strided=torch.nested.nested_tensor(pieces), jagged=torch.nested.nested_tensor(pieces, layout=torch.jagged),
        dense=some(2))


def meta():
    return OrderedDict(hollow=torch.empty(2, 3, device="meta"), dense=some(2))


def complex_views():
    value = torch.complex(some(2, 3), -some(2, 3))
    return OrderedDict(
        value=value, conjugate=value.conj(), negative=value.conj().imag.clone(), turned=value.conj().t(),
        double=value.to(torch.complex128))


def tied():
    """A sparse tensor whose values are a tensor of the same file."""
    values = some(3)
    indices = torch.tensor([[0, 1, 2], [2, 1, 0]])
    return OrderedDict(
        coo=torch.sparse_coo_tensor(indices, values, (3, 3), is_coalesced=True), values=values, indices=indices)


def numbers():
    """One tensor of every size of numbers; views and ties among them."""
    found = OrderedDict((str(d).split(".")[1], (torch.arange(6) * 37).to(d).reshape(2, 3)) for d in (
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
        torch.uint8, torch.complex64, torch.complex128))
    found["bool"] = torch.tensor([True, False])
    found["view"] = found["float32"][1:, ::2]
    found["tied"] = found["float64"]
    return found


# What PyTorch says of them, in the words of `resect ls --json --hash`.

def kind(tensor):
    if tensor.is_quantized:
        per_tensor = tensor.qscheme() == torch.per_tensor_affine
        return "quantized_per_tensor" if per_tensor else "quantized_per_channel"
    if tensor.device.type == "meta":
        return "meta"
    if tensor.is_nested:
        return "jagged" if tensor.layout == torch.jagged else "nested"
    return str(tensor.layout).replace("torch.", "", 1)


def members(tensor):
    """The parts, by name and in order: tensors and plain values."""
    name = kind(tensor)
    if name == "sparse_coo":
        found = [("indices", tensor._indices()), ("values", tensor._values())]
        return found if truth.OLD else found + [("is_coalesced", tensor.is_coalesced())]
    if name in ("sparse_csr", "sparse_bsr"):
        return [("crow_indices", tensor.crow_indices()), ("col_indices", tensor.col_indices()),
                ("values", tensor.values())]
    if name in ("sparse_csc", "sparse_bsc"):
        return [("ccol_indices", tensor.ccol_indices()), ("row_indices", tensor.row_indices()),
                ("values", tensor.values())]
    if name == "quantized_per_tensor":
        return [("int_repr", tensor.int_repr()), ("qscheme", "torch.per_tensor_affine"), ("scale", tensor.q_scale()),
                ("zero_point", tensor.q_zero_point())]
    if name == "quantized_per_channel":
        return [("int_repr", tensor.int_repr()), ("qscheme", "torch.per_channel_affine"),
                ("scales", tensor.q_per_channel_scales()), ("zero_points", tensor.q_per_channel_zero_points()),
                ("axis", tensor.q_per_channel_axis())]
    if name == "nested":
        return [("values", tensor.values()), ("sizes", tensor._nested_tensor_size()),
                ("strides", tensor._nested_tensor_strides()), ("storage_offsets", tensor._nested_tensor_storage_offsets())]
    if name == "jagged":
        # The lengths that it caches are written too; they say nothing that the offsets do not.
        return [("values", tensor.values()), ("offsets", tensor.offsets())]
    if name == "meta":
        return []
    return [("data", tensor.as_subclass(torch.Tensor))]


def attributes(tensor):
    """Python attributes as parts: `.name`, and `.name/0` for those of a list."""
    if kind(tensor) == "jagged":
        return []
    found = []
    for name, value in vars(tensor).items():
        if isinstance(value, (list, tuple)):
            found += [(f".{name}/{i}", part) for i, part in enumerate(value)]
        else:
            found.append((f".{name}", value))
    return found


def parts(tensor):
    return members(tensor) + attributes(tensor)


def is_composite(value):
    if not isinstance(value, torch.Tensor):
        return False
    return kind(value) != "strided" or bool(vars(value)) or type(value) not in (torch.Tensor, torch.nn.Parameter)


def shape(tensor):
    name = kind(tensor)
    if name == "nested":
        return [tensor.size(0)] + [-1] * tensor._nested_tensor_size().size(1)
    if name == "jagged":
        return [s if isinstance(s, int) else -1 for s in tensor.shape]
    return list(tensor.shape)


def words(sizes):
    return "x".join("*" if s < 0 else str(s) for s in sizes) if len(sizes) else "scalar"


def text(value):
    return struct.pack(">d", value).hex() if isinstance(value, float) else str(value)


def digest(tensor):
    """As docs/formats/torch.md describes it."""
    found = hashlib.sha256(f"{kind(tensor)} {truth.dtype_name(tensor)} {words(shape(tensor))}\n".encode())
    for name, part in parts(tensor):
        if isinstance(part, torch.Tensor):
            found.update(f"{name} {truth.dtype_name(part)} {words(list(part.shape))}\n".encode())
            found.update(truth.logical_bytes(part))
        else:
            found.update(f"{name} {text(part)}\n".encode())
    return found.hexdigest()


def size(tensor):
    return sum(p.numel() * p.element_size() for _, p in parts(tensor) if isinstance(p, torch.Tensor))


def entry(path, tensor):
    if not is_composite(tensor):
        return truth.tensor_entry(path, tensor)
    name = kind(tensor)
    found = {"path": path, "dtype": truth.dtype_name(tensor), "shape": shape(tensor), "bytes": size(tensor),
             "sha256": digest(tensor), "parts": []}
    if name != "strided":
        found["layout"] = name
    for part_name, part in parts(tensor):
        if isinstance(part, torch.Tensor):
            found["parts"].append(dict(truth.tensor_entry("", part), name=part_name))
            del found["parts"][-1]["path"]
        else:
            found["parts"].append({"name": part_name, "value": part})
    return found


def listing(value):
    return [entry(path, leaf) for path, leaf in truth.walk(value) if isinstance(leaf, torch.Tensor)]


def same(a, b):
    """Equal kinds, parts bit for bit, attributes, flags."""
    if type(a) is not type(b) or a.requires_grad != b.requires_grad or a.dtype != b.dtype:
        return False
    return entry("", a) == entry("", b) and list(vars(a)) == list(vars(b))
