# SPDX-License-Identifier: Apache-2.0
"""Exported networks, judged by onnx's own checker and by onnxruntime: embeddings are those of `embed`, at any length, alone
and in a batch.

exports_judge.py RESECT RESECT_TRAIN [--whole]     # needs torch, onnx and onnxruntime

--whole: the networks of upstream's recipes too, not the small ones alone.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch

import networks
from networks import formula
from programs import Judge

LENGTHS = [99, 100, 101, 200, 345, 450]
# Relative and Euclidean.
MOST = 1e-5
# What the graphs of the published networks may have.
MOST_NODES = {"campplus": 850, "eres2net-base": 360, "ecapa-1024": 210}
# What converters stumble over.
UNWANTED = {"Expand", "Where", "ConstantOfShape", "Unsqueeze", "If", "Loop"}


def away(found, wanted):
    return np.linalg.norm(found - wanted) / np.linalg.norm(wanted)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def save(network, path, takes_mels):
    """As `torch.save(network.state_dict())` of upstream's class writes it: `_metadata` tells the two ECAPA forms apart."""
    formula.fill(network)
    torch.save(network.state_dict(), path)


def embeddings(judge, what, train, model, front, features, folder):
    folder.mkdir(exist_ok=True)
    for name, values in features.items():
        np.save(folder / f"{name}.npy", values)
    output = folder / "E.npz"
    files = [folder / f"{name}.npy" for name in features]
    if not train.exits(f"{what}: embed", 0, "embed", "--model", model, "--front-end", front, *files, "-o", output, "--force"):
        return None
    with np.load(output) as archive:
        return {name: archive[name] for name in features}


def compare(judge, what, model, graph, folder, network):
    """`diff` holds the checkpoint against the graph, folded as the graph was: one weight that onnx changed is named."""
    judge.exits(f"{what}: diff", 0, "diff", model, graph)
    judge.exits(f"{what}: diff, turned", 0, "diff", graph, model)
    report = judge.json(f"{what}: diff --json", "diff", model, graph, "--json")
    if report is None:
        return
    read = onnx.load(graph)
    keys = {tensor.name for tensor in read.graph.initializer}
    norms = {key for key in network.state_dict() if key not in keys and not key.endswith("num_batches_tracked")}
    cut = {key for key in norms if any(name.startswith(f"{key}[:, ") for name in keys)}
    folded = {key for key in report["a"].get("folded", []) if not key.endswith("num_batches_tracked")}
    judge.check(f"{what}: folded", folded == norms - cut, str((folded ^ (norms - cut)))[:200])
    # Every kind of tensor: whole, a bias that folding made, columns, and a number of an operation.
    kinds = {}
    for tensor in read.graph.initializer:
        kind = "columns" if "[:, " in tensor.name else "number" if " " in tensor.name else (
            "parameter" if tensor.name in network.state_dict() else "made")
        kinds.setdefault(kind, tensor)
    for kind, tensor in kinds.items():
        kept = tensor.raw_data
        tensor.raw_data = kept[:-1] + bytes([kept[-1] ^ 1])
        changed = folder / "changed.onnx"
        onnx.save(read, changed)
        tensor.raw_data = kept
        done = judge.run("diff", model, changed, "--json")
        judge.check(f"{what}: diff of a changed {kind}", done.returncode == 1, done.stderr[:200])
        if done.returncode != 1:
            continue
        report = json.loads(done.stdout)
        named = [entry["path"] for entry in report["changed"] + report["added"]]
        judge.check(f"{what}: it is named", len(named) == 1 and tensor.name in json.dumps(named), f"{tensor.name}: {named}")


