# SPDX-License-Identifier: Apache-2.0
"""Every system call of a release program, of its libraries too, fails in turn: strace has it fail."""

import pathlib
import re
import tempfile
from collections import Counter

from trial import Trial, ending

# By what fails; those of the second kind are made by what cannot tell of it: the loader, memory, the seed of hash tables.
FILES = (
    "openat read pread64 write pwrite64 copy_file_range ftruncate fsync close rename renameat2 link linkat unlink"
    " unlinkat mkdir rmdir flock newfstatat statx fstat lseek getdents64 readlink memfd_create dup fcntl").split()
MEMORY = "mmap munmap mprotect mremap brk getrandom clone3 futex".split()
LOADING = "error while loading shared libraries"
FULL = set("openat write pwrite64 copy_file_range ftruncate fsync close rename renameat2 link linkat mkdir".split())


def counts(trial):
    """How often the command makes each call, and the loader before it."""
    with tempfile.NamedTemporaryFile() as log:
        trial.reset()
        trial.run(["strace", "-f", "-qq", "-o", log.name, "-e", "trace=" + ",".join([*FILES, *MEMORY])])
        made = {}
        for line in pathlib.Path(log.name).read_text(errors="replace").splitlines():
            call = re.match(r"\d+ +(\w+)\(", line)
            if call:
                made[call[1]] = made.get(call[1], 0) + 1
    return made


def faults(made, most):
    """Call, number, error: of each call with each error so many, spread over those that are made, the last among them."""
    for call in [*FILES, *MEMORY]:
        count = made.get(call, 0)
        for error in errors(call):
            for number in sorted({count - count * step // most for step in range(most)} - {0}):
                yield call, number, error


def errors(call):
    if call in MEMORY:
        return ["ENOMEM"] if call != "getrandom" else ["EIO"]
    return ["EIO", "EINTR", "ENOSPC"] if call in FULL else ["EIO", "EINTR"]


def sweep(programs, prepared, command, replacing, wanted):
    """Lines that say what is wrong, and how the command ended how often."""
    with tempfile.TemporaryDirectory(prefix="resect-faults-") as folder:
        trial = Trial(programs, prepared, folder, command, replacing)
        lines, met = [], Counter()
        for call, number, error in faults(counts(trial), wanted):
            trial.reset()
            strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={call}"]
            done = trial.run([*strace, "-e", f"inject={call}:error={error}:when={number}"])
            wrong = trial.wrong(done, may_end=call in MEMORY or LOADING in done.stderr)
            lines += [f"{trial.command}: {call}:{number}:{error}: {line}" for line in wrong]
            met[ending(done)] += 1
        if not met["exit 3"]:
            lines.append(f"{trial.command}: nothing failed")
    return lines, met
