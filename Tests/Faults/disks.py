# SPDX-License-Identifier: Apache-2.0
"""A file system of its own in a file: one that fills, and one that becomes read-only while a command writes."""

import contextlib
import os
import pathlib
import subprocess
import tempfile
from collections import Counter

from stops import stopped
from trial import Trial, ending

MEGABYTES = 8


def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        try:
            with disk(pathlib.Path(folder)):
                return True
        except (subprocess.CalledProcessError, FileNotFoundError):
            return False


@contextlib.contextmanager
def disk(folder):
    """Where an ext4 of a few megabytes is mounted, and its image."""
    image, place = folder / "image", folder / "disk"
    with open(image, "wb") as file:
        file.truncate(MEGABYTES << 20)
    call("mkfs.ext4", "-q", "-m", "0", image)
    place.mkdir(exist_ok=True)
    call("mount", "-o", "loop", image, place)
    try:
        yield place
    finally:
        call("umount", place)


def call(*words):
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    subprocess.run(list(map(str, words)), check=True, capture_output=True, env={"PATH": path})


def fills(programs, prepared, command, replacing, wanted):
    """Outputs go to a disk with more and more room: from none to more than the command needs."""
    with tempfile.TemporaryDirectory(prefix="resect-faults-") as folder, disk(pathlib.Path(folder)) as place:
        inside = place / "in"
        inside.mkdir()
        trial = Trial(programs, prepared, inside, command, replacing)
        needed = sum(path.stat().st_size for name in trial.outputs for path in files(inside / name))
        lines, met = [], Counter()
        for step in range(wanted):
            trial.reset()
            ballast = place / "ballast"
            fill(ballast, leaving=(2 * needed + 4096) * step // (wanted - 1))
            done = trial.run()
            lines += [f"{trial.command}: {step} of {wanted}: {line}" for line in trial.wrong(done, goes_on=False)]
            left = trial.temporaries()
            if left:
                lines.append(f"{trial.command}: {step} of {wanted}: left {left}")
            if done.returncode == 3 and "No space left on device" not in done.stderr:
                lines.append(f"{trial.command}: {done.stderr[-200:]}")
            ballast.unlink()
            if trial.is_run:
                lines += [f"{trial.command}: {line}" for line in trial.wrong_after_one_more()]
            met[ending(done)] += 1
        if not met["exit 3"] or not met[f"exit {trial.code}"]:
            lines.append(f"{trial.command}: the disk was always full, or never")
    return lines, met


def files(path):
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file()]
    return [path] if path.exists() else []


def fill(ballast, leaving):
    """Takes all room but so many bytes, in blocks."""
    with open(ballast, "wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(1024))
        file.truncate(max(0, file.tell() - leaving) // 1024 * 1024)


def becomes_read_only(programs, prepared, command, replacing, wanted):
    """While the command writes, the file system gives up, as ext4 does when its disk reports errors."""
    lines, met = [], Counter()
    for number in range(1, wanted + 1):
        with tempfile.TemporaryDirectory(prefix="resect-faults-") as folder:
            folder = pathlib.Path(folder)
            with disk(folder) as place:
                inside = place / "in"
                inside.mkdir()
                trial = Trial(programs, prepared, inside, command, replacing)
                trial.reset()
                call("sync")
                done = stopped(trial, "pwrite64", 2 * number - 1, lambda: abort(place))
                met[ending(done)] += 1
            # Mounted anew it is as it was left.
            call("mount", "-o", "loop", folder / "image", place)
            try:
                if done.returncode == 3 and "Read-only file system" not in done.stderr:
                    lines.append(f"{trial.command}: {done.stderr[-200:]}")
                lines += [f"{trial.command}: write {number}: {line}" for line in trial.wrong(done, changed=())]
            finally:
                call("umount", place)
    return lines, met


def abort(place):
    call("mount", "-o", "remount,abort", place)