def check(judge, train, resect, name, network, folder, is_full):
    takes_mels = name.endswith("-mel")
    front = "mel" if takes_mels else "fbank"
    model, graph = folder / f"{name}.pth", folder / f"{name}.onnx"
    save(network, model, takes_mels)
    client = "plain" if takes_mels else "sherpa-onnx"
    words = ["export", model, "-o", graph, "--front-end", front, "--for", client, "--force"]
    if not train.exits(f"{name}: export", 0, *words):
        return
    first = graph.read_bytes()
    train.exits(f"{name}: export again", 0, *words, "--no-check")
    judge.check(f"{name}: the same bytes", graph.read_bytes() == first)
    compare(resect, name, model, graph, folder, network)
    read = onnx.load(graph)
    onnx.checker.check_model(read, full_check=True)
    judge.check(f"{name}: onnx writes the same length", len(read.SerializeToString()) == len(first))
    kinds = {node.op_type for node in read.graph.node}
    judge.check(f"{name}: operators", not kinds & UNWANTED, str(kinds & UNWANTED))
    most = MOST_NODES.get(name, 1000) if is_full else 1000
    judge.check(f"{name}: nodes", len(read.graph.node) <= most, str(len(read.graph.node)))
    properties = {entry.key: entry.value for entry in read.metadata_props}
    shortest = int(properties["resect:min-frames"])
    draw = np.random.default_rng(0)

    def features(frames):
        values = draw.normal(size=(frames, 80)).astype(np.float32)
        return values**2 if takes_mels else values

    inputs = {str(frames): features(frames) for frames in [shortest] + LENGTHS}
    for row in range(4):
        inputs[f"row{row}"] = features(150)
    wanted = embeddings(judge, name, train, model, front, inputs, folder / "features")
    if wanted is None:
        return
    run = session(graph)
    (port,), (embedding,) = run.get_inputs(), run.get_outputs()
    judge.check(f"{name}: names", (port.name, embedding.name) == ("feature", "embedding"))
    for word, values in inputs.items():
        found = run.run(None, {port.name: values[None]})[0][0]
        off = away(found, wanted[word])
        judge.check(f"{name}: {word}", off < MOST, f"{off:.1e}")
    # Our own interpreter, held against onnxruntime's.
    ours = embeddings(judge, f"{name}: graph", train, graph, front, inputs, folder / "features")
    for word, values in inputs.items():
        off = away(ours[word], run.run(None, {port.name: values[None]})[0][0]) if ours else np.inf
        judge.check(f"{name}: {word}, embed of the graph", off < MOST, f"{off:.1e}")
    batch = run.run(None, {port.name: np.stack([inputs[f"row{row}"] for row in range(4)])})[0]
    for row in range(4):
        off = away(batch[row], wanted[f"row{row}"])
        judge.check(f"{name}: row {row} of a batch", off < MOST, f"{off:.1e}")
    # Weights of sixteen bits: one cast each, and the same embeddings as far as they carry.
    half = folder / f"{name}-half.onnx"
    if train.exits(f"{name}: --half", 0, *words[:3], half, *words[4:], "--half"):
        onnx.checker.check_model(onnx.load(half), full_check=True)
        compare(resect, f"{name}: --half", model, half, folder, network)
        judge.check(f"{name}: --half is smaller", half.stat().st_size < 0.6 * len(first) or len(first) < 1 << 20)
        found = session(half).run(None, {port.name: inputs["200"][None]})[0][0]
        off = away(found, wanted["200"])
        judge.check(f"{name}: --half, embedding", off < 5e-3, f"{off:.1e}")
    fixed = folder / f"{name}-200.onnx"
    if train.exits(f"{name}: --frames", 0, *words[:3], fixed, *words[4:], "--frames", 200):
        run = session(fixed)
        judge.check(f"{name}: --frames, shape", run.get_inputs()[0].shape[1] == 200)
        off = away(run.run(None, {port.name: inputs["200"][None]})[0][0], wanted["200"])
        judge.check(f"{name}: --frames, embedding", off < MOST, f"{off:.1e}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("resect")
    parser.add_argument("train")
    parser.add_argument("--whole", action="store_true")
    words = parser.parse_args()
    judge, train, resect = Judge(words.resect), Judge(words.train), Judge(words.resect)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        for sizes in [networks.SMALL] + ([networks.FULL] if words.whole else []):
            for name in sizes:
                check(judge, train, resect, name, networks.make(sizes, name), pathlib.Path(folder), sizes is networks.FULL)
    for other in [train, resect]:
        judge.passed += other.passed
        judge.failed += other.failed
    return judge.close("exports")


sys.exit(main())
