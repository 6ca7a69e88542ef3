#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: run.sh PROGRAMS OLD_PYTHON NEW_PYTHON. Times `resect` on an RDINO checkpoint of real size against the script
# that a user would write and against cp, in one run, and prints a table with ratios.
# RESECT_BENCH says where the checkpoint is made (765 MB; kept for the next run).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
old=$2
new=$3
folder=${RESECT_BENCH:-${XDG_CACHE_HOME:-$HOME/.cache}/resect/bench}
file=$folder/checkpoint.pth
export PYTHONDONTWRITEBYTECODE=1

mkdir -p "$folder"
[ -s "$file" ] || "$old" "$here/make_checkpoint.py" "$file"
cat "$file" >/dev/null # page cache

resect=$programs/resect
small="--warmup 3 --runs 30"
medium="--warmup 2 --runs 12"
large="--warmup 1 --runs 5"
results=$folder/results.tsv
: >"$results"

# measure NAME HYPERFINE_OPTIONS COMMAND: median seconds, then peak resident MB of one more run
measure() {
  local name=$1 options=$2 command=$3 seconds peak
  # shellcheck disable=SC2086
  hyperfine --shell=none --style=none $options --prepare "rm -f $folder/out.pth" --export-json "$folder/one.json" \
    "$command" >/dev/null 2>&1 || { echo "this failed: $command" >&2; exit 1; }
  seconds=$("$old" -c 'import json, sys; print("%.4f" % json.load(open(sys.argv[1]))["results"][0]["median"])' \
    "$folder/one.json")
  rm -f "$folder/out.pth"
  # shellcheck disable=SC2086
  /usr/bin/time --format=%M --output="$folder/peak" $command >/dev/null 2>&1
  peak=$(awk '{ printf "%.1f", $1 / 1024 }' "$folder/peak")
  printf '%s\t%s\t%s\n' "$name" "$seconds" "$peak" >>"$results"
}

# The model tensors of the checkpoint, and a copy of the checkpoint in which one byte of the last storage differs.
model=$folder/model.pth
[ -s "$model" ] || "$resect" edit "$file" -o "$model" 'keep student teacher' 2>/dev/null >/dev/null
cp "$file" "$folder/copy.pth"
cp "$file" "$folder/changed.pth"
"$new" "$here/change_byte.py" "$folder/changed.pth"

measure 'resect --version' "$small" "$resect --version"
measure 'resect ls' "$small" "$resect ls $file"
measure 'Python list, torch newest, mmap' "$large" "$new $here/list.py $file"
measure 'Python list, torch 1.13' "$large" "$old $here/list.py $file"
measure 'resect strip' "$medium" "$resect strip $file -o $folder/out.pth"
measure 'Python strip, torch newest' "$large" "$new $here/strip.py $file $folder/out.pth"
measure 'Python strip, torch 1.13' "$large" "$old $here/strip.py $file $folder/out.pth"
rm -f "$folder/out.pth"
"$resect" strip "$file" -o "$folder/backbone.pth" --force >/dev/null 2>&1
measure 'cp of what strip writes' "$medium" "cp $folder/backbone.pth $folder/out.pth"
rm -f "$folder/out.pth"

measure 'resect diff, one byte differs' "$medium" "$here/differs.sh $resect diff $file $folder/changed.pth"
measure 'cmp of equal copies' "$medium" "cmp $file $folder/copy.pth"
measure 'resect convert to safetensors' "$medium" "$resect convert $model -o $folder/out.safetensors --force"
measure 'cp and sync -d of what convert writes' "$medium" "$here/copy_sync.sh $folder/out.safetensors $folder/copy.safetensors"
rm -f "$folder"/copy.pth "$folder"/changed.pth "$folder"/*.safetensors

awk -F '\t' -v size="$(stat --format=%s "$file")" '
  BEGIN { printf "checkpoint: %.0f MB\n\n| what | median s | peak MB | times the row of resect |\n|---|---|---|---|\n", size / 1e6 }
  $1 ~ /^resect (ls|strip|diff|convert)/ { base = $2 }
  { printf "| %s | %s | %s | %s |\n", $1, $2, $3, (base > 0 ? sprintf("%.1f", $2 / base) : "") }' "$results"
