# SPDX-License-Identifier: Apache-2.0
"""What `enroll` writes and `identify` and `compare` say, worked out by numpy from the vectors of `embed`.

enrolment.py PROGRAMS     # needs numpy
"""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import wave

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAIN = pathlib.Path("w")
# float32 references, sums in double on both sides.
CLOSE = 1e-6


def write_features():
    """Power mels of three speakers, whose bins move each in its own way."""
    draw = numpy.random.default_rng(3)
    TRAIN.mkdir()
    for name in ("anna", "ben", "cleo"):
        pattern = 3 * draw.random(80) ** 2
        for number in range(3):
            moves = draw.standard_normal((60 + 10 * number, 80))
            numpy.save(TRAIN / f"{name}-{number}.npy", numpy.exp(pattern * moves).astype("float32"))


def run(*words, code=0):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done


def cosine(a, b):
    a, b = a.astype(numpy.float64), b.astype(numpy.float64)
    return float(a @ b / numpy.linalg.norm(a) / numpy.linalg.norm(b))


def mean(references):
    references = references.astype(numpy.float64)
    return (references / numpy.linalg.norm(references, axis=1, keepdims=True)).mean(axis=0)


def check_file(path, vectors, speakers, model, threshold=None):
    """The arrays are embed's vectors, their means, and a true account of the model."""
    found = numpy.load(path)
    assert list(found)[0] == "meta" and len(found) == 1 + 2 * len(speakers), list(found)
    meta = json.loads(bytes(found["meta"]))
    assert meta["modelSHA256"] == hashlib.sha256(pathlib.Path(model).read_bytes()).hexdigest()
    assert (meta["schema"], meta["frontEnd"], meta["threshold"]) == (1, "mel", threshold), meta
    for name, recordings in speakers.items():
        references, middle = found[f"refs/{name}"], found[f"mean/{name}"]
        expected = numpy.stack([vectors[recording] for recording in recordings])
        assert references.dtype == middle.dtype == numpy.float32
        assert references.shape == expected.shape and references.tobytes() == expected.tobytes(), name
        assert middle.shape == expected.shape[1:]
        assert numpy.abs(middle - mean(expected)).max() < CLOSE, name
    return found


def check_identified(train, found, vectors, names, model):
    """Every candidate of every recording is a cosine, in order; the exit code goes by the threshold."""
    files = [TRAIN / f"{recording}.npy" for recording in vectors]
    scores = {
        recording: sorted(((cosine(vector, found[f"mean/{name}"]), name) for name in names), reverse=True)
        for recording, vector in vectors.items()
    }
    best = sorted(rows[0][0] for rows in scores.values())
    checks = 0
    # Below all, in the widest gap between two, above all.
    gap = max(range(len(best) - 1), key=lambda place: best[place + 1] - best[place])
    for threshold in (-1, (best[gap] + best[gap + 1]) / 2, 1):
        code = 0 if best[0] > threshold else 1
        report = json.loads(
            run(train, "identify", "--speakers", "s.npz", "--model", model, *files, "--top", 9, f"--threshold={threshold}",
                "--json", code=code).stdout)
        assert (report["thresholdSource"], report["threshold"]) == ("given", threshold)
        for recording, row in zip(vectors, report["recordings"]):
            expected = scores[recording]
            assert len(row["candidates"]) == len(names)
            for candidate, (score, name) in zip(row["candidates"], expected):
                assert abs(candidate["score"] - score) < CLOSE, (recording, candidate, score)
                # Names at scores that rounding cannot part may change places.
                near = [other for value, other in expected if abs(value - score) < CLOSE]
                assert candidate["name"] in near and candidate["logOdds"] is None
                checks += 1
            assert row["known"] == (expected[0][0] > threshold)
            assert row["name"] == (row["candidates"][0]["name"] if row["known"] else None)
    return checks


