#!/usr/bin/env bash
# Builds and runs tests/consumer twice: with an installed library, and with the sources as a subdirectory.
#
#   tools/test_consumer.sh BUILD     BUILD is a built tree, whose compiler and flags are used
set -euo pipefail

source_dir=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
work=$build/consumer
prefix=$work/prefix

# NAME of the CMake cache of the built tree.
cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

build_type=$(cached CMAKE_BUILD_TYPE)
flags_name=CMAKE_CXX_FLAGS_${build_type^^}
settings=(
  -G Ninja
  -DCMAKE_CXX_COMPILER="$(cached CMAKE_CXX_COMPILER)"
  -DCMAKE_BUILD_TYPE="$build_type"
  -D"$flags_name=$(cached "$flags_name")"
)
# The subdirectory build compiles the same files with the same flags. ccache reuses them; CCACHE_NOHASHDIR lets it do
# so for builds with debug information, too.
if command -v ccache >/dev/null; then
  settings+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_NOHASHDIR=1
fi

run() {
  local name=$1
  shift
  echo "--- $name"
  cmake -S "$source_dir/tests/consumer" -B "$work/$name" "${settings[@]}" "$@"
  cmake --build "$work/$name"
  (cd "$work/$name" && ./consumer)
}

rm -rf "$prefix" "$work/find_package"
cmake --install "$build" --prefix "$prefix" >/dev/null
if grep -rlE 'include *[<"](hwy|nlohmann|fast_float|fmt|CLI)/' "$prefix/include"; then
  echo "the installed headers listed above include a library that users may not have" >&2
  exit 1
fi
run find_package -DCMAKE_PREFIX_PATH="$prefix"
run subdirectory -DCHAINRULE_DIR="$source_dir" \
  -DCHAINRULE_SANITIZE="$(cached CHAINRULE_SANITIZE)" -DCHAINRULE_COVERAGE="$(cached CHAINRULE_COVERAGE)" \
  -DCHAINRULE_WARNINGS_AS_ERRORS="$(cached CHAINRULE_WARNINGS_AS_ERRORS)"
