# SPDX-License-Identifier: Apache-2.0
"""Holds the judge's own networks against numbers that 3D-Speaker's classes gave: key lists in order, outputs in both
modes, gradients, running statistics. Everything runs in float64 on float32's weights and features.

check.py [--golden FOLDER] [NAME...]

Where upstream's numbers are float64 too, outputs must agree to 1e-8 and gradients to 1e-6. Else they carry float32's
own error, which upstream's float64 runs show to be up to 3e-6 (evaluation), 4e-4 (training) and, for single gradients deep
below batch norms, 5e-2; the median gradient has 3e-3.
"""
import argparse
import csv
import json
import pathlib
import statistics
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import networks  # noqa: E402
from networks import formula  # noqa: E402
from programs import Judge  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Golden file: network, embedding.
GOLDEN = {
    "ecapa_tdnn_sup192": ("ecapa-1024", 192),
    "ecapa_tdnn_sup_classdefault_c512": ("ecapa-512", 192),
    "ecapa_tdnn_rdino512": ("ecapa-1024-mel", 512),
    "campplus192": ("campplus", 192),
    "campplus512": ("campplus", 512),
    "eres2net_base192": ("eres2net-base", 192),
    "eres2net_base512": ("eres2net-base", 512),
    "eres2net_large192": ("eres2net-large", 192),
    "eres2net_large512": ("eres2net-large", 512),
    "eres2net_huge192": ("eres2net-huge", 192),
    "eres2netv2_192": ("eres2netv2", 192),
    "eres2netv2_w24s4ep4_192": ("eres2netv2-w24s4ep4", 192),
    "resnet34_192_twoemb": ("resnet34", 192),
    "res2net192": ("res2net", 192),
    "xvector512": ("xvector", 512),
}


def rows(path):
    with open(path) as table:
        return list(csv.DictReader(table, delimiter="\t"))


def away(got, expected):
    expected = torch.tensor(expected, dtype=torch.float64)
    return ((got - expected).norm() / expected.norm()).item()


def check_gradients(judge, what, network, path, is_exact):
    gradients = {k: p.grad.norm().item() for k, p in network.named_parameters()}
    table = rows(path)
    judge.check(f"{what}: parameters", [row["param"] for row in table] == list(gradients))
    # Some gradients are zero in theory, so that what stands there is rounding: a bias before a softmax or a batch norm.
    largest = max(float(row["grad_l2"]) for row in table)
    tolerance, nothing = (1e-6, 1e-12) if is_exact else (1e-1, 1e-5 * largest)
    apart = []
    for row in table:
        length = float(row["grad_l2"])
        off = abs(gradients[row["param"]] - length)
        apart.append(off / max(length, nothing))
        judge.check(
            f"{what}: gradient of {row['param']}", off < tolerance * length + nothing, f"{off:.1e} of {length}")
    if not is_exact:
        middle = statistics.median(apart)
        judge.check(f"{what}: median gradient", middle < 1e-2, f"{middle:.1e}")


def check_numbers(judge, what, network, numbers, folder, is_exact):
    """One golden file: both modes from the formula's weights."""
    formula.fill(network)
    network.zero_grad()
    takes_mels = numbers["input"] == "bft"  # (batch, bins, frames) of power mels
    x = formula.features(numbers["B"], numbers["T"], takes_mels)
    with torch.no_grad():
        off = away(network.eval()(x), numbers["eval_out"])
    judge.check(f"{what}: evaluation", off < (1e-8 if is_exact else 1e-5), f"{off:.1e}")
    out = network.train()(x)
    off = away(out.detach(), numbers["train_out"])
    judge.check(f"{what}: training", off < (1e-8 if is_exact else 1e-3), f"{off:.1e}")
    (out * formula.slope(*out.shape)).mean().backward()
    check_gradients(judge, what, network, folder / f"{what}.grads.tsv", is_exact)
    buffers = network.state_dict()
    for name, (length,) in numbers.get("running_stats_l2_after", {}).items():
        found = buffers[name].double().norm().item()
        judge.check(f"{what}: {name}", abs(found - length) < 1e-3 * length, f"{found}, not {length}")


def check(judge, golden, name):
    model, embedding = GOLDEN[name]
    network = networks.make(networks.FULL, model, embedding=embedding)
    keys = [(row["name"], row["shape"]) for row in rows(golden / "keys" / f"{name}.tsv")]
    own = [(k, "x".join(map(str, v.shape)) or "scalar") for k, v in network.state_dict().items()]
    judge.check(f"{name}: keys and shapes", keys == own, str([p for p in zip(keys, own) if p[0] != p[1]][:3]))
    folder = golden / "networks"
    found = (path.name for path in folder.glob(f"{name}*.json"))
    files = sorted(file for file in found if file.split(".")[0] in (name, f"{name}_T450"))
    if not judge.check(f"{name}: there are numbers", files):
        return
    network = network.double()
    for file in files:
        check_numbers(
            judge, file[:-len(".json")], network, json.loads((folder / file).read_text()), folder, ".f64." in file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden", type=pathlib.Path, default=ROOT / "fixtures" / "golden")
    parser.add_argument("names", nargs="*")
    words = parser.parse_args()
    torch.set_num_threads(1)
    judge = Judge(None)
    for name in words.names or GOLDEN:
        check(judge, words.golden, name)
    return judge.close("the judge's networks against 3D-Speaker")


if __name__ == "__main__":
    sys.exit(main())
