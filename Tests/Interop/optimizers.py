# SPDX-License-Identifier: Apache-2.0
"""Optimizers that follow `resect edit`: PyTorch loads the result into the smaller model and its optimizer, trains one
more step, and has the same weights as where the trained objects themselves were cut.

All layers have one shape, so that state under a wrong index would load without a word.
"""
from collections import OrderedDict

import torch

import truth

WIDTH, CLASSES = 6, 9
LAYERS = ["backbone.first", "backbone.norm", "backbone.second", "backbone.third",
          "head.mlp", "head.norm", "head.last_layer", "head.out"]


def layer(name, classes):
    kind = name.split(".")[1]
    if kind == "norm":
        return torch.nn.BatchNorm1d(WIDTH) if name.startswith("backbone") else torch.nn.LayerNorm(WIDTH)
    if kind == "last_layer":
        normed = torch.nn.utils.weight_norm(torch.nn.Linear(WIDTH, WIDTH, bias=False))
        normed.weight_g.requires_grad_(False)
        return normed
    return torch.nn.Linear(WIDTH, classes if kind == "out" else WIDTH, bias=kind != "third")


class Network(torch.nn.Module):
    """Layers in two parts; `names` renames the parts."""

    def __init__(self, layers=LAYERS, names=None, classes=CLASSES):
        super().__init__()
        self.parts = []
        for part in ("backbone", "head"):
            inside = OrderedDict((n.split(".")[1], layer(n, classes)) for n in layers if n.startswith(part))
            if inside:
                name = (names or {}).get(part, part)
                self.parts.append(name)
                self.add_module(name, torch.nn.Sequential(inside))

    def forward(self, x):
        for part in self.parts:
            if hasattr(self, part):
                for module in getattr(self, part):
                    x = torch.tanh(module(x))
        return x


def step(network, optimizer, seed, cancels=False):
    """`cancels`: no gradient for the last layer, as in DINO's first epochs."""
    x = torch.randn(16, WIDTH, generator=torch.Generator().manual_seed(seed))
    optimizer.zero_grad()
    ((network(x) - 0.3) ** 2).sum().backward()
    for name, parameter in network.named_parameters():
        if cancels and "last_layer" in name:
            parameter.grad = None
    optimizer.step()


def is_undecayed(name, parameter):
    return name.endswith(".bias") or parameter.dim() == 1


def halves(network, with_frozen=False):
    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad or with_frozen]
    return ([p for n, p in named if not is_undecayed(n, p)], [p for n, p in named if is_undecayed(n, p)])


def one_group(network):
    return [{"params": list(network.parameters())}]


def decay_first(network):
    decayed, others = halves(network)
    return [{"params": decayed}, {"params": others, "weight_decay": 0.0}]


def decay_last(network):
    """A file does not tell what is frozen: only DINO's `last_layer` is known to be."""
    decayed, others = halves(network, with_frozen=True)
    return [{"params": others, "weight_decay": 0.0}, {"params": decayed, "weight_decay": 0.05}]


def by_name(network):
    """The head first, with a learning rate of its own; a group is made where it has parameters."""
    named = list(network.named_parameters())
    heads = [pair for pair in named if pair[0].startswith(("head", "tail"))]
    rest = [pair for pair in named if not pair[0].startswith(("head", "tail"))]
    return [group for group in ({"params": heads, "lr": 0.02}, {"params": rest}) if group["params"]]


def wrapped(weights):
    return OrderedDict(("module." + key, value) for key, value in weights.items())


# name: where the model lies, what its keys begin with, the groups, the file around a model and an optimizer
FORMS = {
    "plain": ("model", "", one_group, lambda m, o: {"model": m, "optimizer": o, "epoch": 2}),
    "student": ("student", "module.", decay_first, lambda m, o: {
        "student": m, "teacher": OrderedDict((k, v.clone()) for k, v in m.items()), "optimizer": o, "epoch": 1,
        "dino_loss": OrderedDict(center=torch.zeros(1, 4))}),
    "timm": ("state_dict", "", decay_last, lambda m, o: {
        "epoch": 1, "arch": "chain", "state_dict": m, "optimizer": o, "version": 2}),
    "lightning": ("state_dict", "", one_group, lambda m, o: {
        "pytorch-lightning_version": "2.0.0", "state_dict": m, "optimizer_states": [o]}),
}
if not truth.OLD:  # named parameters are PyTorch 2.6's
    FORMS["names"] = ("model", "", by_name, lambda m, o: {"model": m, "optimizer": o})
    FORMS["names without a wrapper"] = ("model", "module.", by_name, lambda m, o: {"model": m, "optimizer": o})

