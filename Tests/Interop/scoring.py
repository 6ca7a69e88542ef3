# SPDX-License-Identifier: Apache-2.0
"""What `score` computes beyond cosines, judged by scipy, scikit-learn and the published formulas written anew in numpy, on
made-up embeddings.

scoring.py RESECT_TRAIN     # needs numpy, scipy, scikit-learn
"""
import json
import pathlib
import sys
import tempfile

import numpy
from scipy.optimize import isotonic_regression
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression

from programs import Judge


def near(a, b, within=1e-9):
    return bool(numpy.all(numpy.abs(numpy.asarray(a, float) - numpy.asarray(b, float)) <= within * (1 + numpy.abs(b))))


def unit(rows):
    return rows / numpy.sqrt((rows**2).sum(-1, keepdims=True))


class Voices:
    """Speakers with recordings, two of them the same bytes so that scores are equal; all pairs as trials, and the cosines."""

    def __init__(self, seed, work):
        self.random = random = numpy.random.default_rng(seed)
        self.speakers = int(random.integers(6, 14))
        each = random.integers(2, 5, self.speakers)
        self.owner = numpy.repeat(numpy.arange(self.speakers), each)
        middles = random.normal(size=(self.speakers, 5))
        rows = middles[self.owner] + random.uniform(0.5, 1.0) * random.normal(size=(len(self.owner), 5))
        self.rows = rows.astype("float32")
        self.rows[1] = self.rows[0]
        self.names = [f"r{index}" for index in range(len(self.rows))]
        left, right = numpy.triu_indices(len(self.rows), 1)
        chosen = random.permutation(len(left))
        self.left, self.right = left[chosen], right[chosen]
        self.targets = self.owner[self.left] == self.owner[self.right]
        exact = unit(self.rows.astype(float))
        self.scores = (exact[self.left] * exact[self.right]).sum(1)
        self.embeddings, self.trials, self.table = work / "E.npz", work / "trials", work / "utt2spk"
        numpy.savez(self.embeddings, **dict(zip(self.names, self.rows)))
        self.trials.write_text("".join(
            f"{self.names[a]} {self.names[b]} {int(t)}\n" for a, b, t in zip(self.left, self.right, self.targets)))
        self.table.write_text("".join(f"{name} s{owner}\n" for name, owner in zip(self.names, self.owner)))

    def words(self, *more):
        return ["score", "--embeddings", self.embeddings, "--trials", self.trials, "--json", *more]


def rates(scores, targets, weights=None):
    """Thresholds from below all scores up, and both rates at each; equal scores stand together."""
    weights = numpy.ones(len(scores)) if weights is None else weights
    cuts = numpy.unique(scores[weights > 0])
    frr = numpy.array([weights[targets & (scores <= cut)].sum() for cut in cuts]) / weights[targets].sum()
    far = numpy.array([weights[~targets & (scores > cut)].sum() for cut in cuts]) / weights[~targets].sum()
    below = numpy.nextafter(cuts[0], -9)
    return numpy.append(below, cuts), numpy.append(0, frr), numpy.append(1, far)


def at_far(scores, targets, wanted, weights=None):
    cuts, _, far = rates(scores, targets, weights)
    return cuts[numpy.nonzero(far <= wanted + 1e-12)[0][0]]


def at_frr(scores, targets, wanted):
    cuts, frr, _ = rates(scores, targets)
    return cuts[numpy.nonzero(frr <= wanted + 1e-12)[0][-1]]


def least_cost(scores, targets, prior, weights=None):
    _, frr, far = rates(scores, targets, weights)
    return (frr[1:] * prior + far[1:] * (1 - prior)).min() / min(prior, 1 - prior)


def merge_equal(scores):
    """Cosines of equal vectors are equal, whatever their last bits."""
    return numpy.round(scores, 9)


def thresholds(judge, voices):
    scores, targets = merge_equal(voices.scores), voices.targets
    for far, frr in [(0.01, 0.02), (0.1, 0.25), (0.5, 0.9)]:
        found = judge.json("rates", *voices.words("--far", far, "--frr", frr))
        if found is None:
            return
        for point, right in zip(found["points"], [at_far(scores, targets, far), at_frr(scores, targets, frr)]):
            what = f"{point['wanted']} {point['rate']}"
            inner = point["point"]
            # What lies between two scores errs alike.
            judge.check(f"threshold at {what}", abs(inner["threshold"] - right) < 2e-9, f"{inner['threshold']} {right}")
            judge.check(f"FAR at {what}", near(inner["far"], (voices.scores[~targets] > right + 1e-8).mean()))
            judge.check(f"FRR at {what}", near(inner["frr"], (voices.scores[targets] <= right + 1e-8).mean()))
            trials = (~targets if point["wanted"] == "far" else targets).sum()
            judge.check(f"rule of 30 at {what}", point["isTold"] == (trials * point["rate"] >= 30 - 1e-9))


