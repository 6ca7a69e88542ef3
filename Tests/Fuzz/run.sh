#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the readers:  Tests/Fuzz/run.sh SECONDS [TARGET]...  (every target of FuzzTarget.swift if none is named)
#                      Tests/Fuzz/run.sh replay               runs what is kept of every target, once
#
# Corpora grow in .build-fuzz/corpus; what crashes lands in fixtures/fuzz/TARGET/crash-..., where a test replays it.
set -eu
seconds=${1:?usage: run.sh SECONDS [TARGET]... or: run.sh replay}
shift
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../fixtures
build=$here/../../.build-fuzz
# Without this a crash keeps the pipe open for minutes.
export SWIFT_BACKTRACE=enable=no

# What is replayed is small: a build that is not optimised is made in a third of the time, and checks more. ONCE has words for
# such a build, if it is made for one run.
mode=release
once=
[ "$seconds" != replay ] || { mode=debug once=${ONCE:-}; }
swift build --package-path "$here" --scratch-path "$build" -c "$mode" --jobs "${JOBS:-2}" \
  --sanitize=fuzzer --sanitize=address -Xswiftc -use-ld=lld $once
fuzzer=$build/$mode/Fuzzer
all=$("$fuzzer" targets)
[ $# -gt 0 ] || set -- $all

# A member of each archive that is named, as a file of its own.
members() {
  folder=$1 member=$2
  shift 2
  for archive in "$@"; do
    unzip -p "$archive" "$member" >"$folder/$(basename "$archive")" 2>/dev/null || true
  done
}

# What a target begins with beside what is kept of it.
seed() {
  case $1 in
  pickle | examiner) cp "$fixtures"/pickle/*.pkl "$fixtures"/hostile/scan/*.pkl "$2" ;;
  torch) members "$2" '*/data.pkl' "$fixtures"/checkpoints/*.pt "$fixtures"/forms/*.pt "$fixtures"/modules/*.pth ;;
  metadata) find "$fixtures"/dcp -name .metadata | while read -r file; do
    cp "$file" "$2/$(basename "$(dirname "$file")")"
  done ;;
  script) members "$2" '*/code/*.py' "$fixtures"/script/*/*.pt ;;
  zip) cp "$fixtures"/hostile/*.zip "$fixtures"/checkpoints/*1*.pt "$2" ;;
  tar) find "$fixtures" -name '*.tar' -size -60k -exec cp {} "$2" \; ;;
  legacy) cp "$fixtures"/hostile/*.legacy "$fixtures"/checkpoints/*legacy*.pt "$2" ;;
  safetensors) find "$fixtures" -name '*.safetensors' -size -20k -exec cp {} "$2" \; ;;
  npy | npz) find "$fixtures"/numpy "$fixtures"/hostile/scan -name "*.$1" -size -20k -exec cp {} "$2" \; ;;
  onnx) cp "$fixtures"/onnx/*.onnx "$2" ;;
  graph) cp "$fixtures"/onnx/*.onnx "$fixtures"/onnx/operators/*.onnx "$2" ;;
  yaml) find "$fixtures"/3dspeaker "$fixtures"/train "$fixtures"/hostile -name '*.yaml' -exec cp {} "$2" \; ;;
  checkpoint | doors | salvage) find "$fixtures"/checkpoints "$fixtures"/modules "$fixtures"/hostile \
    "$fixtures"/forms "$fixtures"/safetensors "$fixtures"/numpy "$fixtures"/onnx "$fixtures"/script -type f -size -20k \
    ! -name '*.py' ! -name '*.json' -exec cp {} "$2" \; ;;
  esac
  cp "$fixtures/fuzz/$1"/* "$2"
}

status=0
for target in "$@"; do
  case " $all " in
  *" $target "*) ;;
  *) echo "unknown target $target, of: $all" >&2; exit 2 ;;
  esac
  # One byte can build an object of a hundred: 1 GiB is far above what the limits of the targets allow.
  export FUZZ_TARGET="$target"
  if [ "$seconds" = replay ]; then
    "$fuzzer" -timeout=60 -rss_limit_mb=1024 -artifact_prefix="$build/" "$fixtures/fuzz/$target"/* \
      >"$build/replay.log" 2>&1 || { tail -n 60 "$build/replay.log"; echo "$target: failed"; status=1; }
    continue
  fi
  corpus=$build/corpus/$target
  mkdir -p "$corpus"
  seed "$target" "$corpus"
  "$fuzzer" "$corpus" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$fixtures/fuzz/$target/" || status=1
done
exit $status
