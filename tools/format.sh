#!/usr/bin/env bash
# Formats the C++ files: tools/format.sh [--check] [FILE...]
#
# Without files it formats all that git tracks or does not ignore; with --check it only lists unformatted files.
# Versions of clang-format differ, so only one counts: 14, that of Debian 12. Without it the exit code is 77 (skipped).
set -euo pipefail
cd "$(dirname "$0")/.."

version=14
check=no
if [[ ${1:-} == --check ]]; then
  check=yes
  shift
fi

tool=$(command -v "clang-format-$version" || command -v clang-format || true)
if [[ -z $tool ]] || ! "$tool" --version | grep -q "version $version\."; then
  echo "format: clang-format $version is not installed ('tools/setup.sh test' installs it on Debian 12)" >&2
  exit 77
fi

files() {
  if [[ $# -gt 0 ]]; then
    printf '%s\n' "$@"
  else
    git ls-files --cached --others --exclude-standard -- '*.h' '*.cpp'
  fi | while read -r file; do
    if [[ $file == *.h || $file == *.cpp ]] && [[ -f $file ]]; then echo "$file"; fi
  done
}

if [[ $check == yes ]]; then
  # A tree without git, such as an unpacked archive, has no list of files.
  git rev-parse --is-inside-work-tree >/dev/null 2>&1 || exit 77
  files "$@" | xargs -r "$tool" --dry-run --Werror
else
  files "$@" | xargs -r "$tool" -i
fi
