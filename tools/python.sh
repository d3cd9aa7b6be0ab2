#!/usr/bin/env bash
# Builds and tests the Python package, either as an installed wheel or in place.
#
#   tools/python.sh wheel BUILD      BUILD/wheel/chainrule-*.whl, installed into a fresh environment BUILD/wheel-env
#   tools/python.sh test BUILD ARG   pytest ARG... on that wheel
#   tools/python.sh types BUILD      mypy --strict on that wheel
#   tools/python.sh editable ARG     pytest ARG... on the sources in place; compiled files go to build/python
#
# BUILD is a built tree such as build/release: its compiler and flags are used, so that ccache can reuse the library.
# Ends with 77 (skipped) where tools/setup.sh could not make build/pyenv.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$PWD/build/pyenv
requirements=tools/requirements-python.txt
if [[ ! -x $tools/bin/python ]]; then
  echo "python: build/pyenv is missing; 'tools/setup.sh test' creates it if the network allows"
  exit 77
fi
# The build looks for programs on PATH (nanobind's stubs need the environment's Python).
export PATH=$tools/bin:$PATH
# Threads of numpy and scikit-learn would compete with the other tests.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} MPLBACKEND=Agg PYTHONDONTWRITEBYTECODE=1

pip() { "$tools/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }

# NAME of the CMake cache of a built tree.
cached() { sed -n "s/^$2:[A-Z]*=//p" "$1/CMakeCache.txt"; }

build_wheel() {
  local build=$1
  # ccache identifies a compilation by the compiler's name, too: c++ is not g++.
  CXX=$(cached "$build" CMAKE_CXX_COMPILER)
  export CXX
  rm -rf "$build/wheel" "$build/wheel-env"
  pip wheel --no-build-isolation --no-deps --wheel-dir "$build/wheel" --config-settings build-dir="$build/python" \
    --config-settings cmake.define.CHAINRULE_WARNINGS_AS_ERRORS="$(cached "$build" CHAINRULE_WARNINGS_AS_ERRORS)" .
  "$tools/bin/python" -m venv --without-pip "$build/wheel-env"
  pip --python "$build/wheel-env/bin/python" install --no-deps --no-index "$build"/wheel/chainrule-*.whl
  # Use the packages installed beside the build tools: a second copy would take minutes.
  "$tools/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
    >"$("$build/wheel-env/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tools.pth"
  ls -l "$build"/wheel/chainrule-*.whl
}

editable() {
  export CXX=${CXX:-c++}
  pip install --no-build-isolation --no-deps --editable .
  exec "$tools/bin/python" -m pytest "$@"
}

command=$1
shift
case "$command" in
  wheel) build_wheel "$(cd "$1" && pwd)" ;;
  test)
    build=$(cd "$1" && pwd)
    CHAINRULE_WHEEL=$(echo "$build"/wheel/chainrule-*.whl)
    export CHAINRULE_WHEEL
    exec "$build/wheel-env/bin/python" -m pytest -q -p no:cacheprovider "${@:2}"
    ;;
  types)
    build=$(cd "$1" && pwd)
    exec "$build/wheel-env/bin/python" -m mypy --strict --cache-dir "$build/wheel-env/mypy" -p chainrule
    ;;
  editable) editable "$@" ;;
  *)
    sed -n '3,8p' "$0" >&2
    exit 2
    ;;
esac
