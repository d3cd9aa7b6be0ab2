#!/bin/bash
# make_files.sh PROGRAM FOLDER: writes the models, predictions and the checkpoint of this version of the format
# into FOLDER, from the tables in 0.1.0.
set -eu
program=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
cd "$2"
for table in numbers classes binary labels categories; do
  [ -e $table.csv ] || cp "$here/0.1.0/$table.csv" .
done
train() { "$program" train "$@" --seed 3 --quiet > /dev/null; }
train numbers.csv --hidden 4 --epochs 60 -o numbers.safetensors
train numbers.csv --hidden 4 --epochs 60 --precision double -o numbers_double.safetensors
train classes.csv --hidden 4 --epochs 60 -o classes.safetensors
train binary.csv --hidden 4 --epochs 60 --scaling min_max -o binary.safetensors
train labels.csv --target red,round --hidden 4 --epochs 60 -o labels.safetensors
train categories.csv --target species --hidden 4 --epochs 60 -o categories.safetensors
train classes.csv --model rbf --centres 5 -o rbf.safetensors
train classes.csv --model perceptron --epochs 50 -o perceptron.safetensors
predict() { "$program" predict "$1.safetensors" "$2.csv" --quiet "${@:3}" > "$1.predictions.csv"; }
predict numbers numbers
predict numbers_double numbers
predict classes classes --probabilities
predict binary binary --probabilities
predict labels labels --probabilities
predict categories categories --probabilities
predict rbf classes --probabilities
predict perceptron classes

# Stops in the middle of epoch 26: a library that is loaded first sends SIGTERM at the first checkpoint.
stop=$(mktemp -d)
trap 'rm -rf "$stop"' EXIT
cat > "$stop/stop.c" <<'EOF'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <string.h>
int rename(const char* from, const char* to) {
  int (*next)(const char*, const char*) = dlsym(RTLD_NEXT, "rename");
  const int result = next(from, to);
  if (strstr(to, "checkpoint.safetensors") != NULL) raise(SIGTERM);
  return result;
}
EOF
${CC:-cc} -shared -fPIC -o "$stop/stop.so" "$stop/stop.c" -ldl
rm -rf run
LD_PRELOAD="$stop/stop.so" train categories.csv --target species --hidden 4 --epochs 60 -o finished.safetensors \
  --checkpoint run --every 25 || true
rm -f finished.safetensors run/checkpoint.lock
