# SPDX-License-Identifier: Apache-2.0
"""What other tools were seen to get wrong, each as a check of `resect`: a table from (a) to (q). The newest PyTorch
writes the files and judges what comes out."""
import argparse
import zipfile
from collections import OrderedDict

import numpy
import safetensors.torch
import torch

import cases
import truth


def same(judge, what, path, right):
    """PyTorch loads what was written by default, and finds these tensors in this order."""
    got = truth.load(path, trusted=False)
    judge.check(f"{what}: keys in order", list(got) == list(right), str(list(got)))
    for key, tensor in right.items():
        judge.check(
            f"{what}: {key}", key in got and got[key].dtype == tensor.dtype and got[key].shape == tensor.shape
            and truth.digest(got[key]) == truth.digest(tensor))
    return got


def edit(judge, what, source, out, *passes):
    out.unlink(missing_ok=True)
    return judge.exits(what, 0, "edit", source, "-o", out, *passes)


def a_strides(judge, folder):
    """Transposed, sliced, expanded and channels-last tensors keep their elements."""
    weights = cases.strided()
    torch.save(weights, folder / "a.pth")
    if edit(judge, "(a) prefix", folder / "a.pth", folder / "b.pth", "prefix net."):
        same(judge, "(a)", folder / "b.pth", OrderedDict(("net." + k, v) for k, v in weights.items()))
    one = OrderedDict((k, v) for k, v in weights.items() if k in {"channels_last", "expanded", "diagonal"})
    torch.save(one, folder / "a.pth")
    if judge.exits("(a) to safetensors", 0, "convert", folder / "a.pth", "-o", folder / "a.safetensors", "--force"):
        got = safetensors.torch.load_file(folder / "a.safetensors")
        judge.check("(a) safetensors", all(torch.equal(got[k], v) for k, v in one.items()))


def b_shared(judge, folder):
    """Keys that share one storage stay tied, views at offsets too."""
    memory = torch.randn(30)
    weights = OrderedDict([("x", memory[:20].view(4, 5)), ("y", memory[10:]), ("z", memory)])
    torch.save(weights, folder / "a.pth")
    if edit(judge, "(b) prefix", folder / "a.pth", folder / "b.pth", "prefix net."):
        got = same(judge, "(b)", folder / "b.pth", OrderedDict(("net." + k, v) for k, v in weights.items()))
        got["net.z"].fill_(7)
        judge.check("(b) tied", bool((got["net.x"] == 7).all() and (got["net.y"] == 7).all()))


def c_small(judge, folder):
    """Tensors of no dimension and of no element."""
    weights = OrderedDict([("scalar", torch.tensor(2.5)), ("empty", torch.empty(0, 3)), ("count", torch.tensor(7))])
    torch.save(weights, folder / "a.pth")
    if edit(judge, "(c) prefix", folder / "a.pth", folder / "b.pth", "prefix n."):
        same(judge, "(c)", folder / "b.pth", OrderedDict(("n." + k, v) for k, v in weights.items()))
    out = folder / "mean.pth"
    out.unlink(missing_ok=True)
    if judge.exits("(c) average", 0, "merge", folder / "a.pth", folder / "a.pth", "-o", out, "--method", "average"):
        same(judge, "(c) average", out, weights)


def d_dtypes(judge, folder):
    """Every storage class and the types that have none."""
    weights = OrderedDict()
    for build in (cases.plain_dtypes, cases.newer_dtypes):
        weights.update(build())
    torch.save(weights, folder / "a.pth")
    if edit(judge, "(d) prefix", folder / "a.pth", folder / "b.pth", "prefix n."):
        same(judge, "(d)", folder / "b.pth", OrderedDict(("n." + k, v) for k, v in weights.items()))


def e_order(judge, folder):
    """The order of an OrderedDict and its _metadata, through `edit` and through safetensors and back."""
    weights = cases.network().state_dict()
    torch.save(weights, folder / "a.pth")
    if edit(judge, "(e) keep", folder / "a.pth", folder / "b.pth", "keep **"):
        got = same(judge, "(e)", folder / "b.pth", weights)
        judge.check("(e) _metadata", dict(got._metadata) == dict(weights._metadata))
    there, back = folder / "a.safetensors", folder / "c.pth"
    back.unlink(missing_ok=True)
    judge.exits("(e) to safetensors", 0, "convert", folder / "a.pth", "-o", there, "--force")
    if judge.exits("(e) and back", 0, "convert", there, "-o", back):
        got = same(judge, "(e) back", back, weights)
        judge.check("(e) back: kind", type(got) is OrderedDict)
        judge.check("(e) back: _metadata", dict(getattr(got, "_metadata", {})) == dict(weights._metadata))


def f_nested(judge, folder):
    """Student, teacher, optimizer: each can be had alone."""
    student, teacher = cases.network().state_dict(), cases.network().state_dict()
    torch.save({"student": student, "teacher": teacher, "optimizer": {"state": {}, "param_groups": []}, "epoch": 3},
               folder / "a.pth")
    if edit(judge, "(f) take", folder / "a.pth", folder / "b.pth", "take teacher"):
        same(judge, "(f)", folder / "b.pth", teacher)


