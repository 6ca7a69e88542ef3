# SPDX-License-Identifier: Apache-2.0
"""`resect fit` against `load_state_dict`: random networks, random changes of their state dicts; PyTorch's own lists of
missing, unexpected and misshapen keys; and what `resect edit` makes with the passes that were printed loads, with
every weight where it belongs."""
import copy
import json
import random
import re
from collections import OrderedDict

import torch
from torch import nn

NAMES = ["encoder", "decoder", "stem", "attention", "norm1", "proj", "mixer", "blocks", "module_list", "fc"]


def layer(rng):
    width = rng.choice([2, 3, 4, 6])
    return rng.choice([
        lambda: nn.Linear(width, rng.choice([2, 3, 5]), bias=rng.random() < 0.8),
        lambda: nn.BatchNorm1d(width),
        lambda: nn.BatchNorm1d(width, affine=False),
        lambda: nn.Conv1d(width, rng.choice([2, 4]), 3),
        lambda: nn.LayerNorm(width),
        lambda: nn.Embedding(5, width),
    ])()


def network(rng, depth=0):
    if depth and rng.random() < 0.3:
        parts = []
        for _ in range(rng.randint(1, 4)):
            parts += [layer(rng)] + [nn.ReLU()] * rng.randint(0, 2)
        return nn.Sequential(*parts)
    module = nn.Module()
    for name in rng.sample(NAMES, rng.randint(2, 4)):
        module.add_module(name, layer(rng) if depth == 2 or rng.random() < 0.4 else network(rng, depth + 1))
    if rng.random() < 0.3:
        module.register_parameter("scale", nn.Parameter(torch.rand(())))
    return module


def rekeyed(state, name):
    """The state dict under other names, with `_metadata` along where a prefix changes."""
    new = OrderedDict((name(key), value) for key, value in state.items())
    metadata = getattr(state, "_metadata", None)
    if metadata is not None:
        new._metadata = OrderedDict(
            (name(path + ".")[:-1] if path else path, version) for path, version in metadata.items())
    return new


def compact(keys):
    """Numbers of sequences without gaps, as if the parts without weights were not there."""
    numbers = {}
    for key in keys:
        parts = key.split(".")
        for i, part in enumerate(parts):
            if part.isdigit():
                numbers.setdefault(".".join(parts[:i]), set()).add(int(part))
    ranks = {parent: {n: r for r, n in enumerate(sorted(found))} for parent, found in numbers.items()}

    def name(key):
        parts = key.split(".")
        return ".".join(
            str(ranks.get(".".join(parts[:i]), {}).get(int(part), part)) if part.isdigit() else part
            for i, part in enumerate(parts))
    return name


def wrapped(state, rng):
    prefix = rng.choice(["module.", "_orig_mod.", "module._orig_mod.", "backbone.", "model.net."])
    return rekeyed(state, lambda key: prefix + key)


def with_head(state, rng):
    new = wrapped(state, rng)
    new["head.0.weight"], new["head.0.bias"] = torch.rand(7, 11), torch.rand(7)
    return new


def renamed(state, rng):
    old = rng.choice(sorted({key.split(".")[0] for key in state}))
    return rekeyed(state, lambda key: "renamed" + key[len(old):] if key.split(".")[0] == old else key)


# name, change, whether it must be undone by the passes that are found
CHANGES = [
    ("as it is", lambda state, rng: state, True),
    ("wrapped", wrapped, True),
    ("wrapped, with a head", with_head, True),
    ("a part renamed", renamed, False),
    ("compact sequences", lambda state, rng: rekeyed(state, compact(state)), False),
]


def damage(state, rng):
    """Keys that go, come, or change their shapes; a state dict from before versions; other dtypes."""
    for key in rng.sample(list(state), rng.randint(0, min(3, len(state) - 1))):
        del state[key]
    for i in range(rng.choice([0, 0, 1, 3])):
        state[f"extra.{i}.weight"] = torch.rand(13, i + 1)
    for key in rng.sample(list(state), rng.choice([0, 0, 1, min(2, len(state))])):
        state[key] = torch.rand(17, 3)
    if rng.random() < 0.3 and hasattr(state, "_metadata"):
        del state._metadata
    if rng.random() < 0.3:
        for key in list(state):
            if key.endswith("num_batches_tracked"):
                del state[key]
    if rng.random() < 0.3:
        for key in rng.sample(list(state), 1):
            state[key] = state[key].reshape(1) if state[key].dim() == 0 else state[key].half()


def verdict(model, state):
    """PyTorch's lists: missing, unexpected, size mismatch; and whether strict=False raises."""
    try:
        copy.deepcopy(model).load_state_dict(state, strict=True)
        text = ""
    except RuntimeError as error:
        text = str(error)

    def listed(title):
        found = re.search(title + r" key\(s\) in state_dict: (.*?)\. *(?:\n|$)", text, re.S)
        return sorted(re.findall(r'"([^"]+)"', found.group(1))) if found else []
    mismatched = sorted(re.findall(r"size mismatch for (\S+): ", text))
    try:
        copy.deepcopy(model).load_state_dict(state, strict=False)
        loose = True
    except RuntimeError:
        loose = False
    return listed("Missing"), listed("Unexpected"), mismatched, not text, loose


