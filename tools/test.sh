#!/usr/bin/env bash
# Runs the tests of a built preset: tools/test.sh PRESET [ctest option...]
#
# The last line is "N passed, N failed, N skipped". Fails if a test failed, and if none ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

preset=$1
shift
build=build/$preset
results=$build/test-results.xml
rm -f "$results"

export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

# With the address randomisation of newer kernels, GCC 12's thread sanitizer cannot place its shadow memory; without
# it, it can.
run=()
if [[ $preset == tsan ]] && setarch "$(uname -m)" -R true 2>/dev/null; then
  run=(setarch "$(uname -m)" -R)
fi

"${run[@]}" ctest --test-dir "$build" --output-on-failure --no-tests=error -j 2 --progress \
  --output-junit "$PWD/$results" "$@"
status=$?

count() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" <<<"$head"; }
if [[ ! -s $results ]]; then
  echo "0 passed, 0 failed, 0 skipped"
  exit 1
fi
# The attributes of <testsuite ...>, possibly on several lines.
head=$(sed -n '/<testsuite/,/>/p' "$results" | sed '/>/q')
total=$(count tests)
failed=$(count failures)
skipped=$(($(count skipped) + $(count disabled)))
passed=$((total - failed - skipped))

if [[ $skipped -gt 0 ]]; then
  echo
  echo "Skipped:"
  sed -nE 's/.*<testcase name="([^"]*)".* status="(notrun|disabled)".*/  \1/p' "$results"
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
[[ $status -eq 0 && $failed -eq 0 && $passed -gt 0 ]]
