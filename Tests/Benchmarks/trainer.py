# SPDX-License-Identifier: Apache-2.0
"""Our trainer against PyTorch's on every backbone: a Markdown table of samples per second and peak memory.

trainer.py BENCHMARKS [BACKBONE...] [--train] [--infer] [--batch N] [--frames N] [--steps N] [--rounds N] [--threads N]

BENCHMARKS is the program `benchmarks`, built with -c release. A training step is forward, additive angular margin over
1000 classes, backward and SGD with Nesterov's momentum; inference is evaluation mode without gradients, the batch at
once in PyTorch. PyTorch runs as it comes; with glibc's allocator told to keep memory (three environment variables); and,
for networks with two-dimensional convolutions, with that and channels_last. Every round runs each of them once, each in
a process of its own. A process's figure is the median of its steps after the first, the table's the median of rounds.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

INTEROP = pathlib.Path(__file__).resolve().parents[1] / "Interop"
USUAL = ["ecapa-1024", "ecapa-512", "campplus", "eres2net-base", "eres2netv2", "resnet34", "res2net", "xvector"]
LARGE = ["eres2net-large", "eres2net-huge", "eres2netv2-w24s4ep4"]
FLAT = {"ecapa-1024", "ecapa-512", "xvector"}
# With the full batch PyTorch takes more than 16 GB for these; both sides take the smaller one.
SMALLER = {"eres2netv2": 8, "eres2net-large": 8, "eres2net-huge": 4, "eres2netv2-w24s4ep4": 4}
TUNED = {name: str(1 << 34) for name in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")}
TUNED["MALLOC_TOP_PAD_"] = str(1 << 28)
RIVALS = {"PyTorch": ({}, []), "tuned": (TUNED, []), "channels_last": (TUNED, ["--channels-last"])}


def figures(command, environment):
    """The median seconds of the steps after the first, and the peak of resident bytes, of one process."""
    done = subprocess.run(command, env=dict(os.environ, **environment), stdout=subprocess.PIPE, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    seconds = [line["seconds"] for line in lines if "seconds" in line]
    return statistics.median(seconds[1:] or seconds), lines[-1]["peakBytes"]


def commands(words, mode, backbone, batch):
    """(name, command, environment) of each contender."""
    sizes = ["--batch", batch, "--frames", words.frames, "--steps", words.steps + 1]
    yield "ours", [words.program, mode, backbone, *sizes, "--workers", words.threads], {}
    torch = [sys.executable, __file__, "rival", mode, backbone, *sizes, "--threads", words.threads]
    for name, (environment, more) in RIVALS.items():
        if name != "channels_last" or backbone not in FLAT:
            yield name, [*torch, *more], environment


def measure(words, mode, backbone, batch):
    """Medians over the rounds, in which the contenders take turns: name to (samples per second, peak bytes)."""
    found = {}
    for turn in range(words.rounds):
        for name, command, environment in commands(words, mode, backbone, batch):
            seconds, peak = figures([str(word) for word in command], environment)
            found.setdefault(name, []).append((batch / seconds, peak))
            print(
                f"{mode} {backbone}, round {turn + 1}: {name} {batch / seconds:.2f} samples/s, {peak / 1e6:.0f} MB",
                file=sys.stderr, flush=True)
    return {name: tuple(map(statistics.median, zip(*runs))) for name, runs in found.items()}


def row(backbone, batch, found):
    speeds = {name: speed for name, (speed, _) in found.items()}
    best = max(speed for name, speed in speeds.items() if name != "ours")
    cells = [backbone, batch, *(f"{speeds[name]:.3g}" if name in speeds else "" for name in ("ours", *RIVALS))]
    cells += [f"{speeds['ours'] / speeds['PyTorch']:.2f}", f"{speeds['ours'] / best:.2f}"]
    cells += [f"{found[name][1] / 1e6:.0f}" if name in found else "" for name in ("ours", *RIVALS)]
    return "| " + " | ".join(map(str, cells)) + " |"


def draw(words):
    import torch
    modes = [mode for mode in ("train", "infer") if getattr(words, mode)] or ["train", "infer"]
    load = os.getloadavg()
    print(
        f"{time.strftime('%Y-%m-%d')}, PyTorch {torch.__version__}, {words.threads} threads, {words.frames} frames, "
        f"medians of {words.rounds} rounds of {words.steps} steps; load before {load[0]:.2f} {load[1]:.2f} {load[2]:.2f}")
    names = ["ours", "PyTorch", "tuned", "tuned, channels_last"]
    heads = ["backbone", "batch", *names, "ours / PyTorch", "ours / its best", *(f"{name}, MB" for name in names)]
    for mode in modes:
        title = "training, samples per second" if mode == "train" else "inference, samples per second"
        print(f"\n{title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
        for backbone in words.backbones or USUAL:
            batch = words.batch or SMALLER.get(backbone, 16)
            print(row(backbone, batch, measure(words, mode, backbone, batch)), flush=True)
    print("\nload after " + " ".join(f"{part:.2f}" for part in os.getloadavg()))


def rival(words):
    """One process of PyTorch: a line of JSON a step, then its peak memory."""
    import torch
    sys.path.insert(0, str(INTEROP))
    import networks
    from training_reference import Cosine, Pair, learn, optimizer

    torch.set_num_threads(words.threads)
    torch.manual_seed(1)
    backbone = networks.make(networks.FULL, words.backbone)
    if words.channels_last:
        backbone = backbone.to(memory_format=torch.channels_last)
    x = torch.rand(words.batch, words.frames, 80) * 4 - 2
    labels = torch.arange(words.batch) * 7 % 1000
    if words.mode == "train":
        pair = Pair(backbone, Cosine(512 if words.backbone in ("campplus", "xvector") else 192, 1000))
        sgd = optimizer(pair, "sgd", 0.01)

        def body():
            learn(pair, x, labels)
            sgd.step()
    else:
        backbone.eval()

        def body():
            with torch.no_grad():
                backbone(x)
    for _ in range(words.steps):
        start = time.perf_counter()
        body()
        print(json.dumps({"seconds": time.perf_counter() - start}))
    status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"peakBytes": 1024 * int(status["VmHWM"].split()[0])}))


def main():
    if sys.argv[1:2] == ["rival"]:
        parser = argparse.ArgumentParser()
        for word in ("rival", "mode", "backbone"):
            parser.add_argument(word)
        for word in ("--batch", "--frames", "--steps", "--threads"):
            parser.add_argument(word, type=int, required=True)
        parser.add_argument("--channels-last", action="store_true")
        return rival(parser.parse_args())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("backbones", nargs="*", choices=[*USUAL, *LARGE, []], help=f"default: {', '.join(USUAL)}")
    parser.add_argument("--train", action="store_true", help="training only")
    parser.add_argument("--infer", action="store_true", help="inference only")
    parser.add_argument("--batch", type=int, help="default: 16, or 8 or 4 where PyTorch needs too much memory")
    for word, size, what in (
            ("--frames", 200, "of an utterance"), ("--steps", 4, "of a process, after the first"),
            ("--rounds", 3, "in which the contenders take turns"), ("--threads", 2, "of each")):
        parser.add_argument(word, type=int, default=size, help=f"{what} (default: {size})")
    return draw(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