OPTIMIZERS = {
    "SGD": lambda groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9, weight_decay=0.01),
    "Adam": lambda groups: torch.optim.Adam(groups, lr=0.01),
    "Adam with amsgrad": lambda groups: torch.optim.Adam(groups, lr=0.01, amsgrad=True),
    "AdamW": lambda groups: torch.optim.AdamW(groups, lr=0.01, weight_decay=0.05),
    "RMSprop": lambda groups: torch.optim.RMSprop(groups, lr=0.01, momentum=0.5, centered=True),
    "Adagrad": lambda groups: torch.optim.Adagrad(groups, lr=0.01),
}

# name: layers that go, new names of parts, rows of the last layer
CUTS = {
    "head": (["head.mlp", "head.norm", "head.last_layer", "head.out"], {}, None),
    "first layer": (["backbone.first"], {}, None),
    "norms": (["backbone.norm", "head.norm"], {}, None),
    "last layer, renamed": (["head.last_layer", "backbone.third"], {"backbone": "encoder"}, None),
    "renamed": ([], {"backbone": "encoder", "head": "tail"}, None),
    "rows": ([], {}, [7, 0, 0, 3]),
    "rows and a layer": (["backbone.second"], {"head": "tail"}, [8, 2]),
}


def trained(form, optimizer):
    """The same objects every time."""
    torch.manual_seed(5)
    network = Network()
    made = OPTIMIZERS[optimizer](FORMS[form][2](network))
    for seed in (1, 2):
        step(network, made, seed, cancels=form == "student")
    return network, made


def passes(form, cut):
    where, prefix, _, _ = FORMS[form]
    layers, names, rows = CUTS[cut]
    lines = [f"drop {where}/{prefix}{name}.*" for name in layers]
    if rows:
        lines.append(f"rows {where}/{prefix}head.out.* pick {','.join(map(str, rows))}")
    lines += [f"rename {where}/{prefix}{old}.** {where}/{prefix}{new}.$1" for old, new in names.items()]
    return lines


def cut_objects(network, optimizer, cut):
    """What the passes do, done to the objects."""
    layers, _, rows = CUTS[cut]
    if rows:
        for parameter in network.head.out.parameters():
            state = optimizer.state[parameter]
            for name, value in state.items():
                if torch.is_tensor(value) and value.shape == parameter.shape:
                    state[name] = value[rows].clone()
            parameter.data = parameter.data[rows].clone()
            parameter.grad = None
    for name in layers:
        part, inner = name.split(".")
        delattr(getattr(network, part), inner)
    left = {id(p) for p in network.parameters()}
    for group in optimizer.param_groups:
        if "param_names" in group:
            group["param_names"] = [n for n, p in zip(group["param_names"], group["params"]) if id(p) in left]
        group["params"] = [p for p in group["params"] if id(p) in left]
    for parameter in [p for p in optimizer.state if id(p) not in left]:
        del optimizer.state[parameter]


def new_name(name, names):
    part, rest = name.split(".", 1)
    return names.get(part, part) + "." + rest


