# SPDX-License-Identifier: Apache-2.0
"""What PyTorch itself says about a checkpoint, in the words of `resect ls --json --hash`."""
import argparse
import hashlib
import sys
import types

import numpy
import torch

OLD = torch.__version__.startswith("1.")
if OLD:  # numpy 2 renamed the module that its scalars are pickled under
    sys.modules.setdefault("numpy._core", numpy.core)
    sys.modules.setdefault("numpy._core.multiarray", numpy.core.multiarray)


def load(path, trusted=True):
    """Reads a file by PyTorch. Only files that these scripts made, or that upstream's training did, are trusted."""
    options = {"map_location": "cpu"}
    if not OLD:
        options["weights_only"] = not trusted
    return torch.load(path, **options)


def load_script(path):
    return torch.jit.load(path, map_location="cpu")


def dtype_name(tensor):
    return str(tensor.dtype).replace("torch.", "", 1)


def logical_bytes(tensor):
    """The elements in row-major order, little-endian: what the digest is taken over."""
    plain = tensor.detach().resolve_conj().resolve_neg()
    # A copy makes 1 of whatever a boolean's byte is.
    flat = (plain.view(torch.uint8) if plain.dtype is torch.bool else plain).reshape(-1)
    if flat.numel() == 0:
        return b""
    # A copy, since one element may have any stride and still count as contiguous.
    return flat.clone(memory_format=torch.contiguous_format).view(torch.uint8).numpy().tobytes()


def digest(tensor):
    return hashlib.sha256(logical_bytes(tensor)).hexdigest()


def component(key):
    return str(key).replace("~", "~0").replace("/", "~1")


def join(path, key):
    return f"{path}/{key}" if path else key


def children(value):
    """(path component, child) pairs of a container, or None for a leaf."""
    if isinstance(value, torch.nn.Module):
        return [(component(k), v) for k, v in value.state_dict(keep_vars=True).items()]
    if isinstance(value, dict):
        return [(component(k), v) for k, v in value.items()]
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return [(str(i), v) for i, v in enumerate(value)]
    if isinstance(value, (argparse.Namespace, types.SimpleNamespace)):
        return [("." + component(k), v) for k, v in vars(value).items()]
    return None


def walk(value, path=""):
    """(path, leaf) pairs, depth first, in the order of the file. Judged files have no cycles."""
    inside = children(value)
    if inside is None:
        yield path, value
        return
    for key, child in inside:
        yield from walk(child, join(path, key))


def tensor_entry(path, tensor):
    return {
        "path": path, "dtype": dtype_name(tensor), "shape": list(tensor.shape),
        "bytes": tensor.numel() * tensor.element_size(), "sha256": digest(tensor)}


def is_dense(value):
    return isinstance(value, torch.Tensor) and value.layout == torch.strided and not value.is_quantized


def dense_tensors(value):
    return [(path, leaf) for path, leaf in walk(value) if is_dense(leaf)]


def listing(value):
    """Every dense tensor of a loaded checkpoint."""
    return [tensor_entry(path, tensor) for path, tensor in dense_tensors(value)]


def sparse_parts(value):
    """(path, the dense tensors it is made of) of every sparse tensor."""
    for path, leaf in walk(value):
        if isinstance(leaf, torch.Tensor) and leaf.layout == torch.sparse_coo:
            yield path, [leaf._indices(), leaf._values()]
        elif isinstance(leaf, torch.Tensor) and leaf.layout == torch.sparse_csr:
            yield path, [leaf.crow_indices(), leaf.col_indices(), leaf.values()]


def plain_values(value):
    """Numbers, text, booleans and None, as Python values."""
    found = {}
    for path, leaf in walk(value):
        if isinstance(leaf, numpy.generic):
            leaf = leaf.item()
        if leaf is None or isinstance(leaf, (bool, int, float, str)):
            found[path] = leaf
    return found


def storage_groups(pairs):
    """Paths that share memory, each group as a sorted tuple; those of one path alone are left out."""
    groups = {}
    for path, tensor in pairs:
        storage = tensor._storage() if OLD else tensor.untyped_storage()
        if storage.nbytes() > 0:
            groups.setdefault(storage.data_ptr(), []).append(path)
    return sorted(tuple(sorted(paths)) for paths in groups.values() if len(paths) > 1)


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and logical_bytes(a) == logical_bytes(b)


def difference(a, b, path=""):
    """The first difference between two loaded values (types, keys and order, leaves, bits), or None."""
    where = path or "the top"
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        if isinstance(a, torch.nn.Parameter) != isinstance(b, torch.nn.Parameter):
            return f"{where}: {type(a).__name__} against {type(b).__name__}"
        if a.requires_grad != b.requires_grad:
            return f"{where}: requires_grad {a.requires_grad} against {b.requires_grad}"
        if not same_bits(a, b):
            return (f"{where}: {dtype_name(a)} {list(a.shape)} {digest(a)[:12]} against "
                    f"{dtype_name(b)} {list(b.shape)} {digest(b)[:12]}")
        return None
    if type(a) is not type(b):
        return f"{where}: {type(a).__name__} against {type(b).__name__}"
    inside = children(a)
    if inside is None:
        same = a == b or (isinstance(a, float) and a != a and b != b)
        return None if same else f"{where}: {a!r} against {b!r}"
    others = children(b)
    if [k for k, _ in inside] != [k for k, _ in others]:
        return f"{where}: keys {[k for k, _ in inside][:8]} against {[k for k, _ in others][:8]}"
    metadata = getattr(a, "_metadata", None), getattr(b, "_metadata", None)
    if metadata[0] != metadata[1]:
        return f"{where}: _metadata differs: {metadata_difference(*metadata)}"
    for (key, x), (_, y) in zip(inside, others):
        found = difference(x, y, join(path, key))
        if found:
            return found
    return None


def metadata_difference(a, b):
    if a is None or b is None:
        return f"{'none' if a is None else len(a)} entries against {'none' if b is None else len(b)}"
    for key in list(a) + list(b):
        if a.get(key) != b.get(key):
            return f"{key!r}: {a.get(key)} against {b.get(key)}"
    return "only their order"
