#!/usr/bin/env bash
# Writes every lesson as a page of the documentation, in both languages.
#
#   tools/write_lessons.sh PROGRAM FOLDER
set -euo pipefail
program=$1 folder=$2

for language in en zh; do
  pages=$folder/$language
  rm -rf "$pages"
  mkdir -p "$pages"
  "$program" lesson list --language "$language" --format markdown 2>/dev/null >"$pages/README.md"
  while read -r name _; do
    # A lesson without a plot refuses --svg.
    "$program" lesson "$name" --language "$language" --format markdown --svg "$pages/$name.svg" \
      >"$pages/$name.md" 2>/dev/null ||
      "$program" lesson "$name" --language "$language" --format markdown >"$pages/$name.md"
  done < <("$program" lesson list 2>/dev/null)
done