class Configuration:
    def __init__(self, **fields):
        self.__dict__.update(fields)


def g_opaque(judge, folder):
    """Objects of unknown classes do not hide the tensors beside and inside them, and are never dropped silently."""
    inside = torch.randn(3)
    value = {
        "args": argparse.Namespace(lr=0.1), "model": OrderedDict(w=torch.ones(2)), "lr": numpy.float64(0.5),
        "config": Configuration(nested={"deep": inside})}
    torch.save(value, folder / "a.pth")
    listing = judge.json("(g) ls", "ls", folder / "a.pth", "--json", "--hash")
    if listing:
        found = {tensor["sha256"] for tensor in listing["tensors"]}
        judge.check("(g) the tensor inside is listed", truth.digest(inside) in found)
    judge.exits("(g) edit refuses", 4, "edit", folder / "a.pth", "-o", folder / "none.pth", "prefix n.")
    if edit(judge, "(g) plain", folder / "a.pth", folder / "b.pth", "drop config", "plain"):
        got = truth.load(folder / "b.pth", trusted=False)
        judge.check("(g) plain values", got["lr"] == 0.5 and type(got["lr"]) is float and got["args"]["lr"] == 0.1)


def h_legacy(judge, folder):
    """The stream before 1.6; the tar before that is judged in forms.py."""
    weights = cases.network().state_dict()
    torch.save(weights, folder / "a.pth", _use_new_zipfile_serialization=False)
    if edit(judge, "(h) legacy", folder / "a.pth", folder / "b.pth", "prefix n."):
        same(judge, "(h)", folder / "b.pth", OrderedDict(("n." + k, v) for k, v in weights.items()))


def i_protocols(judge, folder):
    """STACK_GLOBAL, FRAME, MEMOIZE and the others of protocols 3 to 5."""
    weights = cases.network().state_dict()
    for protocol in (3, 4, 5):
        torch.save(weights, folder / "a.pth", pickle_protocol=protocol)
        if edit(judge, f"(i) protocol {protocol}", folder / "a.pth", folder / "b.pth", "prefix n."):
            same(judge, f"(i) {protocol}", folder / "b.pth", OrderedDict(("n." + k, v) for k, v in weights.items()))


