#!/usr/bin/env bash
# Configures a preset and builds it: tools/build.sh PRESET [TARGET...]
#
# Configuring is repeated on each call (about a second), because a library that was missing the last time
# may have been installed since. What is built goes to build/PRESET.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  echo "build: CMake could not configure preset '$preset'; 'tools/setup.sh build test' installs what it needs" >&2
  exit 1
fi
grep -E '^-- chainrule:' "$log" >&2 || true

if [[ $# -gt 0 ]]; then
  cmake --build --preset "$preset" --target "$@"
else
  cmake --build --preset "$preset"
fi
