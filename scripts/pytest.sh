#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Adds what tests the Python module (pytest, mypy) to the virtual environment that scripts/torch.sh makes. Nothing that is
# there is changed. Prints nothing if all is there.
set -euo pipefail

python=${RESECT_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/resect/venv}/bin/python
"$python" -c 'import ml_dtypes, mypy, pytest' 2>/dev/null || "$python" -m pip install --quiet ml_dtypes mypy pytest >&2
