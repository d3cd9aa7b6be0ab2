#!/usr/bin/env bash
# Makes tools/check_hardening.py fail: tools/check_hardening_test.sh COMPILER BUILD_DIRECTORY
set -euo pipefail
cd "$(dirname "$0")"

command -v readelf >/dev/null || exit 77
folder=$(mktemp -d "$2/hardening_XXXXXX")
trap 'rm -rf "$folder"' EXIT
printf '#include <cstring>\nint main(int n, char** w) { char c[64]; std::strcpy(c, w[n - 1]); return c[0]; }\n' \
  >"$folder/plain.cpp"
"$1" -O1 -U_FORTIFY_SOURCE -fno-stack-protector -fno-pie -no-pie -Wl,-z,norelro,-z,lazy,-z,execstack -w \
  "$folder/plain.cpp" -o "$folder/plain"

status=0
said=$(./check_hardening.py "$folder/plain") || status=$?
if [[ $status -ne 1 ]]; then
  echo "expected 1 for a program without protections, got $status: $said"
  exit 1
fi
for what in PIE RELRO '-z now' noexecstack 'stack protectors' fortified 'checked standard containers'; do
  if ! grep -qF -e "$what" <<<"$said"; then
    echo "not reported as missing: $what"
    exit 1
  fi
done

# Commands: a kernel with assertions, another file without one of the flags, and a sound one.
flags='-fstack-protector-strong -fstack-clash-protection -fcf-protection=full -D_FORTIFY_SOURCE=3'
cat >"$folder/commands.json" <<JSON
[{"file": "/x/src/chainrule/tensor/kernels.cpp", "command": "c++ $flags"},
 {"file": "/x/src/chainrule/io/svg.cpp", "command": "c++ ${flags/-fstack-clash-protection /}"},
 {"file": "/x/src/chainrule/io/chart.cpp", "command": "c++ $flags"}]
JSON
said=$(./check_hardening.py "$folder/plain" --compile-commands "$folder/commands.json") || true
grep -q 'kernels.cpp: .*ASSERTIONS' <<<"$said" && grep -q 'svg.cpp: -fstack-clash-protection' <<<"$said" &&
  ! grep -q 'chart.cpp' <<<"$said" || { echo "commands: $said"; exit 1; }
echo "a program without protections is detected"
