# shellcheck shell=bash
# Sourced, not run: a machine emulated by Bochs that boots from a compact disc and writes to its console.
#
# make_disc ISOLINUX_MODULE...              makes a bootable disc from $disc/isolinux
# run_machine MODEL MEGABYTES MINUTES END   runs until a line of the console matches END, or the time is over
#
# $bochs is the command, $firmware the folder of its BIOS, $work the folder of this run (removed at the end), $home a
# folder that is kept; $work/console holds the output of the machine.

home=build/emulator
mkdir -p "$home"
work=$(mktemp -d "$PWD/$home/work.XXXXXX")
bochs=(bochs-bin)
firmware=/usr/share/bochs
disc=$work/disc
mkdir -p "$disc/isolinux"

children=()
finish() {
  # wait keeps bash from reporting each killed child.
  [[ ${#children[@]} -eq 0 ]] || { kill -KILL "${children[@]}"; wait "${children[@]}"; } 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

make_disc() {
  cp /usr/lib/ISOLINUX/isolinux.bin "${@/#//usr/lib/syslinux/modules/bios/}" "$disc/isolinux/"
  xorriso -as mkisofs -quiet -o "$work/disc.iso" -b isolinux/isolinux.bin -c isolinux/boot.cat \
    -no-emul-boot -boot-load-size 4 -boot-info-table "$disc" 2>/dev/null
}

run_machine() {
  local model=$1 megabytes=$2 minutes=$3 end=$4 emulator screen
  cat >"$work/machine" <<TEXT
config_interface: textconfig
display_library: term
cpu: model=$model, count=1, ips=100000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=$megabytes, host=$megabytes
romimage: file=$firmware/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=$work/disc.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$work/console
clock: sync=none, time0=local
speaker: enabled=0
sound: waveoutdrv=dummy
log: $work/log
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
TEXT
  : >"$work/console"
  echo c >"$work/continue" # Debian's Bochs starts in its debugger
  TERM=xterm setsid "${bochs[@]}" -q -f "$work/machine" -rc "$work/continue" </dev/null >"$work/screen" 2>&1 &
  emulator=$!
  tail -n +1 -f --pid=$emulator "$work/console" &
  children=("$emulator" $!)
  # The screen is a pseudo-terminal; the machine blocks unless a process reads it.
  for _ in $(seq 100); do
    screen=$(grep -h tty-index /proc/$emulator/fdinfo/* 2>/dev/null | grep -o '[0-9]*' | head -n 1 || true)
    if [[ -n $screen ]]; then
      { stty raw -echo; exec cat; } <"/dev/pts/$screen" >/dev/null 2>&1 &
      children+=($!)
      break
    fi
    sleep 0.2
  done
  while kill -0 $emulator 2>/dev/null && [[ $SECONDS -lt $((minutes * 60)) ]]; do
    ! grep -q "$end" "$work/console" || break
    sleep 1
  done
  sleep 3 # the last lines
  echo "$(basename "$0" .sh): $SECONDS seconds"
}
