# SPDX-License-Identifier: Apache-2.0
"""Kaldi archives that `embed` writes and `score` reads, judged by kaldiio and by kaldi_native_io.

kaldi_judge.py PROGRAMS     # needs numpy, kaldiio, kaldi_native_io
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import kaldi_native_io
import kaldiio
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True).stdout


def read(reader):
    with reader as entries:
        return {key: numpy.array(value) for key, value in entries}


def check_written(npz):
    """Both libraries read the archive and the script, and find the rows of the .npz file, bit for bit."""
    names = list(npz)
    readings = {
        "kaldiio ark": {key: value for key, value in kaldiio.load_ark("e.ark")},
        "kaldiio scp": {key: numpy.array(value) for key, value in kaldiio.load_scp("e.scp").items()},
        "kaldi_native_io ark": read(kaldi_native_io.SequentialFloatMatrixReader("ark:e.ark")),
        "kaldi_native_io scp": read(kaldi_native_io.SequentialFloatMatrixReader("scp:e.scp")),
    }
    for reader, found in readings.items():
        assert list(found) == names, (reader, list(found))
        for name in names:
            value = found[name]
            assert value.dtype == numpy.float32 and value.shape == (1, npz[name].size), (reader, name, value.shape)
            assert value.tobytes() == npz[name].tobytes(), (reader, name)
    return len(readings) * len(names)


def write_theirs(npz):
    """Archives and scripts of both libraries, of matrices and of vectors; their names without suffix."""
    for name, shape in [("matrices", (1, -1)), ("vectors", (-1,))]:
        with kaldiio.WriteHelper(f"ark,scp:kaldiio-{name}.ark,kaldiio-{name}.scp") as writer:
            for key, value in npz.items():
                writer(key, value.reshape(shape))
    kinds = [("matrices", kaldi_native_io.FloatMatrixWriter, (1, -1)), ("vectors", kaldi_native_io.FloatVectorWriter, (-1,))]
    for name, kind, shape in kinds:
        with kind(f"ark,scp:native-{name}.ark,native-{name}.scp") as writer:
            for key, value in npz.items():
                writer[key] = value.reshape(shape)
    return [f"{library}-{name}" for library in ("kaldiio", "native") for name in ("matrices", "vectors")]


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    train = programs / "resect-train"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run(programs / "resect", "strip", ROOT / "fixtures/checkpoints/rdino-tiny-torch1.13.pth", "-o", "b.pth")
        for output in ("e.npz", "e.ark"):
            run(train, "embed", "--model", "b.pth", ROOT / "fixtures/train", "-o", output)
        npz = dict(numpy.load("e.npz"))
        checks = check_written(npz)

        trials = [f"{a} {b} {int(a.split('-')[0] == b.split('-')[0])}\n" for a in npz for b in npz if a < b]
        pathlib.Path("trials.txt").write_text("".join(trials))

        def score(embeddings):
            report = json.loads(run(train, "score", "--embeddings", embeddings, "--trials", "trials.txt", "--json"))
            return {key: value for key, value in report.items() if key != "embeddings"}

        reference = score("e.npz")
        files = ["e.ark", "e.scp"] + [name + suffix for name in write_theirs(npz) for suffix in (".ark", ".scp")]
        for file in files:
            assert score(file) == reference, file
            checks += 1
    print(f"kaldi archives: {checks} checks")


if __name__ == "__main__":
    main()
