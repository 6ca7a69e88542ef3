# SPDX-License-Identifier: Apache-2.0
"""`parametrize`, `unparametrize` and `fuse` against PyTorch's own weight norm and batch norm folding."""
import pathlib
import re
import sys
from collections import OrderedDict

import torch

import truth

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
sys.path.insert(0, str(FIXTURES / "fuse"))
import normed as norms  # noqa: E402
from resnets import ResNet, fold, folded_alone  # noqa: E402

# A buffer of a normed module: a file does not tell it from a parameter (docs/passes/unparametrize.md).
BUFFER = "linear.counter"


def edit(judge, what, value, folder, *passes):
    """Saves a value, edits it, and loads the result as weights only where PyTorch can."""
    source, out = folder / "before.pth", folder / "after.pth"
    torch.save(value, source)
    out.unlink(missing_ok=True)
    if not judge.exits(what, 0, "edit", source, "-o", out, *passes):
        return None
    judge.sound_archive(what, out)
    return truth.load(out, trusted=False)


def refused(judge, what, value, folder, *passes):
    source, out = folder / "before.pth", folder / "refused.pth"
    torch.save(value, source)
    judge.exits(what, 4, "edit", source, "-o", out, *passes)
    judge.check(f"{what}: nothing written", not out.exists())


def same_names(judge, what, got, own, but=()):
    mine, theirs = ([k for k in weights if k not in but] for weights in (got, own))
    judge.check(f"{what}: keys in order", mine == theirs, f"{mine} against {theirs}")
    judge.check(
        f"{what}: _metadata", list(got._metadata.items()) == list(own._metadata.items()),
        truth.metadata_difference(got._metadata, own._metadata))


def ulps(value, exact):
    """How far a tensor is from float64 values, in units in the last place of the exact value's own type."""
    value = value.detach()
    near = exact.to(value.dtype)
    step = torch.nextafter(near.float().abs(), torch.tensor(float("inf"))) - near.float().abs()
    if value.dtype == torch.float16:
        step = step * 2**13
    elif value.dtype == torch.bfloat16:
        step = step * 2**16
    elif value.dtype == torch.float64:
        step = torch.nextafter(near.abs(), torch.tensor(float("inf"), dtype=torch.float64)) - near.abs()
    step = torch.maximum(step.double(), torch.tensor(torch.finfo(value.dtype).tiny, dtype=torch.float64))
    return float(((value.double() - exact).abs() / step).max()) if value.numel() else 0.0


def judge_weight_norm(judge, folder):
    attributes, parametrized = norms.both()
    own = attributes.state_dict()
    got = edit(judge, "parametrize", own, folder, "parametrize weight-norm")
    if got is not None and parametrized is not None:
        same_names(judge, "parametrize", got, parametrized.state_dict())
        found = truth.difference(got, parametrized.state_dict())
        judge.check("parametrize: values", found is None, found or "")
        fresh = norms.normed(norms.plain(), True)
        fresh.load_state_dict(got, strict=True)
        back = edit(judge, "unparametrize", parametrized.state_dict(), folder, "unparametrize weight-norm")
        if back is not None:
            same_names(judge, "unparametrize", back, own, but=[BUFFER])
            judge.check("unparametrize: values", all(truth.same_bits(back[k], own[k]) for k in own))
    for form, network in (("attributes", attributes), ("parametrized", parametrized)):
        if network is None:
            continue
        what = f"fuse weight-norm of {form}"
        got = edit(judge, what, network.state_dict(), folder, "fuse weight-norm")
        if got is None:
            continue
        exact = {f"{p}.{n}": norms.exact(own, p, n, d) for p, n, d in norms.NORMED}
        removed = norms.removed(network, form == "parametrized").state_dict()
        same_names(judge, what, got, removed, but=[] if form == "attributes" else [BUFFER])
        for key, value in removed.items():
            judge.check(f"{what}: {key} shape", got[key].shape == value.shape and got[key].dtype == value.dtype)
            if key not in exact:
                judge.check(f"{what}: {key}", truth.same_bits(got[key], value))
                continue
            mine, theirs = ulps(got[key], exact[key]), ulps(value, exact[key])
            judge.check(f"{what}: {key} is rounded once", mine <= 0.51, f"{mine} ULP, PyTorch {theirs}")
            # PyTorch itself rounds at every step: it may be a few ULP from the exact value.
            apart = ulps(got[key], value.double())
            judge.check(f"{what}: {key} like PyTorch's own", apart <= theirs + 1, f"{apart} ULP, PyTorch {theirs}")
    refused(judge, "fuse weight-norm of none", norms.plain().state_dict(), folder, "fuse weight-norm")


