# SPDX-License-Identifier: Apache-2.0
"""The commands that write, each with the names of what it writes, and the files that they read."""

import json
import os
import pathlib
import subprocess

fixtures = pathlib.Path(__file__).resolve().parents[2] / "fixtures"

# `s.pth` has few tensors, so that few calls are made; `a.pth` has a network that is known.
PREPARATION = """
cp $FIXTURES/cli/files/dinov2.pth s.pth
resect strip s.pth -o t.pth --keep-removed rest
head -c 6000 s.pth > cut.pth
cp $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth a.pth
cp $FIXTURES/checkpoints/rdino-tiny-epoch1-torch1.13.pth r.pth
resect strip a.pth -o b.pth
resect-train embed --model b.pth $FIXTURES/train -o e.npz
printf 'anna-0 anna-1 target\\nanna-0 ben-0 nontarget\\n' > trials
mkdir exp w
cp $FIXTURES/audio/tone-8k.wav w/1.wav
cp $FIXTURES/audio/tone-8k.wav w/2.wav
printf '{"epoch":1,"iteration":1,"kind":"step","loss/step":2.5,"lr":0.01,"schema":1,"step":1,"time":1}\\n' \\
  > exp/metrics.jsonl
"""

# Files are replaced with --force; a name that ends with a slash is a folder, which is never replaced.
COMMANDS = {
    "resect strip s.pth -o o.pth --keep-removed o.rest": ["o.pth", "o.rest"],
    "resect edit t.pth -o o.pth 'cast float16' --provenance": ["o.pth", "o.pth.provenance.json"],
    "resect edit t.pth -o o.pth --restore rest --keep-opaque": ["o.pth"],
    "resect convert t.pth -o o.safetensors": ["o.safetensors"],
    "resect convert t.pth -o o.npz --compress": ["o.npz"],
    "resect convert t.pth -o o.pth --to torch-legacy": ["o.pth"],
    "resect convert t.pth -o o --to dcp": ["o/"],
    "resect convert t.pth -o o --to safetensors --shard-size 200B": ["o/"],
    "resect convert b.pth -o o --to 3dspeaker --classes 3": ["o/"],
    "resect merge t.pth t.pth -o o.pth": ["o.pth"],
    "resect verify cut.pth --salvage o.pth": ["o.pth"],
    "resect diff s.pth t.pth --html o.html": ["o.html"],
    "resect-train embed --model b.pth w -o o.npz --threads 1": ["o.npz"],
    "resect-train embed --model b.pth w -o o.ark --threads 1": ["o.ark", "o.scp"],
    "resect-train score --embeddings e.npz --trials trials --scores o.txt --det o.tsv": ["o.txt", "o.tsv"],
    "resect-train enroll --model b.pth --speaker anna $FIXTURES/train/anna-0.npy -o o.npz --threads 1": ["o.npz"],
    "resect-train report exp -o o.html": ["o.html"],
}

# Runs: each checkpoint in `x/models` is whole, or not there; with these further words a run goes on, or begins again.
RUNS = {
    "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4"
    " --epochs 1 --threads 1": "--resume",
    "resect-train dino --resume r.pth --data w -o x --frames 20 --batch-size 2 --warmup-epochs 1 --epochs 2"
    " --threads 1": "--force",
}


def environment(programs):
    """What the commands run in: nothing of the machine but its tools."""
    path = f"{programs}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    return {"PATH": path, "FIXTURES": str(fixtures), "LC_ALL": "C", "NO_COLOR": "1", "HOME": "/nonexistent"}


def prepare(programs, folder):
    subprocess.run(
        ["sh", "-ec", PREPARATION], cwd=folder, env=environment(programs), check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)


def missing(programs):
    """Commands that can replace a file, and so write one, but are not tried here."""
    absent = []
    for program in ["resect", "resect-train"]:
        help = subprocess.run([programs / program, "--experimental-dump-help"], capture_output=True, check=True)
        for command in json.loads(help.stdout)["command"]["subcommands"]:
            words = {name["name"] for argument in command.get("arguments", []) for name in argument.get("names") or []}
            start = f"{program} {command['commandName']} "
            if "force" in words and not any(tried.startswith(start) for tried in [*COMMANDS, *RUNS]):
                absent.append(start.strip())
    return absent