def rewrite(source, target, change):
    """A copy of a zip with some members changed; CRCs are made anew."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, change(name.split("/", 1)[1], old.read(name)))


def j_big_endian(judge, folder):
    """Storages in the other byte order."""
    weights = OrderedDict(w=torch.randn(3, 4), n=torch.arange(5), h=torch.randn(6).half(), z=torch.randn(2, dtype=torch.cfloat))
    torch.save(weights, folder / "little.pth")
    widths = {f"data/{i}": width for i, width in enumerate([4, 8, 2, 4])}

    def swap(name, data):
        if name == "byteorder":
            return b"big"
        width = widths.get(name)
        return numpy.frombuffer(data, numpy.uint8).reshape(-1, width)[:, ::-1].tobytes() if width else data

    rewrite(folder / "little.pth", folder / "big.pth", swap)
    judge.check("(j) PyTorch reads it so", torch.equal(truth.load(folder / "big.pth")["w"], weights["w"]))
    if edit(judge, "(j) edit", folder / "big.pth", folder / "b.pth", "prefix n."):
        same(judge, "(j)", folder / "b.pth", OrderedDict(("n." + k, v) for k, v in weights.items()))


def k_collisions(judge, folder):
    """Two keys that would get one name."""
    torch.save(cases.colliding(), folder / "a.pth")
    judge.exits("(k) unprefix", 4, "edit", folder / "a.pth", "-o", folder / "none.pth", "unprefix module.")
    judge.exits("(k) rename", 4, "edit", folder / "a.pth", "-o", folder / "none.pth", "rename module.* $1")


def l_names(judge, folder):
    """A prefix ends with its dot, and stands at the beginning alone."""
    names = ["module.a", "module_list.0.weight", "backbone2.w", "my_backbone.w", "module.backbone.my_backbone.module.w"]
    weights = OrderedDict((name, torch.randn(2)) for name in names)
    torch.save(weights, folder / "a.pth")
    if edit(judge, "(l) unprefix", folder / "a.pth", folder / "b.pth", "unprefix module."):
        right = [n[len("module."):] if n.startswith("module.") else n for n in names]
        same(judge, "(l)", folder / "b.pth", OrderedDict(zip(right, weights.values())))


def m_integers(judge, folder):
    """Integer buffers stay integers in a cast and in an average."""
    files = []
    for step in (10, 10, 10):
        weights = cases.network().state_dict()
        weights["body.1.num_batches_tracked"] = torch.tensor(step)
        files.append(folder / f"m{len(files)}.pth")
        torch.save(weights, files[-1])
    if edit(judge, "(m) cast", files[0], folder / "b.pth", "cast float16"):
        judge.check("(m) cast", truth.load(folder / "b.pth")["body.1.num_batches_tracked"].dtype == torch.int64)
    out = folder / "mean.pth"
    out.unlink(missing_ok=True)
    if judge.exits("(m) average", 0, "merge", *files, "-o", out, "--method", "average"):
        got = truth.load(out, trusted=False)
        loaded = [truth.load(file) for file in files]
        judge.check("(m) average: int64", got["body.1.num_batches_tracked"].dtype == torch.int64 and got["body.1.num_batches_tracked"] == 10)
        for key, tensor in got.items():
            if tensor.is_floating_point():
                mean = torch.stack([w[key].double() for w in loaded]).sum(0) / len(loaded)
                judge.check(f"(m) average: {key}", truth.digest(tensor) == truth.digest(mean.to(tensor.dtype)))


def n_narrow_values(judge, folder):
    """One bit of a bfloat16 or float16 model."""
    for dtype in (torch.bfloat16, torch.float16):
        left = OrderedDict(w=torch.randn(50, 20).to(dtype), b=torch.zeros(4, dtype=dtype))
        right = OrderedDict((k, v.clone()) for k, v in left.items())
        right["w"].view(torch.int16)[17, 3] ^= 1
        torch.save(left, folder / "a.pth")
        torch.save(right, folder / "b.pth")
        done = judge.run("diff", folder / "a.pth", folder / "b.pth", "--json")
        judge.check(f"(n) {dtype}: exit 1", done.returncode == 1, f"exit {done.returncode}")
        judge.check(f"(n) {dtype}: the tensor is named", '"w"' in done.stdout)
        judge.exits(f"(n) {dtype}: equal", 0, "diff", folder / "a.pth", folder / "a.pth")


def o_permuted(judge, folder):
    """A permutation inside one tensor leaves mean, deviation, minimum and maximum as they are."""
    left = torch.randn(30, 7)
    torch.save({"w": left}, folder / "a.pth")
    torch.save({"w": left[torch.randperm(30)]}, folder / "b.pth")
    judge.exits("(o) found", 1, "diff", folder / "a.pth", folder / "b.pth")


def p_forged_sizes(judge, folder):
    """A storage member shorter or longer than the pickle says, which `mmap=True` reads past."""
    torch.save({"w": torch.randn(8, 8)}, folder / "a.pth")
    for change in (lambda data: data[:-4], lambda data: data + b"1234"):
        rewrite(folder / "a.pth", folder / "b.pth", lambda name, data: change(data) if name == "data/0" else data)
        judge.exits("(p) ls", 3, "ls", folder / "b.pth")


def q_truncated(judge, folder):
    """A file that ends early is called that."""
    torch.save(cases.network().state_dict(), folder / "a.pth")
    whole = (folder / "a.pth").read_bytes()
    for length in (len(whole) - 1, len(whole) // 2, 100, 4, 1):
        (folder / "b.pth").write_bytes(whole[:length])
        done = judge.run("ls", folder / "b.pth")
        judge.check(f"(q) {length} bytes", done.returncode == 3 and "error" in done.stderr, done.stderr[:200])


def judge_large(judge, folder):
    """A member beyond 4 GiB needs zip64. The file is sparse; a mark at its storage's end is what moves."""
    count = (1 << 32) // 4 + 1000
    path, out = folder / "large.pth", folder / "out.pth"
    with torch.serialization.skip_data():
        torch.save(OrderedDict(small=torch.empty(3), big=torch.empty(count)), path)
    listing = judge.json("large: ls", "ls", path, "--json")
    if not listing:
        return
    judge.check("large: sizes", [t["shape"] for t in listing["tensors"]] == [[3], [count]])
    loaded = torch.load(path, mmap=True, map_location="cpu")
    place = {name: loaded[name].untyped_storage() for name in loaded}
    del loaded, place
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.file_size == 4 * count:
                with open(path, "r+b") as file:
                    file.seek(info.header_offset + 26)
                    name, extra = numpy.frombuffer(file.read(4), "<u2").tolist()
                    file.seek(info.header_offset + 30 + name + extra + 4 * (count - 1))
                    file.write(numpy.float32(42).tobytes())
    out.unlink(missing_ok=True)
    if edit(judge, "large: edit", path, out, "prefix n."):
        got = torch.load(out, mmap=True, weights_only=True)
        judge.check("large: the last element", got["n.big"].shape == (count,) and float(got["n.big"][-1]) == 42)
        del got
    path.unlink()
    out.unlink(missing_ok=True)


TABLE = [
    a_strides, b_shared, c_small, d_dtypes, e_order, f_nested, g_opaque, h_legacy, i_protocols, j_big_endian,
    k_collisions, l_names, m_integers, n_narrow_values, o_permuted, p_forged_sizes, q_truncated]


def judge_defects(judge, folder):
    assert [row.__name__[0] for row in TABLE] == list("abcdefghijklmnopq")
    for row in TABLE:
        torch.manual_seed(ord(row.__name__[0]))
        row(judge, folder)
    judge.check("nothing refused was written", not (folder / "none.pth").exists())