def judge_random_weight_norm(judge, folder, seeds=range(6)):
    """Random shapes and dims, in one file a seed; chunks that part a channel among them."""
    for seed in seeds:
        torch.manual_seed(seed)
        layers, expected = torch.nn.Module(), {}
        for index in range(8):
            shape = [int(x) for x in torch.randint(1, 9, (int(torch.randint(1, 5, ())),))]
            if index == 7:
                shape = [3, 100_003 + seed, 2]
            dim = [None, *range(len(shape))][int(torch.randint(0, len(shape) + 1, ()))]
            layer = torch.nn.Module()
            layer.weight = torch.nn.Parameter(torch.randn(shape) * 10 ** float(torch.randn(())))
            layers.add_module(f"l{index}", torch.nn.utils.weight_norm(layer, "weight", dim))
            with torch.no_grad():
                layer.weight_g.mul_(torch.rand(layer.weight_g.shape) + 0.5)
            expected[f"l{index}.weight"] = torch._weight_norm(
                layer.weight_v.detach().double(), layer.weight_g.detach().double(), -1 if dim is None else dim)
        got = edit(judge, f"fuse weight-norm, seed {seed}", layers.state_dict(), folder, "fuse weight-norm")
        for key, exact in expected.items() if got is not None else ():
            far = ulps(got[key], exact)
            judge.check(f"fuse weight-norm, seed {seed}, {key} {list(exact.shape)}", far <= 0.51, f"{far} ULP")


RESNETS = {
    "torchvision's basic blocks": {"widths": (3, 4, 4, 5), "classes": 4},
    "torchvision's bottlenecks": {"widths": (3, 4, 5, 6), "classes": 4, "bottleneck": True},
    "3D-Speaker's ResNet34": {"widths": (4, 8, 16, 32), "classes": 6, "shortcut": "shortcut", "channels": 1},
}


def judge_forward(judge, folder):
    """The network without its norms computes what the network with them did."""
    for name, words in RESNETS.items():
        for eps in (1e-5, 1e-3):
            what = f"fuse batch-norm eps {eps} of {name}"
            torch.manual_seed(3)
            network = ResNet(**words).settle()
            for module in network.modules():
                if hasattr(module, "eps"):
                    module.eps = eps
            x = torch.randn(2, words.get("channels", 3), 20, 16)
            with torch.no_grad():
                before = network(x)
            weights = network.state_dict()
            passes = "fuse batch-norm" + ("" if eps == 1e-5 else f" eps={eps}")
            got = edit(judge, what, weights, folder, passes)
            if got is None:
                continue
            judge.check(f"{what}: keys", list(got) == list(fold(weights, network.pairs())))
            plain = network.without_norms()
            missing = plain.load_state_dict(got, strict=True)
            judge.check(f"{what}: loads", not missing.missing_keys and not missing.unexpected_keys)
            norm_modules = {norm for _, norm in network.pairs()}
            judge.check(f"{what}: _metadata", not norm_modules & set(got._metadata))
            with torch.no_grad():
                after = plain(x)
            far = float((before - after).abs().max() / before.abs().max())
            judge.check(f"{what}: the same output", far < 1e-5, f"{far} apart")


