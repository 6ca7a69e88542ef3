# SPDX-License-Identifier: Apache-2.0
"""A command that is stopped before one of its calls, while something is done to it."""

import pathlib
import signal
import subprocess
import tempfile
import time


def stopped(trial, call, number, act):
    """Runs the trial's command, stops it at the `number`-th `call`, acts, and has it go on; as it ended. Where it makes
    fewer such calls, nothing is done."""
    with tempfile.TemporaryFile("w+") as errors, tempfile.NamedTemporaryFile("r") as log:
        strace = ["strace", "-f", "-qq", "-o", log.name, "-e", f"trace={call}"]
        inject = ["-e", f"inject={call}:signal=STOP:when={number}"]
        process = subprocess.Popen(
            [*strace, *inject, *trial.words()], cwd=trial.folder, env=trial.environment, stdout=subprocess.DEVNULL,
            stderr=errors)
        while process.poll() is None:
            child = stopping(log.name)
            if child is not None:
                act()
                subprocess.run(["kill", f"-{int(signal.SIGCONT)}", str(child)], check=True)
                break
            time.sleep(0.005)
        process.wait(timeout=300)
        errors.seek(0)
        return subprocess.CompletedProcess(trial.words(), process.returncode, "", errors.read())


def stopping(log):
    """The process that strace says has stopped."""
    for line in pathlib.Path(log).read_text(errors="replace").splitlines():
        if "stopped by SIGSTOP" in line:
            return int(line.split()[0])
    return None
