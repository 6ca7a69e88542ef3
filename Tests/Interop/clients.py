# SPDX-License-Identifier: Apache-2.0
"""Exported networks in the programs that people deploy them with: sherpa-onnx on a recording, OpenVINO and tract on features.
Each family gives the embedding of `embed`.

clients.py RESECT_TRAIN PYTHON [--whole] [NAME...]     # needs torch; PYTHON has sherpa-onnx, openvino, tract (scripts/clients.sh)
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import wave

import numpy as np
import torch

import networks
from networks import formula
from programs import Judge

HERE = pathlib.Path(__file__).parent
# Relative and Euclidean.
MOST = 1e-4


def record(path, seconds=2.3):
    """Noise with a moving tone, 16 kHz, 16 bits."""
    draw = np.random.default_rng(1)
    time = np.arange(int(16000 * seconds)) / 16000
    values = 0.2 * np.sin(2 * np.pi * (200 + 300 * time) * time) + 0.05 * draw.normal(size=len(time))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((values * 32767).astype("<i2").tobytes())


def embed(train, what, model, front, source, output):
    if not train.exits(f"{what}: embed", 0, "embed", "--model", model, "--front-end", front, source, "-o", output, "--force"):
        return None
    with np.load(output) as archive:
        return archive[source.stem]


def ran(judge, python, what, client, model, source, output):
    done = subprocess.run(
        [python, HERE / "client.py", client, model, source, output], capture_output=True, text=True, timeout=600)
    if not judge.check(f"{what}: {client}", done.returncode == 0, done.stderr.strip()[-300:]):
        return None
    return np.load(output)


def check(judge, python, name, network, folder):
    formula.fill(network)
    model, graph = folder / f"{name}.pth", folder / f"{name}.onnx"
    torch.save(network.state_dict(), model)
    front = "mel" if name.endswith("-mel") else "fbank"
    client = "plain" if front == "mel" else "sherpa-onnx"
    if not judge.exits(f"{name}: export", 0, "export", model, "-o", graph, "--front-end", front, "--for", client):
        return
    sources = {"openvino": folder / "features.npy", "tract": folder / "features.npy"}
    if front == "fbank":
        sources["sherpa-onnx"] = folder / "recording.wav"
    for client, source in sources.items():
        fed = "fbank-sherpa" if client == "sherpa-onnx" else front
        wanted = embed(judge, f"{name}: {client}", model, fed, source, folder / "wanted.npz")
        found = ran(judge, python, name, client, graph, source, folder / "found.npy")
        if wanted is None or found is None:
            continue
        off = np.linalg.norm(found - wanted) / np.linalg.norm(wanted)
        judge.check(f"{name}: {client}, embedding", found.shape == wanted.shape and off < MOST, f"{off:.1e}")
        print(f"  {name}, {client}: {off:.1e}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("train")
    parser.add_argument("python")
    parser.add_argument("--whole", action="store_true", help="networks of their published sizes")
    parser.add_argument("names", nargs="*", help="these networks alone")
    words = parser.parse_args()
    judge = Judge(words.train)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        record(folder / "recording.wav")
        values = np.abs(np.random.default_rng(0).normal(size=(200, 80))).astype(np.float32)
        np.save(folder / "features.npy", values)
        sizes = networks.FULL if words.whole else networks.SMALL
        for name in words.names or sizes:
            check(judge, words.python, name, networks.make(sizes, name), folder)
    return judge.close("clients")


if __name__ == "__main__":
    sys.exit(main())
