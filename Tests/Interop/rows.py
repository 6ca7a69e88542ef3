# SPDX-License-Identifier: Apache-2.0
"""The passes `rows` and `hollow` against indexing and zeros in PyTorch."""
import json
from collections import OrderedDict

import torch

import cases
import truth
from merges import FLOATS, floats

COUNT = 12
OLD = [f"speaker{i}" for i in range(COUNT)]
NEW = ["new one", *OLD[7:9], OLD[0], "another"]


def values(shape, dtype):
    """Finite ones where there is a mean: the sign of a NaN is nobody's promise."""
    return floats(shape, dtype) if dtype in FLOATS else cases.random_tensor(shape, dtype)


def classifier(dtype, layout):
    torch.manual_seed(layout)
    weight = values((COUNT, 5, 3), dtype)
    if layout == 1:
        weight = weight.transpose(0, 2).contiguous().transpose(0, 2)
    if layout == 2:
        weight = torch.cat([weight, weight], 1)[:, 2:7]
    return OrderedDict([
        ("fc.weight", weight), ("fc.tied", weight), ("fc.bias", values((COUNT,), dtype)),
        ("other", torch.ones(3))])


def labelled(tensor, fill):
    fresh = torch.zeros_like(tensor[0])
    if fill == "mean":
        mean = tensor.resolve_conj()
        mean = mean.to(torch.complex128 if mean.is_complex() else torch.float64)
        total = torch.zeros_like(mean[0])
        for row in mean:
            total = total + row
        total = torch.complex(total.real / COUNT, total.imag / COUNT) if total.is_complex() else total / COUNT
        fresh = total.to(tensor.dtype)
    return torch.stack([tensor[OLD.index(name)] if name in OLD else fresh for name in NEW])


def judge_rows(judge, folder):
    source, out = folder / "classifier.pth", folder / "rows.pth"
    order = torch.randperm(COUNT, generator=torch.Generator().manual_seed(1)).tolist()
    (folder / "order.txt").write_text("".join(f"{i}\n" for i in order))
    (folder / "old.txt").write_text("\n".join(OLD) + "\n")
    (folder / "new.json").write_text(json.dumps({name: row for row, name in enumerate(NEW)}))
    labels = f"labels {folder}/old.txt {folder}/new.json init"
    operations = [
        ("pick 11,3-5,3", lambda x: x[[11, 3, 4, 5, 3]]), (f"order {folder}/order.txt", lambda x: x[order]),
        ("unperturb", lambda x: x[:COUNT // 3]), (f"{labels} zero", lambda x: labelled(x, "zero")),
        (f"{labels} mean", lambda x: labelled(x, "mean")),
    ]
    for number, dtype in enumerate(cases.FLOATS + [torch.complex64, torch.int64, torch.bool, *cases.NEWER]):
        value = classifier(dtype, number % 3)
        torch.save(value, source)
        for operation, same in operations:
            what = f"rows {operation.split('/')[0]} of {dtype}"
            out.unlink(missing_ok=True)
            has_mean = "e8m0" not in str(dtype) and (dtype.is_floating_point or dtype.is_complex)
            if operation.endswith("mean") and not has_mean:
                judge.exits(f"{what} is refused", 4, "edit", source, "-o", out, f"rows fc.** {operation}")
                continue
            if not judge.exits(what, 0, "edit", source, "-o", out, f"rows fc.** {operation}"):
                continue
            got = truth.load(out, trusted=False)
            judge.check(f"{what}: keys", list(got) == list(value))
            for key, tensor in value.items():
                right = same(like_integers(tensor)) if key != "other" else tensor
                judge.check(f"{what}: {key}", truth.logical_bytes(got[key]) == truth.logical_bytes(right))
                judge.check(f"{what}: {key} as it was", got[key].dtype == dtype or key == "other")
            ties = truth.storage_groups(truth.dense_tensors(got))
            judge.check(f"{what}: ties", ties == [("fc.tied", "fc.weight")], str(ties))
            judge.sound_archive(what, out)


def like_integers(tensor):
    """What PyTorch cannot index or stack is taken as integers of the same size."""
    if str(tensor.dtype) not in ("torch.uint16", "torch.uint32", "torch.uint64", "torch.float8_e8m0fnu"):
        return tensor
    sizes = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
    return tensor.contiguous().view(sizes[tensor.element_size()])


def judge_hollow(judge, folder, sources):
    """`sources`: files that this PyTorch reads."""
    out = folder / "hollow.pth"
    for source in sources:
        out.unlink(missing_ok=True)
        what = f"hollow {source.parent.name}/{source.name}"
        if not judge.exits(what, 0, "edit", source, "-o", out, "hollow"):
            continue
        before, got = truth.load(source), truth.load(out, trusted=False)
        tensors = [truth.dense_tensors(value) for value in (before, got)]
        judge.check(f"{what}: zeros", all(not any(truth.logical_bytes(t.resolve_neg())) for _, t in tensors[1]))
        for (path, a), (other, b) in zip(*tensors):
            judge.check(
                f"{what}: {path}", path == other and a.dtype == b.dtype and a.shape == b.shape
                and a.stride() == b.stride() and a.requires_grad == b.requires_grad and type(a) is type(b))
        judge.check(f"{what}: as many", len(tensors[0]) == len(tensors[1]))
        judge.check(f"{what}: other values", repr(truth.plain_values(before)) == repr(truth.plain_values(got)))
        ties = [truth.storage_groups(pairs) for pairs in tensors]
        judge.check(f"{what}: ties", ties[0] == ties[1])
