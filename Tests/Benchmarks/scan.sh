#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: scan.sh RESECT OLD_PYTHON NEW_PYTHON CORPUS. Runs `resect scan` and the four scanners that PyPI has over the same files, and
# prints what each caught, missed and flagged without reason; then the time that a checkpoint of real size takes.
#
# CORPUS is a folder with files to judge, harmful and benign; scan_samples.py says how it is told which are which.
# RESECT_SCANNERS is the virtual environment with the scanners, made if missing, outside the repository.
# RESECT_BENCH says where the checkpoint is made (765 MB; kept for the next run).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
resect=$(realpath "$1")
old=$2
new=$3
corpus=$(realpath "$4")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/resect
scanners=${RESECT_SCANNERS:-$cache/scanners}
folder=${RESECT_BENCH:-$cache/bench}
file=$folder/checkpoint.pth
# None of what is scanned is run, and no scanner is to call home.
export PYTHONDONTWRITEBYTECODE=1 PROMPTFOO_DISABLE_TELEMETRY=1 NO_ANALYTICS=1

[ -x "$scanners/bin/python" ] || /usr/bin/python3 -m venv "$scanners"
"$scanners/bin/python" -c 'import picklescan, fickling, modelscan, modelaudit, py7zr' 2>/dev/null ||
  "$scanners/bin/python" -m pip install --quiet 'picklescan[7z]' fickling modelscan modelaudit >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$scanners/bin/python" "$here/scan.py" "$resect" "$new" "$corpus" "$work"

mkdir -p "$folder"
[ -s "$file" ] || "$old" "$here/make_checkpoint.py" "$file"
cat "$file" >/dev/null # page cache

# callgrind cannot read all of the debug information, and does not need it.
strip --strip-debug -o "$work/resect" "$resect"

# instructions COMMAND...: how many a command runs, by callgrind.
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected/ { print $NF }'
}

# seconds COMMAND...: of processor time, the mean of ten runs after one.
seconds() {
  hyperfine --shell=none --style=none --ignore-failure --warmup 1 --runs 10 --export-json "$work/time.json" "$*" \
    >/dev/null 2>&1
  "$scanners/bin/python" -c 'import json, sys
result = json.load(open(sys.argv[1]))["results"][0]
print(result["user"] + result["system"])' "$work/time.json"
}

list=$(instructions "$work/resect" ls "$file")
scan=$(instructions "$work/resect" scan "$file")
ours=$(seconds "$resect" scan "$file")
theirs=$(seconds "$scanners/bin/picklescan" --path "$file")
awk -v list="$list" -v scan="$scan" -v ours="$ours" -v theirs="$theirs" -v size="$(stat --format=%s "$file")" 'BEGIN {
  printf "\nA checkpoint of %.0f MB:\n\n| what | |\n|---|---|\n", size / 1e6
  printf "| instructions of `ls`, million | %.1f |\n", list / 1e6
  printf "| instructions of `scan`, million | %.1f, %.2f times as many |\n", scan / 1e6, scan / list
  printf "| processor seconds of `scan` | %.3f |\n", ours
  printf "| processor seconds of picklescan | %.3f, %.0f times as long |\n", theirs, theirs / ours
}'
