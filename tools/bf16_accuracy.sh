#!/usr/bin/env bash
# What --precision bf16 costs in accuracy: tools/bf16_accuracy.sh PRESET [EPOCHS]
#
# Trains 784-128-10 on the 60,000 images of Fashion-MNIST with five seeds, in float and with bfloat16 products on
# the portable unit (the arithmetic of the matrix unit, on any processor), and scores the last weights on the 10,000
# held-out images. Fails when the means differ by more than 0.3 percentage points.
set -euo pipefail
cd "$(dirname "$0")/.."

chainrule=build/$1/bin/chainrule
epochs=${2:-5}
data=/usr/share/datasets/fashion-mnist
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
if [[ ! -r $data/train-images-idx3-ubyte.gz ]]; then
  echo "bf16: needs the Debian package dataset-fashion-mnist" >&2
  exit 1
fi

# accuracy SEED OPTION...   trains with these options and prints the accuracy
accuracy() {
  local seed=$1
  shift
  $chainrule train $data/train-images-idx3-ubyte.gz --labels $data/train-labels-idx1-ubyte.gz --preset textbook --hidden 128 \
    --epochs "$epochs" --patience 0 --validation none --seed "$seed" "$@" -o "$out/model.safetensors" --json --quiet \
    >/dev/null
  $chainrule evaluate "$out/model.safetensors" $data/t10k-images-idx3-ubyte.gz \
    --labels $data/t10k-labels-idx1-ubyte.gz --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["metrics"]["accuracy"])'
}

printf '%-6s %8s %8s\n' seed float bf16
for seed in 1 2 3 4 5; do
  full=$(accuracy "$seed" --precision float)
  bf16=$(accuracy "$seed" --precision bf16 --matrix-unit portable)
  printf '%-6s %8.4f %8.4f\n' "$seed" "$full" "$bf16"
  echo "$full $bf16" >>"$out/both"
done
awk '{ full += $1; bf16 += $2 }
  END {
    difference = 100 * (bf16 - full) / NR
    printf "%-6s %8.4f %8.4f   difference %+.2f percentage points\n", "mean", full / NR, bf16 / NR, difference
    exit difference < -0.3 || difference > 0.3
  }' "$out/both"
