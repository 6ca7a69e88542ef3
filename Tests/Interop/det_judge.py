# SPDX-License-Identifier: Apache-2.0
"""The points of `score`'s DET curve, judged by counting in PyTorch at every threshold.

det_judge.py PROGRAMS     # needs numpy, torch
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch


def case(train, seed):
    """Random vectors of few values, so that many scores are equal; returns how many points were checked."""
    draw = torch.Generator().manual_seed(seed)
    size = 2 + seed % 3
    vectors = torch.randint(-2, 3, (12, size), generator=draw).to(torch.float64)
    # A vector without length has no cosine.
    vectors[:, 0] = torch.where(vectors.abs().sum(1) == 0, 1.0, vectors[:, 0])
    names = [f"r{index}" for index in range(len(vectors))]
    numpy.savez("e.npz", **{name: vector.numpy().astype("float32") for name, vector in zip(names, vectors)})
    pairs = [(a, b) for a in range(12) for b in range(a)]
    kinds = torch.randint(0, 2, (len(pairs),), generator=draw).bool()
    kinds[:2] = torch.tensor([True, False])
    lines = [f"{names[a]} {names[b]} {int(kind)}\n" for (a, b), kind in zip(pairs, kinds)]
    pathlib.Path("t.txt").write_text("".join(lines))
    words = [train, "score", "--embeddings", "e.npz", "--trials", "t.txt", "--json", "--det", "det.csv", "--force"]
    det = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)["det"]
    table = numpy.loadtxt("det.csv", delimiter=",", skiprows=1, ndmin=2)
    assert (table == numpy.array([det["threshold"], det["fnr"], det["fpr"]]).T).all(), seed

    scores = torch.stack([torch.cosine_similarity(vectors[a], vectors[b], dim=0) for a, b in pairs])
    # Cosines that are equal in exact arithmetic may differ in their last bits, ours as PyTorch's.
    points = []
    for threshold, fnr, fpr in zip(det["threshold"], det["fnr"], det["fpr"]):
        near = (scores - threshold).abs() < 1e-12
        refused = scores < threshold
        low, high = refused & ~near, refused | near
        for rate, of_kind in [(fnr, kinds), (1 - fpr, ~kinds)]:
            count = of_kind.sum().item()
            least, most = (low & of_kind).sum().item() / count, (high & of_kind).sum().item() / count
            assert least - 1e-12 <= rate <= most + 1e-12, (seed, threshold, rate, least, most)
        points.append((fnr, fpr))
    # Every threshold between scores is a point of the list, or on the straight line between two of them.
    distinct = torch.unique((scores * 1e9).round() / 1e9)
    for threshold in distinct.tolist():
        refused = scores <= threshold + 1e-9
        fnr = (refused & kinds).sum().item() / kinds.sum().item()
        fpr = (~refused & ~kinds).sum().item() / (~kinds).sum().item()
        near = min(
            distance(numpy.array([fnr, fpr]), numpy.array(a), numpy.array(b)) for a, b in zip(points, points[1:] or points))
        assert near < 1e-9, (seed, threshold, fnr, fpr, near)
    return len(points) + len(distinct)


def distance(point, start, end):
    """From a point to a piece of a line."""
    along = end - start
    length = along @ along
    share = min(1, max(0, (point - start) @ along / length)) if length > 0 else 0
    return numpy.abs(start + share * along - point).max()


def main():
    train = pathlib.Path(sys.argv[1]).resolve() / "resect-train"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        checks = sum(case(train, seed) for seed in range(30))
    print(f"DET points: {checks} checks")


if __name__ == "__main__":
    main()
