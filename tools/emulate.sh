#!/usr/bin/env bash
# Runs the numeric tests on an emulated processor with AVX-512: tools/emulate.sh PRESET
#
# Bochs emulates a Skylake-X at some 100 million instructions per second. It boots a Debian kernel with an in-memory
# file system that contains busybox, the test programs with their libraries, and the files they read. The console is
# printed here. Takes about a quarter of an hour; fails when a test fails or the machine does not finish.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
build=build/$preset
# shellcheck source=tools/bochs.sh
. tools/bochs.sh

# --- the kernel, once -----------------------------------------------------------------------------------------

find_kernel() { compgen -G "$home/kernel/boot/vmlinuz-*" | head -n 1; }
if [[ -z $(find_kernel) ]]; then
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package" && dpkg -x "$package"_*.deb kernel)
  rm -rf "$home/kernel"
  mv "$work/kernel" "$home/kernel"
fi

# --- the file system in memory --------------------------------------------------------------------------------

root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,tmp,programs} "$root$PWD"
cp "$(command -v busybox)" "$root/bin/busybox"
cp -r --parents examples/data tests/data tests/golden "$root$PWD"
for program in chainrule test_tensor test_model test_optim test_train test_session; do
  strip -o "$root/programs/$program" "$build/bin/$program"
  ldd "$build/bin/$program" | grep -oE '/[^ ]+' | while read -r library; do
    mkdir -p "$root${library%/*}"
    cp -Lu "$library" "$root$library"
  done
done
cat >"$root/init" <<'GUEST'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/programs TMPDIR=/tmp NO_COLOR=1
export LD_LIBRARY_PATH=/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
cd /tmp
failed=0
run() {
  echo "\$ $*"
  "$@" || failed=1
}
grep -m 1 'model name' /proc/cpuinfo
if ! grep -q -w avx512dq /proc/cpuinfo; then
  echo "this machine has no AVX-512"
  failed=1
fi
for vector in avx512 avx2 scalar; do
  for threads in 1 2 3; do run chainrule bench --signature --vector $vector --threads $threads; done
done
run test_tensor --gtest_filter='*vx512*:*EveryPathGivesTheBits*' --gtest_brief=1 --gtest_color=no
# The other programs use the widest path, which is AVX-512 here.
for part in model optim train session; do
  run test_$part --gtest_brief=1 --gtest_color=no
done
echo "GUEST STATUS $failed"
sync
sleep 60
GUEST
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc) >"$work/initrd" # uncompressed: unpacking would take longer than reading

# --- a bootable compact disc, and the machine ------------------------------------------------------------

cp "$(find_kernel)" "$disc/isolinux/vmlinuz"
cp "$work/initrd" "$disc/isolinux/initrd"
# clearcpuid: xsavec and xsaves. Bochs 2.7 reports a wrong size for them, and Linux would then disable AVX.
cat >"$disc/isolinux/isolinux.cfg" <<'TEXT'
DEFAULT linux
LABEL linux
  KERNEL vmlinuz
  INITRD initrd
  APPEND console=ttyS0,115200 quiet nokaslr mitigations=off nowatchdog tsc=reliable lpj=1000000 random.trust_cpu=on panic=-1 clearcpuid=321,323
TEXT
make_disc ldlinux.c32

run_machine corei7_skylake_x 512 60 'GUEST STATUS\|Kernel panic'
grep -q 'GUEST STATUS 0' "$work/console"