def judge_cut(judge, folder, form, optimizer, cut):
    what = f"optimizer {optimizer}, {form}, {cut}"
    where, prefix, groups, around = FORMS[form]
    layers, names, rows = CUTS[cut]
    source, out = folder / "training.pth", folder / "cut.pth"
    out.unlink(missing_ok=True)
    network, made = trained(form, optimizer)
    weights = network.state_dict()
    torch.save(around(wrapped(weights) if prefix else weights, made.state_dict()), source)
    report = judge.json(what, "edit", source, "-o", out, *passes(form, cut), "--json")
    if report is None:
        return
    before = sum(torch.is_tensor(t) and t.dim() > 0 for s in made.state.values() for k, t in s.items() if k != "step")
    told = report["optimizers"][0]
    judge.check(f"{what}: shapes told", told["shapes"] == before, f"{told['shapes']}, not {before}")

    cut_objects(network, made, cut)
    got = truth.load(out, trusted=False)
    state = got["optimizer_states"][0] if form == "lightning" else got["optimizer"]
    indices = [i for group in state["param_groups"] for i in group["params"]]
    judge.check(f"{what}: indices without gaps", indices == list(range(len(indices))), str(indices))
    judge.check(f"{what}: integer keys", all(type(k) is int and k in indices for k in state["state"]))
    judge.check(f"{what}: the state that is left", len(state["state"]) == len(made.state))

    torch.manual_seed(6)
    smaller = Network([n for n in LAYERS if n not in layers], names, len(rows) if rows else CLASSES)
    smaller.load_state_dict(OrderedDict((k[len(prefix):], v) for k, v in got[where].items()))
    resumed = OPTIMIZERS[optimizer](groups(smaller))
    try:
        resumed.load_state_dict(state)
    except ValueError as error:
        judge.check(f"{what}: loads", False, str(error))
        return
    if "names" in form:
        own = [group["param_names"] for group in resumed.param_groups]
        judge.check(f"{what}: names", [g["param_names"] for g in state["param_groups"]] == own)
    parameters = dict(smaller.named_parameters())
    pairs = [(name, p, parameters[new_name(name, names)]) for name, p in network.named_parameters()]
    for name, old, new in pairs:
        states = [{k: v for k, v in o.state.get(p, {}).items()} for o, p in ((made, old), (resumed, new))]
        same = states[0].keys() == states[1].keys() and all(
            torch.equal(torch.as_tensor(v), torch.as_tensor(states[1][k])) for k, v in states[0].items())
        judge.check(f"{what}: state of {name}", same)
    for model, its in ((network, made), (smaller, resumed)):
        step(model, its, 3)
    for name, old, new in pairs:
        judge.check(f"{what}: {name} after one more step", torch.equal(old, new))


def judge_refusals(judge, folder):
    """A buffer that looks like a parameter: nothing tells which index is which."""
    source, out = folder / "training.pth", folder / "cut.pth"
    network, made = trained("plain", "Adam")
    network.register_buffer("extra", torch.ones(WIDTH))
    torch.save({"model": network.state_dict(), "optimizer": made.state_dict()}, source)
    out.unlink(missing_ok=True)
    judge.exits("an unknown order is refused", 4, "edit", source, "-o", out, "drop model/head.**")
    judge.check("an unknown order: nothing written", not out.exists())
    judge.exits("an unknown order, dropped", 0, "edit", source, "-o", out, "drop model/head.**", "drop optimizer")
    out.unlink(missing_ok=True)
    if judge.exits("an unknown order, renamed", 0, "edit", source, "-o", out, "rename model/head.** model/tail.$1"):
        found = truth.difference(truth.load(out, trusted=False)["optimizer"], made.state_dict())
        judge.check("an unknown order, renamed: as it was", found is None, found or "")


def named_state(value):
    """The state of an RDINO or SDPN file by the parameter's name, in the order of `get_params_groups`."""
    names = [k for k, v in value["student"].items() if v.is_floating_point() and ".running_" not in k]
    names = [k for k in names if not k.endswith("last_layer.weight_g")]
    groups = [[k for k in names if not is_undecayed(k, value["student"][k])],
              [k for k in names if is_undecayed(k, value["student"][k])]]
    if len(value["optimizer"]["param_groups"]) == 3:
        groups.append(["prototypes"])
    its = [group["params"] for group in value["optimizer"]["param_groups"]]
    if [len(group) for group in groups] != [len(group) for group in its]:
        return None
    state = value["optimizer"]["state"]
    return {name: state[index]["momentum_buffer"] if index in state else None
            for name, index in zip(sum(groups, []), sum(its, []))}


def judge_upstream(judge, path, folder):
    """What upstream's own training wrote: without the head every parameter of the backbone keeps its momentum."""
    what, out = f"optimizer of {path.parent.name}/{path.name}", folder / "cut.pth"
    out.unlink(missing_ok=True)
    if not judge.exits(what, 0, "edit", path, "-o", out, "plain", "drop student/module.head.**"):
        return
    before, after = named_state(truth.load(path)), named_state(truth.load(out, trusted=False))
    if not judge.check(f"{what}: sizes", before is not None and after is not None):
        return
    expected = {k: v for k, v in before.items() if ".head." not in k}
    judge.check(f"{what}: names", list(after) == list(expected))
    for name, momentum in expected.items():
        judge.check(f"{what}: {name}", momentum is not None and torch.equal(after[name], momentum))


def judge_optimizers(judge, folder, upstream):
    """`upstream`: files of RDINO and SDPN."""
    for path in upstream:
        judge_upstream(judge, path, folder)
    for form in FORMS:
        for optimizer in OPTIMIZERS:
            for cut in CUTS:
                judge_cut(judge, folder, form, optimizer, cut)
    judge_refusals(judge, folder)