def check_compared(train, vectors, model):
    """Scores, verdicts and odds of pairs, by a calibration whose line numpy applies too."""
    pairs = [("anna-0", "anna-1"), ("anna-0", "ben-2"), ("cleo-1", "ben-0")]
    run(train, "score", "--embeddings", ROOT / "fixtures/score/voices.npz", "--trials", ROOT / "fixtures/score/trials",
        "--far", 0.05, "--calibrate", "fbank.json")
    calibration = json.loads(pathlib.Path("fbank.json").read_text())
    calibration["frontEnd"] = "mel"
    pathlib.Path("mel.json").write_text(json.dumps(calibration))
    rules = {rule["rule"]: rule for rule in calibration["rules"]}
    for a, b in pairs:
        files = [TRAIN / f"{name}.npy" for name in (a, b)]
        score = cosine(vectors[a], vectors[b])
        for words, threshold, source in [
            (["--calibration", "mel.json"], rules["cosine"]["threshold"], "calibration"),
            (["--calibration", "mel.json", "--threshold", score - 1e-4], score - 1e-4, "given"),
            (["--calibration", "mel.json", "--threshold", score + 1e-4], score + 1e-4, "given"),
        ]:
            same = score > threshold
            report = json.loads(
                run(train, "compare", *files, "--model", model, *words, "--json", code=0 if same else 1).stdout)
            assert abs(report["score"] - score) < CLOSE
            assert (report["thresholdSource"], report["verdict"]) == (source, "same" if same else "another")
            assert abs(report["threshold"] - threshold) < 1e-12
            odds = rules["logistic"]["scale"] * score + rules["logistic"]["offset"]
            assert abs(report["logOdds"] - odds) < CLOSE * max(1, abs(rules["logistic"]["scale"]))
        bare = run(train, "compare", *files, "--model", model, "--json", code=4)
        assert json.loads(bare.stdout)["verdict"] is None and "no threshold is known" in bare.stderr
    run(train, "compare", *files, "--model", model, "--calibration", "fbank.json", code=4)
    return len(pairs)


def write_wave(path, samples, rate):
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(numpy.round(samples * 32768).clip(-32768, 32767).astype("<i2").tobytes())


def check_refusals(train, model):
    """The figures of refusals, by numpy over what the files hold."""
    draw = numpy.random.default_rng(5)
    cases = 0
    for rate in (8000, 16000, 44100):
        noise = draw.standard_normal(2 * rate)
        for name, samples in {
            "quiet": noise * 3e-4, "short": numpy.concatenate([noise[: rate // 2] * 0.1, numpy.zeros(2 * rate)]),
            "clipped": noise * 0.5, "good": noise * 0.1,
        }.items():
            path = f"{name}-{rate}.wav"
            write_wave(path, samples, rate)
            held = numpy.round(samples * 32768).clip(-32768, 32767) / 32768
            level = 10 * numpy.log10(numpy.mean((held - held.mean()) ** 2))
            share = numpy.mean(numpy.abs(held) >= 32767 / 32768)
            if name == "good":
                run(train, "enroll", "--model", model, "--speaker", "x", path, "-o", f"{rate}.npz")
                continue
            said = run(train, "enroll", "--model", model, "--speaker", "x", path, "-o", "none.npz", code=4).stderr
            figure = float(re.search({
                "quiet": r"level is (-[\d.]+) dBFS", "short": r"short: ([\d.]+) s of sound", "clipped": r"clipped: ([\d.]+) %",
            }[name], said).group(1))
            expected, room = {"quiet": (level, 0.05), "short": (0.5, 0.021), "clipped": (100 * share, 0.005)}[name]
            assert abs(figure - expected) <= room + 1e-9, (path, said, expected)
            assert not pathlib.Path("none.npz").exists()
            cases += 1
    return cases


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    train = programs / "resect-train"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run(programs / "resect", "strip", ROOT / "fixtures/checkpoints/rdino-tiny-torch1.13.pth", "-o", "b.pth")
        write_features()
        run(train, "embed", "--model", "b.pth", TRAIN, "-o", "e.npz")
        vectors = {name: value for name, value in numpy.load("e.npz").items() if not name.startswith("resect:")}
        speakers = {}
        for name in vectors:
            speakers.setdefault(name.split("-")[0], []).append(name)
        rows = "".join(f"{TRAIN}/{r}.npy,{name}\n" for name, all in speakers.items() for r in all)
        pathlib.Path("list.csv").write_text("path,spk\n" + rows)
        run(train, "enroll", "--model", "b.pth", "--data", "list.csv", "-o", "s.npz")
        found = check_file("s.npz", vectors, speakers, "b.pth")

        # One after the other gives the same arrays.
        files = {name: [TRAIN / f"{r}.npy" for r in all] for name, all in speakers.items()}
        run(train, "enroll", "--model", "b.pth", "--speaker", "anna", files["anna"][0], "-o", "1.npz", "--threshold", 0.25)
        run(train, "enroll", "--model", "b.pth", "--speaker", "anna", *files["anna"][1:], "--into", "1.npz", "-o", "2.npz")
        run(train, "enroll", "--model", "b.pth", "--speaker", "ben", *files["ben"], "--into", "2.npz", "-o", "3.npz")
        check_file("3.npz", vectors, {name: speakers[name] for name in ("anna", "ben")}, "b.pth", 0.25)

        identified = check_identified(train, found, vectors, list(speakers), "b.pth")
        compared = check_compared(train, vectors, "b.pth")
        refused = check_refusals(train, "b.pth")
        os.chdir(ROOT)
    print(f"enrolment: {len(vectors)} references, {identified} candidates, {compared} pairs, {refused} refusals agree with numpy")


main()