# Key list, and what names a layer whose norm follows directly, with the norm: written down apart from the program's.
FAMILIES = [
    ("campplus192", [
        (r"head\.conv(\d)", r"head.bn\1"), (r"(head\.layer\d\.\d)\.conv(\d)", r"\1.bn\2"),
        (r"(head\.layer\d\.\d\.shortcut)\.0", r"\1.1"), (r"xvector\.tdnn\.linear", "xvector.tdnn.nonlinear.batchnorm"),
        (r"(xvector\.block\d\.tdnnd\d+)\.linear1", r"\1.nonlinear2.batchnorm"),
        (r"xvector\.transit3\.linear", "xvector.out_nonlinear.batchnorm"),
        (r"xvector\.dense\.linear", "xvector.dense.nonlinear.batchnorm")]),
    ("eres2net_base192", [
        (r"(layer\d\.\d\.|)conv(\d)", r"\1bn\2"), (r"(layer\d\.\d)\.convs\.(\d)", r"\1.bns.\2"),
        (r"(layer\d\.\d\.shortcut)\.0", r"\1.1"), (r"(.*local_att)\.0", r"\1.1"), (r"(.*local_att)\.3", r"\1.4")]),
    ("res2net192", [
        (r"(layer\d\.\d\.|)conv(\d)", r"\1bn\2"), (r"(layer\d\.\d)\.convs\.(\d)", r"\1.bns.\2"),
        (r"(layer\d\.\d\.shortcut)\.0", r"\1.1")]),
    ("classifier_linear_512x3_blocks2", [(r"(blocks\.\d)\.linear", r"\1.nonlinear.batchnorm")]),
]


def drawn(name):
    """A network of a key list with random values; small where its shapes allow."""
    weights = OrderedDict()
    for line in (FIXTURES / "golden" / "keys" / f"{name}.tsv").read_text().splitlines()[1:]:
        key, dtype, shape, _ = line.split("\t")
        sizes = [] if shape == "scalar" else [int(x) for x in shape.split("x")]
        if dtype == "int64":
            weights[key] = torch.tensor(7)
        elif key.endswith("running_var"):
            weights[key] = torch.rand(sizes) + 0.5
        else:
            weights[key] = torch.randn(sizes)
    return weights


def judge_families(judge, folder):
    for name, rules in FAMILIES:
        torch.manual_seed(1)
        weights = drawn(name)
        pairs = []
        for key in weights:
            layer = key[:-len(".weight")]
            for pattern, norm in rules if key.endswith(".weight") else ():
                if re.fullmatch(pattern, layer) and re.sub(pattern, norm, layer) + ".running_var" in weights:
                    pairs.append((layer, re.sub(pattern, norm, layer)))
        got = edit(judge, f"fuse batch-norm of {name}", weights, folder, "fuse batch-norm")
        if got is None:
            continue
        judge.check(f"fuse batch-norm of {name}: keys", list(got) == list(fold(weights, pairs)))
        exact = folded_alone(weights, pairs)
        far = max(ulps(got[key], value) for key, value in exact.items() if key.endswith("weight"))
        judge.check(f"fuse batch-norm of {name}: {len(pairs)} weights rounded once", far <= 0.51, f"{far} ULP")
        # A bias may be a difference of nearly equal numbers in float64 too.
        far = max(float((got[key].double() - value).abs().max() / value.abs().max()) for key, value in exact.items())
        judge.check(f"fuse batch-norm of {name}: biases", far < 1e-6, f"{far} apart")
        judge.check(f"fuse batch-norm of {name}: the others", all(
            truth.same_bits(got[key], weights[key]) for key in got if key not in exact))
    for name in ("ecapa_tdnn_sup_classdefault_c512", "xvector512"):
        refused(judge, f"fuse batch-norm of {name}", drawn(name), folder, "fuse batch-norm")


def judge_fuses(judge, folder):
    judge_weight_norm(judge, folder)
    judge_random_weight_norm(judge, folder)
    judge_forward(judge, folder)
    judge_families(judge, folder)
