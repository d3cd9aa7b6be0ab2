#!/usr/bin/env bash
# Installs the libraries that chainrule is compared with and builds their workers, all under build/peers. The library,
# the program and the tests use none of it. A library that cannot be installed is reported, and compare.py skips it.
# A second run does only what is missing.
#
#   bench/peers/setup.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'peers: %s\n' "$*" >&2; }
here=build/peers
mkdir -p "$here/bin"
log=$here/setup.log
: >"$log"

# --- Python: scikit-learn, PyTorch, JAX, onnxruntime --------------------------------------------------------------

# The newest of each, one at a time, so that a missing one does not affect the others. docs/performance.md lists the
# versions that were measured.
if [[ ! -x $here/venv/bin/python ]] && ! python3 -m venv "$here/venv" >>"$log" 2>&1; then
  say "no Python environment (python3-venv is missing?); scikit-learn, PyTorch, JAX and onnxruntime are left out"
else
  for package in scikit-learn "jax[cpu]" onnx onnxruntime torch; do
    module=${package%%[*}
    [[ $module == scikit-learn ]] && module=sklearn
    "$here/venv/bin/python" -c "import importlib.util as u; exit(u.find_spec('$module') is None)" && continue
    say "installing $package (PyTorch takes a few minutes and gigabytes)"
    "$here/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$package" >>"$log" 2>&1 ||
      say "no $package: $(tail -n 1 "$log")"
  done
fi

# --- C and C++: FANN, dlib ----------------------------------------------------------------------------------------

debian_packages() {
  command -v apt-get >/dev/null || {
    say "no apt-get; install by hand for their rows: $*"
    return 0
  }
  local package as_root=()
  [[ $(id -u) -eq 0 ]] || as_root=(sudo -n)
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' && continue
    say "installing $package"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q install --no-install-recommends "$package" \
      >>"$log" 2>&1 || say "no $package: $(tail -n 1 "$log")"
  done
}
# dlib takes its products from OpenBLAS, the fastest BLAS in Debian.
debian_packages libfann-dev libdlib-dev libopenblas-pthread-dev

build() {
  local name=$1
  shift
  local source=bench/peers/${name}_worker.cpp program=$here/bin/${name}_worker
  [[ $program -nt $source && $program -nt bench/peers/worker.h ]] && return 0
  say "compiling the worker of $name"
  "${CXX:-c++}" -std=c++17 -O3 -march=native -DNDEBUG "$source" -o "$program" "$@" >>"$log" 2>&1 || {
    rm -f "$program"
    say "no worker for $name: see $log"
  }
}
build fann -lfloatfann -lm
build dlib -ldlib -lopenblas -lpthread
