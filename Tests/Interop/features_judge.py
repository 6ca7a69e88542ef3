# SPDX-License-Identifier: Apache-2.0
"""kaldi-native-fbank, which sherpa-onnx feeds networks with, as the judge of `embed --front-end fbank-sherpa`: noise and
recordings from the shortest wave on go through the program, and through its features and PyTorch's twin of the network.

features_judge.py RESECT_TRAIN     # needs torch, kaldi-native-fbank
"""
import pathlib
import sys
import tempfile
import wave

import numpy
import torch

import networks
import training_runs as runs
from programs import Judge
from training_reference import twin

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fixtures" / "golden"))
import fbank_sherpa  # noqa: E402
# Asterisk's prompts in Debian, where they are installed; a tone else.
PROMPTS = sorted(pathlib.Path("/usr/share/asterisk/sounds").glob("*/*.wav"))[::40][:12]
# From the five frames that ECAPA needs to a minute; around 80 and 0 beyond a multiple of 160, where their number changes.
LENGTHS = [720, 721, 799, 800, 879, 880, 1000, 1039, 1040, 3999, 16000, 16079, 16080, 48000, 960001]


def features(samples):
    """Frames x 80 in float64, minus their mean over time."""
    rows = fbank_sherpa.features(samples).astype(numpy.float64)
    return rows - rows.mean(axis=0)


def write(path, samples):
    """16-bit samples at 16 kHz, whatever rate they were recorded at."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(samples.astype("<i2").tobytes())


def recordings():
    """Names and 16-bit samples."""
    random = numpy.random.default_rng(7)
    for count in LENGTHS:
        yield f"noise-{count}", random.normal(0, 3000, count).clip(-32768, 32767).astype(numpy.int16)
    for index, path in enumerate(PROMPTS or [ROOT / "fixtures/audio/tone-8k.wav"]):
        with wave.open(str(path)) as file:
            yield f"recorded-{index}", numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def main():
    judge = Judge(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "speech").mkdir()
        known = dict(recordings())
        for name, samples in known.items():
            write(work / "speech" / f"{name}.wav", samples)
        network = runs.randomise(networks.make(networks.SMALL, "ecapa"), 5)
        torch.save(network.state_dict(), work / "backbone.pth")
        words = ["embed", "--model", work / "backbone.pth", "--front-end", "fbank-sherpa"]
        report = judge.json("embed", *words, work / "speech", "-o", work / "E.npz", "--json")
        if report is None:
            return judge.close("features")
        judge.check("the front end is reported", report["frontEnd"] == "fbank-sherpa")
        ours = numpy.load(work / "E.npz")
        exact = twin(network, torch.float64).eval()
        for name, samples in known.items():
            rows = features(samples.astype(numpy.float32) / 32768)
            with torch.no_grad():
                right = exact(torch.from_numpy(rows)[None])[0]
            off = (torch.from_numpy(ours[name]).double() - right).norm() / right.norm()
            judge.check(f"{name}, {len(rows)} frames", off < 1e-5, f"{off:.1e}")
        # Shorter than the network takes, and than a frame.
        for count in (79, 719):
            write(work / "short.wav", numpy.full(count, 1000))
            judge.exits(f"{count} samples", 3 if count < 80 else 4, *words, work / "short.wav", "-o", work / "s.npz")
    return judge.close("features")


if __name__ == "__main__":
    sys.exit(main())
