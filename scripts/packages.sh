#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages named, if any of them is missing.
set -euo pipefail

missing=()
for name in "$@"; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null) || state=absent
  [ "$state" = installed ] || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
export DEBIAN_FRONTEND=noninteractive
echo "installing ${missing[*]}" >&2
install=("${root[@]}" apt-get install --quiet=2 --yes --no-install-recommends -o DPkg::Lock::Timeout=300)
"${root[@]}" apt-get update --quiet=2 >&2
"${install[@]}" "${missing[@]}" >&2
