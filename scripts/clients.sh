#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the virtual environment with the programs that run exported models. Prints its python.
# RESECT_CLIENTS says where; the default lies outside the repository.
set -euo pipefail

venv=${RESECT_CLIENTS:-${XDG_CACHE_HOME:-$HOME/.cache}/resect/clients}
python=$venv/bin/python

[ -x "$python" ] || /usr/bin/python3 -m venv "$venv"
"$python" -c 'import numpy, soundfile, sherpa_onnx, openvino, tract' 2>/dev/null ||
  "$python" -m pip install --quiet --upgrade numpy soundfile sherpa-onnx openvino tract >&2
echo "$python"
