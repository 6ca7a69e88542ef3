# SPDX-License-Identifier: Apache-2.0
"""3D-Speaker's own `train.py`, replayed by `resect-train finetune --config`: the first epoch of
fixtures/golden/replay/sup.

replays.py RESECT_TRAIN

Upstream's initial weights as a CKPT-EPOCH-0-00 folder, its features as .npy files, its order of samples, its yaml.
After the first step the loss must print as its log has it; after the first epoch, two steps, the losses must average to
what it printed, and every tensor lies within 1e-4 of its largest value and 1e-6 of upstream's checkpoint.
"""
import json
import pathlib
import sys
import tempfile

import numpy
import torch

from programs import Judge
from training_runs import Written

SUP = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "golden" / "replay" / "sup"
# Three speakers at three speeds, each a class of its own: speaker + 3 x speed.
CLASSES = 9

# What upstream's configuration says of the run, in its form; the objects that only load data are left out.
CONFIG = """\
batch_size: 4
classifier:
  args:
    input_dim: <embedding_size>
    out_neurons: <num_classes>
  obj: speakerlab.models.campplus.classifier.CosineClassifier
embedding_size: 16
loss:
  args:
    easy_margin: false
    margin: 0.3
    scale: 32.0
  obj: speakerlab.loss.margin_loss.ArcMarginLoss
lr: 0.2
lr_scheduler:
  args:
    fix_epoch: <num_epoch>
    max_lr: <lr>
    min_lr: <min_lr>
    optimizer: <optimizer>
    step_per_epoch: null
    warmup_epoch: 1
  obj: speakerlab.process.scheduler.WarmupCosineScheduler
margin_scheduler:
  args:
    criterion: <loss>
    final_margin: 0.3
    fix_epoch: 3
    increase_start_epoch: 1
    initial_margin: 0.0
    step_per_epoch: null
  obj: speakerlab.process.scheduler.MarginScheduler
min_lr: 5.0e-05
num_classes: 5994
num_epoch: 3
optimizer:
  args:
    lr: <lr>
    momentum: 0.9
    nesterov: true
    params: null
    weight_decay: 0.0001
  obj: torch.optim.SGD
save_epoch_freq: 1
speed_pertub: true
"""


def parts(epoch):
    """The state dicts of backbone and classifier after an epoch; 0 is before the first."""
    values = numpy.fromfile(SUP / f"epoch{epoch}.f32", dtype="<f4")
    found, start = {"backbone": {}, "classifier": {}}, 0
    for slot in json.loads((SUP / "layout.json").read_text()):
        count = int(numpy.prod(slot["shape"], dtype=int))
        value = torch.from_numpy(values[start:start + count].reshape(slot["shape"]).copy())
        found[slot["part"]][slot["key"]] = value.long() if slot["counter"] else value
        start += count
    assert start == len(values)
    return found["backbone"], found["classifier"]


def write(work, run):
    """Everything that the command reads; gives its words."""
    data = numpy.fromfile(SUP / "data.f32", dtype="<f4").reshape(len(run["labels"]), 60, 80)
    lines = ["path,spk"]
    for index, (rows, label) in enumerate(zip(data, run["labels"])):
        numpy.save(work / f"u{index}.npy", rows)
        lines.append(f"u{index}.npy,class{label}")
    (work / "train.csv").write_text("\n".join(lines) + "\n")
    (work / "order.json").write_text(json.dumps(run["order"]))
    (work / "config.yaml").write_text(CONFIG)
    start = work / "CKPT-EPOCH-0-00"
    start.mkdir()
    for name, state in zip(("embedding_model", "classifier"), parts(0)):
        torch.save(state, start / f"{name}.ckpt")
    (start / "CKPT.yaml").write_text("epoch: 0\nunixtime: 1700000000.5\n")
    # The data name three of the nine classes: a label map tells their indices.
    labels = {f"class{index}": index for index in range(CLASSES)}
    (start / "label_map.json").write_text(json.dumps({"labels": labels, "schema": 1}))
    return [
        "finetune", "--config", work / "config.yaml", "--start", start, "--front-end", "fbank", "--data",
        work / "train.csv", "--order", work / "order.json", "--crop", "none", "--no-augment", "--json"]


def judge_replay(judge, work):
    run = json.loads((SUP / "run.json").read_text())
    words = write(work, run)
    report = judge.json("one step", *words, "--steps", 1, "-o", work / "one")
    if report is not None:
        loss = f"{report['epochs'][0]['loss']:.4e}"
        judge.check("loss of the first step", loss == run["first_steps"][0]["loss"], loss)
    report = judge.json("one epoch", *words, "--steps", 2, "-o", work / "two")
    if report is None:
        return
    figures, printed = report["epochs"][0], run["epochs"][0]
    for found, expected in (
            (f"{figures['loss']:.2f}", printed["loss"]), (f"{100 * figures['accuracy']:.2f}", printed["accuracy"]),
            (f"{figures['learningRate']:.2e}", printed["rate"])):
        judge.check("a figure of the first epoch", found == expected, f"{found}, not {expected}")
    written = Written(work / "two", 1)
    for name, golden in zip(("embedding_model.ckpt", "classifier.ckpt"), parts(1)):
        ours = written.load(name)
        judge.check(f"{name}: keys", list(ours) == list(golden))
        for key, right in golden.items():
            bound = 0 if right.dtype == torch.int64 else 1e-4 * right.abs().max().item() + 1e-6
            off = (ours[key] - right).abs().max().item()
            judge.check(f"{name}: {key}", off <= bound, f"{off:.1e} off, {bound:.1e} asked")


def main():
    judge = Judge(sys.argv[1])
    with tempfile.TemporaryDirectory() as work:
        judge_replay(judge, pathlib.Path(work))
    return judge.close("3D-Speaker's run replayed")


if __name__ == "__main__":
    sys.exit(main())
