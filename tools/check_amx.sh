#!/usr/bin/env bash
# Checks the bfloat16 products on an emulated matrix unit: tools/check_amx.sh
#
# Bochs 3.0 emulates a Sapphire Rapids with AMX. tools/amx contains a program that needs no operating system: it boots,
# enables the tiles and compares each product on the matrix unit with the portable one, bit for bit. (Linux finds no
# matrix unit there: Bochs lacks the extended feature disable that Linux requires.) Debian 13 and later have Bochs 3.0;
# on an older Debian the package is downloaded and unpacked below build/emulator, not installed. Takes half a minute of
# processor time; fails when a comparison fails or the program does not finish.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=tools/bochs.sh
. tools/bochs.sh

# --- the emulator -----------------------------------------------------------------------------------------------

# Downloads Bochs and the newer libraries that it needs from this system's own mirror.
fetch_bochs() {
  local suite=trixie mirror options
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Created-By: Packages' |
    grep -v security | head -n 1)
  mkdir -p "$work"/apt/lists/partial "$work"/apt/cache/archives/partial "$work/debs"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/apt/sources.list"
  : >"$work/apt/status"
  options=(-qq -o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/apt/lists" -o "Dir::State::status=$work/apt/status" -o "Dir::Cache=$work/apt/cache"
    -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$work/debs" && apt-get "${options[@]}" download bochs bochs-term bochsbios libc6 libstdc++6 libgcc-s1 \
    libtinfo6 libncursesw6 libreadline8t64)
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/bochs"; done
  rm -rf "$home/bochs"
  mv "$work/bochs" "$home/bochs"
}

if ! bochs-bin --help cpu 2>&1 | grep sapphire_rapids >/dev/null; then
  [[ -x $home/bochs/usr/bin/bochs-bin ]] || fetch_bochs
  libraries=$PWD/$home/bochs/usr/lib/x86_64-linux-gnu
  export LTDL_LIBRARY_PATH=$libraries/bochs/plugins
  bochs=("$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:/usr/lib/x86_64-linux-gnu"
    "$home/bochs/usr/bin/bochs-bin")
  firmware=$PWD/$home/bochs/usr/share/bochs
fi

# --- the program, and a bootable compact disc -----------------------------------------------------------

# The library's own sources and numeric flags; no red zone, and no memcpy calls in place of loops.
flags=(-O2 -std=c++20 -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -mno-red-zone
  -fno-tree-loop-distribute-patterns -ffp-contract=off -fno-math-errno -DNDEBUG -DHWY_SHARED_DEFINE -Isrc -w)
for source in tools/amx/checks.cpp src/chainrule/tensor/tile_products.cpp src/chainrule/tensor/matrix_unit.cpp; do
  g++ "${flags[@]}" -c -o "$work/$(basename "$source" .cpp).o" "$source"
done
gcc -c -o "$work/boot.o" tools/amx/boot.S
ld -n --no-warn-rwx-segments -T tools/amx/link.ld -o "$work/checks" "$work"/*.o

cp "$work/checks" "$disc/isolinux/"
printf 'DEFAULT checks\nLABEL checks\n  KERNEL mboot.c32\n  APPEND checks\n' >"$disc/isolinux/isolinux.cfg"
make_disc ldlinux.c32 libcom32.c32 mboot.c32

run_machine sapphire_rapids 256 20 'STATUS [01]'
grep -q 'STATUS 0' "$work/console" || { tail -n 5 "$work/screen" "$work/log" >&2; exit 1; }
