#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Format, floors, unsafe marks, file length, licence lines, machine paths: prints each fault, exits 1 if there is one.
set -euo pipefail
cd "$(dirname "$0")/.."

longest=400
faults=0
fault() {
  echo "$1" >&2
  faults=$((faults + 1))
}

swift format lint --strict --parallel --recursive Package.swift Sources Tests || fault "swift format finds faults"

python3 Tests/Scripts/test_floors.py --quiet || fault "the lint of floors fails its own tests"
python3 scripts/floors.py || fault "the floors of docs/architecture.md do not hold"

python3 Tests/Scripts/test_unsafe.py --quiet || fault "the lint of what is unsafe fails its own tests"
python3 scripts/unsafe.py || fault "docs/unsafe.md does not say why all that is unsafe is sound"

while IFS= read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le "$longest" ] || fault "$file: $lines lines, more than $longest"
  case $file in
    Package.swift | */Package.swift) ;; # its first line is the tools version
    *) head -n 1 "$file" | grep -q '^// SPDX-License-Identifier: Apache-2.0$' ||
      fault "$file: the first line is not the licence" ;;
  esac
done < <(git ls-files --cached --others --exclude-standard -- '*.swift')

if git grep --untracked -nE '^(@[_a-z]+ )?((public|package|internal|private) )?import Foundation$' -- Sources; then
  fault "Sources import Foundation, which brings ICU: FoundationEssentials has what is needed"
fi

# Folders of the machine that a file was written on. This script names them, so it is left out.
if git grep --untracked -nIE '(^|[^[:alnum:]_.-])/(work|farm|home|root)/[[:alnum:]._-]' -- . ':!scripts/lint.sh'; then
  fault "machine paths in the files above"
fi

total=0
while IFS= read -r -d '' file; do
  bytes=$(stat --format=%s "$file")
  total=$((total + bytes))
  [ "$bytes" -le 1000000 ] || fault "$file: $bytes bytes, more than 1,000,000"
done < <(git ls-files --cached --others --exclude-standard -z -- fixtures)
[ "$total" -le 16000000 ] || fault "fixtures: $total bytes, more than 16,000,000"

lines_of() {
  git ls-files --cached --others --exclude-standard -z -- "$@" | xargs -0 -r cat | wc -l
}
echo "lines: $(lines_of 'Sources/*.swift') Swift and $(lines_of 'Sources/*.c' 'Sources/*.h' 'Sources/*.inc') C in Sources, $(
  lines_of 'Tests/*.swift') Swift in Tests"
[ "$faults" -eq 0 ]
