#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: mpi.sh PROGRAMS PYTHON. Trains the fixtures with 1, 2 and 4 processes of resect-train-mpi on this machine, and
# has PyTorch compare what they write. PROGRAMS holds resect, resect-train and resect-train-mpi.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
# A container's only user, as a rule.
if [ "$(id -u)" -eq 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
exec "$2" "$here/mpi_judge.py" "$(cd "$1" && pwd)"