def bootstrap(judge, voices):
    """Our draws and numpy's differ, so percentiles are compared as two samples' are."""
    scores, targets, draws = merge_equal(voices.scores), voices.targets, 1000
    found = judge.json("bootstrap", *voices.words(
        "--bootstrap", draws, "--speakers", voices.table, "--far", 0.1, "--seed", 7))
    if found is None:
        return
    left, right = voices.owner[voices.left], voices.owner[voices.right]
    costs, points = [], []
    for _ in range(draws):
        counts = numpy.bincount(voices.random.integers(0, voices.speakers, voices.speakers), minlength=voices.speakers)
        weights = numpy.where(targets, counts[left], counts[left] * counts[right]).astype(float)
        if weights[targets].sum() > 0 and weights[~targets].sum() > 0:
            costs.append(least_cost(scores, targets, 0.01, weights))
            points.append(at_far(scores, targets, 0.1, weights))
    judge.check("speakers", found["bootstrap"]["speakers"] == voices.speakers)
    for what, sample, interval in [
        ("minDCF", costs, found["bootstrap"]["minDCF"]), ("threshold at far 0.1", points, found["points"][0]["interval"]),
    ]:
        sample = numpy.sort(sample)
        for end, share in [("lower", 0.025), ("upper", 0.975)]:
            # A percentile of one sample is, in the other, one of nearby shares: six deviations of a share of draws.
            slack = 6 * (2 * share * (1 - share) / draws) ** 0.5
            low, high = numpy.quantile(sample, [max(0, share - slack), min(1, share + slack)])
            judge.check(
                f"bootstrap: {what}, {end}", low - 1e-8 <= interval[end] <= high + 1e-8,
                f"{interval[end]} not in {low} to {high}", chance=True)


def calibration(judge, voices, work):
    targets = voices.targets
    prior = float(voices.random.choice([0.01, 0.2, 0.5]))
    file = work / "calibration.json"
    made = judge.json("calibrate", *voices.words("--calibrate", file, "--force", "--p-target", prior, "--far", 0.1))
    if made is None:
        return
    saved = json.loads(file.read_text())
    judge.check("the file is what is printed", saved == made["calibration"]["calibration"])
    rules = {rule["rule"]: rule for rule in saved["rules"]}
    weights = numpy.where(targets, prior / targets.sum(), (1 - prior) / (~targets).sum())
    model = LogisticRegression(C=numpy.inf, tol=1e-10, max_iter=10000, solver="newton-cholesky")
    model.fit(voices.scores[:, None], targets, sample_weight=weights * len(targets))
    scale, offset = model.coef_[0, 0], model.intercept_[0] - numpy.log(prior / (1 - prior))
    ours = rules.get("logistic")
    if ours is None:
        judge.check("no line where scores fall or are parted", scale <= 0 or voices.scores[targets].min() >= voices.scores[~targets].max())
        return
    judge.check("scale", near(ours["scale"], scale, 1e-5), f"{ours['scale']} {scale}")
    judge.check("offset", near(ours["offset"], offset, 1e-5), f"{ours['offset']} {offset}")

    def cllr(odds):
        return (numpy.logaddexp2(0, -odds[targets] / numpy.log(2)).mean()
                + numpy.logaddexp2(0, odds[~targets] / numpy.log(2)).mean()) / 2

    odds = ours["scale"] * voices.scores + ours["offset"]
    judge.check("Cllr", near(made["calibration"]["cllr"], cllr(odds)))
    scores = merge_equal(voices.scores)
    values, inverse = numpy.unique(scores, return_inverse=True)
    counts = numpy.bincount(inverse)
    share = isotonic_regression(numpy.bincount(inverse, targets) / counts, weights=counts).x[inverse]
    with numpy.errstate(divide="ignore"):
        best = numpy.log(share) - numpy.log1p(-share) - numpy.log(targets.sum() / (~targets).sum())
    least = cllr(numpy.clip(best, -1e6, 1e6))
    judge.check("minCllr", near(made["calibration"]["minCllr"], least, 1e-6), f"{made['calibration']['minCllr']} {least}")

    # On other trials: every third, and the nontargets' interval is Wilson's.
    some = work / "some"
    lines = voices.trials.read_text().splitlines(keepends=True)
    some.write_text("".join(lines[::3]))
    judged = judge.json("calibration", "score", "--embeddings", voices.embeddings, "--trials", some, "--json",
                        "--calibration", file)
    if judged is None:
        return
    judge.check("other trials are not optimistic", not judged["calibration"]["isOptimistic"])
    nontargets = int((~targets[::3]).sum())
    for verdict in judged["calibration"]["verdicts"]:
        wilson = binomtest(verdict["point"]["falseAcceptances"], nontargets).proportion_ci(method="wilson")
        interval = verdict["farInterval"]
        judge.check("interval of the false-accept rate", near([interval["lower"], interval["upper"]], [wilson.low, wilson.high]))


