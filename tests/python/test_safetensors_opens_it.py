#!/usr/bin/env python3
"""The reference implementation of safetensors opens a chainrule model file: tensors, shapes, metadata, checksums.

    test_safetensors_opens_it.py --binary build/release/bin/chainrule   trains a model with the program and opens it
    test_safetensors_opens_it.py --model m.safetensors                  opens this model

Exits with 77 (skipped) if safetensors is installed neither for this Python nor in build/venv.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

# One network: the cases are about tables, not about the choice of networks.
os.environ["CHAINRULE_PRESET"] = "textbook"

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = 77

try:
    import numpy
    import safetensors
    import safetensors.numpy
except ImportError:
    venv = ROOT / "build" / "venv" / "bin" / "python"
    # Do not resolve the link: Python finds its environment by this name.
    if venv.exists() and Path(sys.executable) != venv:
        os.execv(venv, [str(venv), *sys.argv])
    print("skipped: safetensors is not installed (tools/setup.sh makes build/venv)")
    sys.exit(SKIPPED)

METADATA_KEYS = {"format", "format_version", "network", "encoder", "schema", "loss", "provenance", "checksums",
                 "header_checksum"}


def expected_shapes(network):
    """Name -> shape of every tensor, from the description alone."""
    shapes = {}
    for i, layer in enumerate(network["layers"]):
        if layer["kind"] != "dense":
            continue
        shapes[f"layers.{i}.weight"] = [layer["inputs"], layer["outputs"]]
        if layer["bias"] == "present":
            shapes[f"layers.{i}.bias"] = [layer["outputs"]]
        if layer["parameter_use"] == "learnable":
            shapes[f"layers.{i}.activation"] = [layer["outputs"]]
    return shapes


def check_model(path):
    """Raises AssertionError where the file, read by safetensors, differs from docs/model-format.md."""
    tensors = safetensors.numpy.load_file(path)
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        assert sorted(file.keys()) == sorted(tensors)
    assert set(metadata) == METADATA_KEYS, sorted(metadata)
    assert all(isinstance(value, str) for value in metadata.values())
    assert metadata["format"] == "chainrule"
    assert metadata["format_version"] == "2"
    for part in ("network", "encoder", "schema", "loss", "provenance"):
        assert isinstance(json.loads(metadata[part]), dict), part

    shapes = expected_shapes(json.loads(metadata["network"]))
    shapes["encoder.numbers"] = [len(json.loads(metadata["encoder"])["inputs"]), 5]
    if "target.residuals" in tensors:  # a model of numbers with held-out rows
        residuals = tensors["target.residuals"]
        assert (numpy.diff(residuals[0]) > 0).all() and (numpy.diff(residuals[1:]) >= 0).all()
        assert residuals[0, 0] >= 1 and (residuals[1:] >= 0).all()
        targets = json.loads(metadata["encoder"])["target"]["columns"]
        shapes["target.residuals"] = [1 + len(targets), residuals.shape[1]]
        assert residuals.shape[1] <= 200
    if "provenance.row_hashes" in tensors:  # a model of a table
        hashes = tensors["provenance.row_hashes"]
        assert (numpy.diff(hashes) > 0).all()
        assert ((hashes >= 0) & (hashes < 2**53) & (hashes == numpy.floor(hashes))).all()
        rows = json.loads(metadata["provenance"])["training_rows"]
        shapes["provenance.row_hashes"] = [min(rows, 4096)]
    assert {name: list(tensor.shape) for name, tensor in tensors.items()} == shapes
    checksums = json.loads(metadata["checksums"])
    assert set(checksums) == set(tensors)
    for name, tensor in tensors.items():
        assert tensor.dtype in (numpy.float32, numpy.float64), name
        # The range of an input, the last two numbers, may be empty: from inf to -inf.
        assert numpy.isfinite(tensor[:, :3] if name == "encoder.numbers" else tensor).all(), name
        assert checksums[name] == f"{zlib.crc32(tensor.tobytes()):08x}", name

    # The container itself, as docs/model-format.md describes it.
    data = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = data[8:8 + length]
    assert (8 + length) % 64 == 0
    assert header.rstrip(b" ").endswith(b"}")
    key = b'"header_checksum":"'
    assert header.count(key) == 1
    digits = 8 + header.index(key) + len(key)
    zeroed = data[:digits] + b"00000000" + data[digits + 8:8 + length]
    assert metadata["header_checksum"] == f"{zlib.crc32(zeroed):08x}"
    assert len(data) == 8 + length + sum(tensor.nbytes for tensor in tensors.values())
    return tensors, metadata


def train_and_check(binary):
    with tempfile.TemporaryDirectory() as directory:
        table = Path(directory) / "table.csv"
        rows = ["length,colour,kind"]
        for i in range(60):
            rows.append(f"{i / 10},{('red', 'green')[i % 2]},{('small', 'large')[i >= 30]}")
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        for precision, dtype in (("float", numpy.float32), ("double", numpy.float64)):
            model = Path(directory) / f"{precision}.safetensors"
            subprocess.run([binary, "train", str(table), "--target", "kind", "--epochs", "3", "--hidden", "4",
                            "--precision", precision, "-o", str(model)],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            tensors, metadata = check_model(model)
            assert tensors.pop("encoder.numbers").dtype == numpy.float64
            assert tensors.pop("provenance.row_hashes").dtype == numpy.float64
            assert all(tensor.dtype == dtype for tensor in tensors.values())
            encoder = json.loads(metadata["encoder"])
            assert [column["name"] for column in encoder["inputs"]] == ["length", "colour"]
            assert encoder["target"]["columns"] == ["kind"]
            # Two columns for colour and one for length.
            assert tensors["layers.0.weight"].shape == (3, 4)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--binary", help="the chainrule program")
    what.add_argument("--model", help="a model file")
    options = parser.parse_args()
    if options.model:
        check_model(options.model)
    else:
        train_and_check(options.binary)
    print(f"safetensors {safetensors.__version__} reads the file as docs/model-format.md describes it")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"chainrule train failed with exit code {error.returncode}:\n{error.stderr.decode()}")