def spec_file(model, folder, rng):
    """What the network wants, in one of the forms that `--to` reads."""
    path = folder / "spec"
    state = model.state_dict()
    if rng.random() < 0.5:
        torch.save(state, path)
        return path
    rows = [(k, str(v.dtype)[6:], "x".join(map(str, v.shape)) or "scalar") for k, v in state.items()]
    if rng.random() < 0.5:
        path.write_text("name\tdtype\tshape\n" + "".join("\t".join(row) + "\n" for row in rows))
    else:
        path.write_text(json.dumps(
            {"schema": 1, "tensors": [{"path": k, "dtype": d, "shape": list(state[k].shape)} for k, d, _ in rows]}))
    return path


def fit(judge, what, source, spec, *words):
    done = judge.run("fit", source, "--to", spec, "--json", *words)
    if not judge.check(what, done.returncode in (0, 1), f"exit {done.returncode}: {done.stdout.strip()[:300]}"):
        return None
    report = json.loads(done.stdout)
    judge.check(f"{what}: exit code", done.returncode == (0 if report["fits"] else 1), str(done.returncode))
    return report


def judge_remedy(judge, what, model, source, report, work, must):
    """The passes do what was said; and what loads strictly has the weights of `model` itself."""
    remedy = report.get("remedy")
    if report["fits"]:
        return
    strict = bool(remedy) and remedy["loadsStrictly"]
    if must:
        judge.check(f"{what}: a way is found", strict, str(remedy)[:300])
    if not remedy:
        return
    out = work / "fitted.pth"
    out.unlink(missing_ok=True)
    if not judge.exits(f"{what}: edit", 0, "edit", source, "-o", out, *remedy["passes"]):
        return
    state = torch.load(out)
    missing, unexpected, mismatched, strictly, loosely = verdict(model, state)
    judge.check(f"{what}: loads as said", (strictly, loosely) == (strict, remedy["loadsLoosely"]), str(remedy)[:300])
    judge.check(
        f"{what}: counts as said", [len(missing), len(unexpected), len(mismatched)]
        == [remedy["missing"], remedy["unexpected"], remedy["misshapen"]], str(remedy)[:300])


def judge_weights(judge, what, model, report, work):
    """After a rename every weight is where it came from."""
    if report["fits"] or not (report.get("remedy") or {}).get("loadsStrictly"):
        return
    fresh = copy.deepcopy(model)
    with torch.no_grad():
        for tensor in fresh.state_dict().values():
            tensor.zero_()
    fresh.load_state_dict(torch.load(work / "fitted.pth"))
    wrong = [k for k, v in fresh.state_dict().items() if not torch.equal(v, model.state_dict()[k])]
    judge.check(f"{what}: every weight is in its place", not wrong, str(wrong[:3]))


def judge_fits(judge, work, seeds):
    solved = 0
    for seed in seeds:
        rng = random.Random(seed)
        torch.manual_seed(seed)
        model = network(rng)
        spec = spec_file(model, work, rng)
        for name, change, must in CHANGES:
            what = f"fit {seed} ({name})"
            state = change(copy.deepcopy(model.state_dict()), rng)
            source = work / "changed.pth"
            torch.save(state, source)
            report = fit(judge, what, source, spec)
            if report:
                judge_lists(judge, what, model, state, report)
                judge_remedy(judge, what, model, source, report, work, must)
                judge_weights(judge, what, model, report, work)
                solved += bool(report["fits"] or (report.get("remedy") or {}).get("loadsStrictly"))
            damage(state, rng)
            torch.save({"model": state, "epoch": 3} if rng.random() < 0.3 else state, source)
            report = fit(judge, f"{what}, damaged", source, spec)
            if report:
                judge_lists(judge, f"{what}, damaged", model, state, report)
                judge_remedy(judge, f"{what}, damaged", model, source, report, work, False)
    judge.check("most renames are found", solved >= len(seeds) * len(CHANGES) * 0.8, f"{solved}")


def judge_lists(judge, what, model, state, report):
    missing, unexpected, mismatched, strictly, loosely = verdict(model, state)
    found = report["fit"]
    judge.check(f"{what}: missing", sorted(k["key"] for k in found["missing"]) == missing, f"PyTorch: {missing[:5]}")
    judge.check(
        f"{what}: unexpected", sorted(k["key"] for k in found["unexpected"]) == unexpected,
        f"PyTorch: {unexpected[:5]}")
    judge.check(
        f"{what}: size mismatch", sorted(k["key"] for k in found["misshapen"]) == mismatched,
        f"PyTorch: {mismatched[:5]}")
    judge.check(f"{what}: strict", report["loadsStrictly"] == strictly, str(report["loadsStrictly"]))
    judge.check(f"{what}: not strict", report["loadsLoosely"] == loosely, str(report["loadsLoosely"]))