def moments(rows, cohort, top):
    """The published formula: mean and standard deviation of each row's highest cosines with the cohort."""
    highest = numpy.sort(unit(rows) @ unit(cohort).T, axis=1)[:, ::-1][:, :top]
    return highest.mean(1), highest.std(1)


def normalised(judge, voices, work):
    """AS-norm by recordings and by speakers' means, of some and of all of the cohort."""
    random, speakers = voices.random, 25
    owner = numpy.repeat(numpy.arange(speakers), random.integers(1, 4, speakers))
    rows = (random.normal(size=(speakers, 5))[owner] + random.normal(size=(len(owner), 5))).astype("float32")
    file, table, out = work / "cohort.npz", work / "cohort2spk", work / "scores"
    numpy.savez(file, **{f"c{index}": row for index, row in enumerate(rows)})
    table.write_text("".join(f"c{index} s{speaker}\n" for index, speaker in enumerate(owner)))
    exact = rows.astype(float)
    means = numpy.array([exact[owner == speaker].mean(0) for speaker in range(speakers)])
    right = None
    for more, cohort in [([], exact), (["--cohort-speakers", table], means)]:
        for top in (5, 300):
            words = voices.words("--cohort", file, "--top", top, *more, "--scores", out, "--force")
            found = judge.json("cohort", *words)
            if found is None:
                return
            mean, deviation = moments(voices.rows.astype(float), cohort, top)
            left, other = voices.left, voices.right
            right = ((voices.scores - mean[left]) / deviation[left] + (voices.scores - mean[other]) / deviation[other]) / 2
            ours = numpy.array([float(line.split()[3]) for line in out.read_text().splitlines()])
            what = f"AS-norm, top {top} of {len(cohort)}"
            judge.check(what, numpy.abs(ours - right).max() < 6e-6, f"{numpy.abs(ours - right).max():.1e}")
            judge.check(f"{what}: what is said", (found["cohort"]["vectors"], found["cohort"]["top"]) == (len(cohort), min(top, len(cohort))))
            low, high = least_cost(right, voices.targets, 0.01), found["minDCF"]
            judge.check(f"{what}: minDCF", abs(low - high) < 1e-9, f"{low} {high}")
    # Strangers: every third recording; no trial of theirs is looked at, as all of them enrol others.
    chosen = numpy.arange(len(voices.names)) % 3 == 0
    trials, names = work / "enrolled", work / "strangers"
    kept = [i for i in range(len(voices.left)) if not chosen[voices.left[i]]]
    lines = voices.trials.read_text().splitlines(keepends=True)
    trials.write_text("".join(lines[i] for i in kept))
    names.write_text("".join(f"{name}\n" for name, is_one in zip(voices.names, chosen) if is_one))
    found = judge.json("strangers", "score", "--embeddings", voices.embeddings, "--trials", trials, "--json",
                       "--far", 0.05, "--strangers", names)
    if found is None:
        return
    enrolled = numpy.unique(voices.left[kept])
    best = (unit(voices.rows[chosen].astype(float)) @ unit(voices.rows[enrolled].astype(float)).T).max(1)
    threshold = found["points"][0]["point"]["threshold"]
    low, high = (best <= threshold - 1e-9).mean(), (best <= threshold + 1e-9).mean()
    judge.check("strangers", low <= found["strangers"]["share"] <= high, f"{found['strangers']}")
    judge.check("enrolled", found["strangers"]["enrolled"] == len(enrolled))


def main():
    judge = Judge(sys.argv[1])
    for seed in range(12):
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            voices = Voices(seed, work)
            thresholds(judge, voices)
            calibration(judge, voices, work)
            normalised(judge, voices, work)
            if seed % 4 == 0:
                bootstrap(judge, voices)
    return judge.close("scores and thresholds")


if __name__ == "__main__":
    sys.exit(main())
