#!/usr/bin/env bash
# What `make demo` shows: a network learns to tell clothes apart (Fashion-MNIST: 60,000 training images,
# 10,000 test images), reports its accuracy, and classifies a few images. Each command is printed before it runs,
# so that it can be repeated by hand.
set -euo pipefail
cd "$(dirname "$0")/.."

chainrule=build/release/bin/chainrule
data=/usr/share/datasets/fashion-mnist
out=build/demo
mkdir -p "$out"

# Prints the command as a user would type it, then runs it.
show() {
  local word line=
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]] || word="\"$word\""
    line+="${line:+ }$word"
  done
  printf '\n$ %s\n\n' "$line"
  "$@"
}

if [[ -r $data/train-images-idx3-ubyte.gz ]]; then
  show $chainrule train $data/train-images-idx3-ubyte.gz --labels $data/train-labels-idx1-ubyte.gz \
    --class-names "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot" \
    --hidden 256,128 --epochs 15 --schedule cosine --dropout 0.2 --validation 0.1 --report $out/fashion.html -o $out/fashion.safetensors
  show $chainrule evaluate $out/fashion.safetensors $data/t10k-images-idx3-ubyte.gz \
    --labels $data/t10k-labels-idx1-ubyte.gz --fail-under 0.88
  show $chainrule predict $out/fashion.safetensors $data/t10k-images-idx3-ubyte.gz --show 5
  model=$out/fashion.safetensors
  report=$out/fashion.html
else
  echo "The Fashion-MNIST images are not on this machine ($data; Debian package dataset-fashion-mnist)."
  echo "Training on the small table examples/data/penguins.csv instead."
  show $chainrule train examples/data/penguins.csv --target species \
    --report $out/penguins.html -o $out/penguins.safetensors
  show $chainrule predict $out/penguins.safetensors examples/data/penguins.csv -o $out/penguins-predicted.csv
  model=$out/penguins.safetensors
  report=$out/penguins.html
fi

cat <<EOT

The model:  $model
The report: $report   (open it in a browser: loss curves, confusion matrix, every option)

Next, your own table; name only the column to predict:

  $chainrule train examples/data/penguins.csv --target species -o penguins.safetensors
  $chainrule predict penguins.safetensors examples/data/penguins.csv
  $chainrule inspect penguins.safetensors
EOT
