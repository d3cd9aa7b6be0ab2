#!/usr/bin/env bash
# Runs the fuzz targets of a built preset: tools/fuzz.sh PRESET [SECONDS] [NAME...]
#
# Each target runs for SECONDS (60), starting from fuzz/corpus/NAME and from the inputs that earlier runs kept in
# build/PRESET/grown/NAME. Prints the runs and the runs per second. Fails when a target reported something, and prints
# where the input is.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

preset=$1
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "fuzz: '$seconds' is not a number of seconds; expected: ./dev fuzz [SECONDS] [NAME...]" >&2
  exit 2
fi
names=("$@")
if [[ ${#names[@]} -eq 0 ]]; then
  for source in fuzz/*_fuzz.cpp; do
    name=${source#fuzz/}
    names+=("${name%_fuzz.cpp}")
  done
fi

# Smaller quarantines for freed memory and shorter stacks than usual: more runs per second.
export ASAN_OPTIONS=malloc_context_size=1:quarantine_size_mb=4:thread_local_quarantine_size_kb=256

build=build/$preset
status=0
for name in "${names[@]}"; do
  program=$build/bin/fuzz_$name
  if [[ ! -x $program ]]; then
    echo "fuzz: unknown target '$name'" >&2
    exit 2
  fi
  found=$build/found/$name grown=$build/grown/$name log=$build/fuzz_$name.log
  mkdir -p "$found" "$grown"
  longest=4096  # bytes per input. Short tables exercise the same code as long ones, in less time.
  [[ $name != csv ]] || longest=512
  dictionary=()
  [[ ! -e fuzz/$name.dict ]] || dictionary=(-dict="fuzz/$name.dict")
  # A run may take 10 seconds and allocate 512 MB at once: more is reported, too.
  "$program" -max_total_time="$seconds" -print_final_stats=1 -timeout=10 -malloc_limit_mb=512 -max_len="$longest" \
    "${dictionary[@]}" -artifact_prefix="$found/" "$grown" "fuzz/corpus/$name" >"$log" 2>&1
  result=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  printf '%-14s %12s runs, %8s per second' "$name" "${runs:-?}" "${rate:-?}"
  if [[ $result -eq 0 ]]; then
    echo ", nothing found"
  else
    status=1
    echo ", REPORT"
    grep -E 'ERROR|SUMMARY|runtime error|promise|Test unit written' "$log" | sed 's/^/  /'
    echo "  full report: $log"
    echo "  reproduce: $program $found/INPUT; then add the input to fuzz/corpus/$name"
  fi
done
exit $status
