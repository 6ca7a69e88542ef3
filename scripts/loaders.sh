#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the virtual environment with the projects that open model folders. Prints its python.
# RESECT_LOADERS says where; the default lies outside the repository.
set -euo pipefail

venv=${RESECT_LOADERS:-${XDG_CACHE_HOME:-$HOME/.cache}/resect/loaders}
python=$venv/bin/python
# What modelscope's pipelines import and its package does not ask for.
beside="addict datasets einops oss2 simplejson sortedcontainers setuptools<81"

[ -x "$python" ] || /usr/bin/python3 -m venv "$venv"
"$python" -c 'import torch, torchaudio, modelscope.pipelines, funasr' 2>/dev/null >&2 ||
  "$python" -m pip install --quiet torch torchaudio soundfile modelscope==1.40.2 funasr==1.4.16 $beside \
    --extra-index-url https://download.pytorch.org/whl/cpu >&2
echo "$python"
