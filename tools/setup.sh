#!/usr/bin/env bash
# Installs what is needed to build, try, test or develop chainrule.
#
#   tools/setup.sh build | demo | test | dev | emulate      (one or more)
#
# On Debian and its derivatives the packages come from apt-get (through sudo where needed). When nothing is
# missing, this only queries dpkg and takes a few hundredths of a second. On other systems, and when installing
# fails, it lists what is missing and succeeds: the build may do without, or says what it cannot find.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

# One line per package: the group, the Debian package (a|b: either), and how to detect it: the name of a program,
# a header in <>, - for packages that only dpkg knows, or a word that is_there handles.
needs='
build g++                        g++
build cmake                      cmake
build ninja-build                ninja
build make                       make
build ccache                     ccache
build libcli11-dev               <CLI/CLI.hpp>
build libfmt-dev                 <fmt/format.h>
build nlohmann-json3-dev         <nlohmann/json.hpp>
build libhwy-dev                 <hwy/highway.h>
build libfast-float-dev          <fast_float/fast_float.h>
build zlib1g-dev                 <zlib.h>
build liblzma-dev                <lzma.h>
build libzstd-dev                <zstd.h>
demo  dataset-fashion-mnist      -
test  libgtest-dev               <gtest/gtest.h>
test  librapidcheck-dev          <rapidcheck.h>
test  libbenchmark-dev           <benchmark/benchmark.h>
test  python3                    python3
test  python3-venv               venv
test  python3-dev                Python.h
test  dataset-fashion-mnist      -
test  locales                    localedef
test  clang-format-14|clang-format clang-format
dev   clang                      clang++
dev   clang-tidy                 clang-tidy
dev   libclang-rt-14-dev|libclang-rt-dev -
dev   gcovr                      gcovr
dev   hyperfine                  hyperfine
emulate bochs                    bochs-bin
emulate bochsbios                -
emulate vgabios                  -
emulate bochs-term               -
emulate busybox-static           -
emulate isolinux                 -
emulate syslinux-common          -
emulate xorriso                  xorriso
emulate cpio                     cpio
'

groups=" build "
for argument in "$@"; do
  case "$argument" in
    build) ;;
    demo | test | emulate) groups+="$argument " ;;
    dev) groups+="test dev " ;;
    *)
      say "unknown group '$argument'; expected build, demo, test, dev or emulate"
      exit 2
      ;;
  esac
done

# Two Python environments: one with other readers of our files, one to build and test the Python package.
venv=build/venv
requirements=tools/requirements-test.txt
pyenv=build/pyenv
pyenv_requirements=tools/requirements-python.txt

venv_is_ready() { [[ -x $1/bin/python ]] && cmp -s "$2" "$1/installed-requirements.txt"; }

german=build/locale/de_DE.UTF-8

can_make_venv() {
  { venv_is_ready "$venv" "$requirements" && venv_is_ready "$pyenv" "$pyenv_requirements"; } ||
    python3 -c 'import ensurepip, venv' 2>/dev/null
}

# --- what is missing ------------------------------------------------------------------------------------------

have_dpkg=no
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  have_dpkg=yes
  installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
    sed -n 's/^installed //p' | tr '\n' ' ')"
fi

header_is_there() {
  local compiler=${CXX:-c++}
  command -v "$compiler" >/dev/null || return 1
  printf '#include %s\n' "$1" | "$compiler" -std=c++17 -M -x c++ - >/dev/null 2>&1
}

# A program on PATH replaces its package. A header must come from its package, which also contains the library
# and its CMake files.
is_there() {
  local packages=$1 sign=$2 package
  case "$sign" in
    venv) can_make_venv && return 0 ;;
    Python.h)
      python3 -c 'import os, sysconfig as s; assert os.path.exists(s.get_path("include") + "/Python.h")' \
        2>/dev/null && return 0
      ;;
    localedef) [[ -e $german || -e /usr/share/i18n/locales/de_DE ]] && return 0 ;;
    '<'*) [[ $have_dpkg == no ]] && { header_is_there "$sign" && return 0 || return 1; } ;;
    -) ;;
    *) command -v "$sign" >/dev/null && return 0 ;;
  esac
  [[ $have_dpkg == yes ]] || return 1
  for package in ${packages//|/ }; do
    [[ $installed == *" $package "* ]] && return 0
  done
  return 1
}

missing=()
while read -r group packages sign; do
  [[ -n $group && $groups == *" $group "* ]] || continue
  package=${packages%%|*}
  [[ " ${missing[*]} " == *" $package "* ]] || is_there "$packages" "$sign" || missing+=("$package")
done <<<"$needs"

# --- installing it --------------------------------------------------------------------------------------------

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if [[ -t 0 ]]; then as_root=(sudo); else as_root=(sudo -n); fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    apt-get -y -q -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1
}

apt_install() { apt_get install --no-install-recommends "$@"; }

install_missing() {
  if [[ ${#as_root[@]} -gt 0 ]] && ! command -v sudo >/dev/null; then
    say "not root and no sudo; install these Debian packages yourself: ${missing[*]}"
    return 0
  fi
  say "installing Debian packages: ${missing[*]}"
  # The first try uses the present package lists; a fresh machine has none or old ones.
  apt_install "${missing[@]}" && return 0
  apt_get update || true
  apt_install "${missing[@]}" && return 0
  local package refused=()
  for package in "${missing[@]}"; do
    apt_install "$package" || refused+=("$package")
  done
  if [[ ${#refused[@]} -gt 0 ]]; then
    say "apt-get could not install: ${refused[*]}; the end of its output:"
    tail -n 5 "$log" >&2
    say "continuing without them"
  fi
}

if [[ ${#missing[@]} -gt 0 ]]; then
  if [[ $have_dpkg == yes ]]; then
    install_missing
  else
    say "no apt-get, so nothing is installed. Not found (Debian names): ${missing[*]}"
    say "required: a C++20 compiler, CMake 3.25, Ninja and the libraries CLI11, fmt, nlohmann-json, Highway," \
      "fast_float and zlib (liblzma and libzstd for .xz and .zst files); for the tests GoogleTest, rapidcheck and Python 3. Continuing without them."
  fi
fi

# --- a locale with a decimal comma, for the tests --------------------------------------------------------

if [[ $groups == *" test "* && ! -e $german ]] && command -v localedef >/dev/null; then
  mkdir -p build/locale
  if ! localedef -i de_DE -f UTF-8 "./$german" >"$log" 2>&1; then
    say "no German locale for the tests ($(tail -n 1 "$log"))"
  fi
fi

# --- Python packages ----------------------------------------------------------------------------------------------

# make_venv FOLDER REQUIREMENTS WHAT
make_venv() {
  venv_is_ready "$1" "$2" && return 0
  # Few retries: a machine without a network should get to its tests quickly.
  if ! { python3 -m venv --clear "$1" &&
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --retries 1 -r "$2"; } \
    >"$log" 2>&1; then
    local reason
    reason=$(grep -m 1 -i error "$log" || tail -n 1 "$log")
    rm -rf "$1"  # the tests would take an incomplete environment for a complete one
    say "no Python environment with $3 ($reason); the tests that need it are skipped"
  else
    cp "$2" "$1/installed-requirements.txt"
  fi
}

if [[ $groups == *" test "* ]]; then
  make_venv "$venv" "$requirements" "numpy and safetensors"
  make_venv "$pyenv" "$pyenv_requirements" "nanobind and scikit-learn"
fi
