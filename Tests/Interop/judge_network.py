# SPDX-License-Identifier: Apache-2.0
"""Holds fixtures/rdino-small/network.py against 3D-Speaker's numbers: both forms of ECAPA-TDNN on formula-filled
weights in float64, and the names and `_metadata` of a whole RDINO checkpoint."""
import csv
import json
import math
import pathlib
import sys

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fixtures" / "rdino-small"))
import truth  # noqa: E402
from network import ECAPA, BackboneAndHead, RDINOHead, Wrapped  # noqa: E402
from programs import Judge  # noqa: E402

GOLDEN = next(
    (f for f in (ROOT / "fixtures" / "golden", ROOT.parent / "shared" / "golden") if (f / "keys").is_dir()), None)
FORMS = [("ecapa_tdnn_rdino512", "mel", 512), ("ecapa_tdnn_sup192", "fbank", 192)]


def filled(row, name, shape):
    """The formula fill: a hash of (row of the key list, element), shaped by the kind of entry."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    count = math.prod(shape)
    word = numpy.uint64(0xFFFFFFFF)
    h = numpy.arange(count, dtype=numpy.uint64) * numpy.uint64(2654435761) + numpy.uint64(row * 40503 + 12345) & word
    h ^= h >> numpy.uint64(16)
    h = h * numpy.uint64(2246822519) & word
    h ^= h >> numpy.uint64(13)
    u = h.astype(numpy.float64) / 2**32
    if name.endswith("running_var"):
        values = 0.5 + u
    elif name.endswith("running_mean"):
        values = 0.2 * (u - 0.5)
    elif len(shape) == 1:
        values = 0.8 + 0.4 * u if name.endswith(".weight") else 0.1 * (2 * u - 1)
    else:
        values = (2 * u - 1) * math.sqrt(3 / (count / shape[0]))
    return torch.from_numpy(values.astype(numpy.float32).reshape(shape))


def away(got, expected):
    expected = torch.tensor(expected, dtype=torch.float64)
    return ((got - expected).norm() / expected.norm()).item()


def judge_form(judge, name, front_end, embedding):
    network = ECAPA([1024] * 4 + [3072], embedding, 128, 128, front_end=front_end)
    with open(GOLDEN / "keys" / f"{name}.tsv") as table:
        keys = [row["name"] for row in csv.DictReader(table, delimiter="\t")]
    weights = network.state_dict()
    judge.check(f"{name}: keys", keys == list(weights))
    network.load_state_dict({k: filled(i, k, tuple(weights[k].shape)) for i, k in enumerate(keys)})
    network = network.double()

    b, t, f = numpy.ogrid[0:4, 0:100, 0:80]
    x = 2 * numpy.sin(0.1 * (t + 1) + 0.37 * (f + 1) + b)
    x = numpy.exp(x) if front_end == "mel" else x
    x = torch.from_numpy(x.astype(numpy.float32)).double().transpose(1, 2)
    golden = json.loads((GOLDEN / "networks" / f"{name}.f64.json").read_text())
    with torch.no_grad():
        off = away(network.eval()(x), golden["eval_out"])
    judge.check(f"{name}: evaluation", off < 1e-8, f"{off:.1e}")
    out = network.train()(x)
    off = away(out.detach(), golden["train_out"])
    judge.check(f"{name}: training", off < 1e-8, f"{off:.1e}")
    slope = torch.cos(0.3 * torch.arange(embedding).double() + torch.arange(4).double()[:, None]).float().double()
    (out * slope).mean().backward()
    gradients = {k: p.grad for k, p in network.named_parameters()}
    with open(GOLDEN / "networks" / f"{name}.f64.grads.tsv") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            length = float(row["grad_l2"])
            off = abs(gradients[row["param"]].norm().item() - length)
            judge.check(f"{name}: gradient of {row['param']}", off < 1e-6 * length + 1e-12, f"{off:.1e} of {length}")


def judge_checkpoint(judge):
    file = truth.load(ROOT / "fixtures" / "checkpoints" / "rdino-tiny-torch1.13.pth")
    own = Wrapped(BackboneAndHead(ECAPA([16] * 4 + [48], 16, 8, 8), RDINOHead(16, 32, 40, 12, 48))).state_dict()
    for branch in ("student", "teacher"):
        judge.check(f"{branch}: keys", list(own) == list(file[branch]))
        judge.check(
            f"{branch}: _metadata", list(own._metadata.items()) == list(file[branch]._metadata.items()),
            truth.metadata_difference(own._metadata, file[branch]._metadata))


def main():
    judge = Judge(None)
    judge_checkpoint(judge)
    if judge.check("the golden numbers lie in fixtures/golden or ../shared/golden", GOLDEN is not None):
        for form in FORMS:
            judge_form(judge, *form)
    return judge.close("ECAPA-TDNN against 3D-Speaker")


if __name__ == "__main__":
    sys.exit(main())
