#!/usr/bin/env python3
"""Writes the initial inputs of the fuzz targets: fuzz/corpus/NAME/*, each small and of a different kind.

    fuzz/make_corpus.py --binary build/release/bin/chainrule

Inputs that fuzzing found are added by hand (found-*); this script leaves them alone.
"""
import argparse
import gzip
import json
import struct
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def write(name, label, data):
    folder = HERE / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / label).write_bytes(data if isinstance(data, bytes) else data.encode())


def unsealed(model):
    """Header without padding, a zero byte, tensors: the form that model_fuzz.cpp seals."""
    (length,) = struct.unpack_from("<Q", model)
    return model[8:8 + length].rstrip(b" ") + b"\0" + model[8 + length:]


def models(binary):
    tables = {
        "classes": ("x,colour,y\n" + "".join(f"{i}.5,{'rgb'[i % 3]},{'abc'[i % 3]}\n" for i in range(12)), []),
        "binary": ("x,y\n" + "".join(f"{i},{'no' if i % 2 else 'yes'}\n" for i in range(12)), ["--hidden", "2"]),
        "regression": ("x,y\n" + "".join(f"{i},{2.5 * i + 1}\n" for i in range(12)), ["--precision", "double"]),
        "two_targets": ("x,y,z\n" + "".join(f"{i},{i * i},{-i}\n" for i in range(12)), ["--target", "y,z"]),
        "rbf": ("x,y\n" + "".join(f"{i},{'no' if i % 2 else 'yes'}\n" for i in range(12)), ["--model", "rbf"]),
        "perceptron": ("x,y\n" + "".join(f"{i},{'no' if i < 5 else 'yes'}\n" for i in range(12)),
                       ["--model", "perceptron"]),
        "prelu_dropout": ("x,y\n" + "".join(f"{i},{'no' if i % 2 else 'yes'}\n" for i in range(12)),
                          ["--hidden", "3,2", "--activation", "prelu", "--dropout", "0.25"]),
        "no_header": ("".join(f"{i},?,{i % 4}\n" for i in range(12)), ["--hidden", "2"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        for label, (text, options) in tables.items():
            table, model = Path(folder) / "t.csv", Path(folder) / "m.safetensors"
            table.write_text(text)
            command = [binary, "train", table, "-o", model, "--quiet", *options]
            if "--model" not in options:
                command += ["--preset", "textbook", "--epochs", "1"]
            if "--hidden" not in options and "--model" not in options:
                command += ["--hidden", "2"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            write("model", f"{label}.unsealed", unsealed(model.read_bytes()))
            if label == "binary":
                write("model", f"{label}.safetensors", model.read_bytes())
                write("model", "cut.safetensors", model.read_bytes()[:-3])
    write("model", "zip", b"PK\x03\x04" + bytes(20))
    write("model", "no_metadata.unsealed", "{}")
    write("model", "deep.unsealed", '{"a":' + "[" * 70 + "]" * 70 + "}")


def checkpoints(binary):
    with tempfile.TemporaryDirectory() as folder:
        table, kept = Path(folder) / "t.csv", Path(folder) / "c" / "checkpoint.safetensors"
        table.write_text("x,y\n" + "".join(f"{i},{'no' if i % 2 else 'yes'}\n" for i in range(12)))
        for label, options in {
            "adam": [], "plain": ["--optimizer", "gradient_descent", "--validation", "none"],
            "halve": ["--on-divergence", "halve", "--precision", "double", "--schedule", "plateau"],
        }.items():
            # The time budget ends the training after its first step.
            subprocess.run([Path(binary).resolve(), "train", "t.csv", "-o", "m", "--quiet", "--hidden", "2",
                            "--batch-size", "2", "--time-budget", "0.000001s", "--checkpoint", "c", *options],
                           check=True, stdout=subprocess.DEVNULL, cwd=folder)
            write("checkpoint", f"{label}.unsealed", unsealed(kept.read_bytes()))
            if label == "adam":
                write("checkpoint", "cut.safetensors", kept.read_bytes()[:-3])
            kept.unlink()
    write("checkpoint", "no_metadata.unsealed", "{}")


def csvs():
    texts = {
        "header": "a,b,c\n1,x,2.5\n2,y,\n3,x,-1e3\n",
        "no_header": "1,2\n3,4\n5,6\n",
        "quotes": 'a,"b ""c"""\n1,"x\ny"\n2,"z,w"\n',
        "crlf": "a;b\r\n1;2\r\n\r\n3;NA\r\n",
        "cr": "a\tb\r1\t2\r3\tNaN\r",
        "byte_order_mark": "\ufeffa|b\n1|2\n",
        "turns_to_words": "a,b\n" + "1,1\n" * 12 + "x,2\ny,3\n",
        "open_quote": 'a,b\n1,"x\n',
        "ragged": "a,b\n1,2\n1\n",
        "numbers": "x\n-0\n1e308\n0x10\n1_000\n+5\n.5\n5.\n1e-400\n9007199254740993\n",
        "unicode": "näme,字\nä,1\n€,2\n",
        "huge": "x,y\n3.5e38,1\n",
        "inf": "x,y\ninf,1\n",
        "dates": "when,y\n2024-01-02,1\n2024-02-03,2\n",
        "one_column": "x\n\n1\n\n2\n",
        "twice": "a,a\n1,2\n",
        "nul": "a,b\n1,\x00\n",
    }
    for label, text in texts.items():
        for choice in (0, 0x61, 0xA6):
            write("csv", f"{label}-{choice:02x}", bytes([choice]) + text.encode())
    write("csv", "sep_not_utf8", b"\xa6sep=\xbb\n")
    write("csv", "latin1", b"\x00name,x\nM\xfcller,1\n")
    write("csv", "utf16", b"\x00" + "a,b\n1,2\n".encode("utf-16"))
    write("csv", "gzip", b"\x40" + gzip.compress(b"a,b\n1,2\n", mtime=0))
    damaged = bytes.fromhex("1f8b0800d4493b3130303b3b305d49")  # after rows that do not fit each other
    write("csv", "gzip_damaged_later", b"\x35" + damaged)


def row_formats():
    texts = {
        "libsvm": (0, "+1 1:0.5 3:-2e1 # c\n\n-1 2:nan\n"),
        "libsvm_queries": (4, "2 qid:1 0:1 1:2\n1 qid:2 1:3\n"),
        "libsvm_descends": (8, "1 2:1 1:1\n"),
        "arff": (1, "% c\n@relation r\n@attribute a real\n@attribute 'b c' {x, 'y z'}\n@data\n1.5,x\n?,'y z'\n"),
        "arff_sparse": (5, "@relation r\n@attribute a numeric\n@attribute b {x,y}\n@data\n{0 5, 1 y}\n{}\n"),
        "arff_open_quote": (9, "@relation r\n@attribute a string\n@data\n'x\n"),
        "json_lines": (2, '{"a": 1.5, "b": "x\\u00e9", "c": null}\n{"b": "y", "d": {"e": true}}\n'),
        "json_array": (6, '[{"a": 1}, {"a": -2E1, "b": NaN}]'),
        "json_cut": (10, '{"a": "x'),
        "json_list": (14, '{"a": [1, 2]}'),
        "fann": (3, "2 2 1\n0 1\n1\n1 1\n0\n"),
        "fann_cut": (7, "2 2 1\n0 1\n"),
    }
    for label, (choice, text) in texts.items():
        write("row_formats", label, bytes([choice]) + text.encode())


def idxs():
    def idx(kind, sizes, values):
        return bytes([0, 0, kind, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes) + values

    write("idx", "labels", idx(8, [4], bytes([1, 2, 0, 1])))
    write("idx", "pictures", idx(8, [2, 2, 3], bytes(range(12))))
    write("idx", "signed", idx(9, [2, 2], bytes([0, 255, 1, 128])))
    write("idx", "short", idx(0x0B, [2], struct.pack(">hh", 1, -2)))
    write("idx", "int", idx(0x0C, [2], struct.pack(">ii", 1, -2)))
    write("idx", "float", idx(0x0D, [1, 2], struct.pack(">ff", 1.5, -0.0)))
    write("idx", "double", idx(0x0E, [2, 1], struct.pack(">dd", 1.5, 1e300)))
    write("idx", "not_a_number", idx(0x0D, [1], struct.pack(">f", float("nan"))))
    write("idx", "huge", idx(8, [0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF], b"x"))
    write("idx", "no_rows", idx(8, [0, 28, 28], b""))
    write("idx", "cut", idx(8, [4], bytes([1, 2])))
    write("idx", "longer", idx(8, [1], bytes([1, 2])))
    write("idx", "gzip", gzip.compress(idx(8, [2, 2], bytes([1, 2, 3, 4])), mtime=0))


def npys():
    def npy(header, values, version=1):
        text = header.encode() + b"\n"
        length = struct.pack("<H", len(text)) if version == 1 else struct.pack("<I", len(text))
        return bytes([version, 0]) + length + text + values

    def described(descr, shape, order=False):
        return f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"

    write("npy", "f8", npy(described("<f8", "(2, 2)"), struct.pack("<dddd", 1, 2.5, -0.0, 4)))
    write("npy", "fortran", npy(described("<f8", "(2, 2)", True), struct.pack("<dddd", 1, 2, 3, 4)))
    write("npy", "big_endian", npy(described(">f4", "(3,)"), struct.pack(">fff", 1, 2, 3)))
    write("npy", "bytes", npy(described("|u1", "(4,)"), bytes([0, 1, 2, 255])))
    write("npy", "bool", npy(described("|b1", "(2,)"), bytes([0, 1])))
    write("npy", "int64", npy(described("<i8", "(2, 1)"), struct.pack("<qq", 2**62, -1)))
    write("npy", "version_2", npy(described("<i2", "(1, 3)"), struct.pack("<hhh", 1, 2, 3), 2))
    write("npy", "object", npy(described("|O", "(1,)"), b"\x80\x04K\x01."))
    write("npy", "huge", npy(described("<f8", "(18446744073709551615, 2)"), b""))
    write("npy", "three_dimensions", npy(described("<f8", "(1, 1, 1)"), struct.pack("<d", 1)))
    write("npy", "cut", npy(described("<f8", "(2,)"), struct.pack("<d", 1)))
    write("npy", "no_shape", npy("{'descr': '<f8', 'fortran_order': False, }", b""))


def networks(binary):
    shown = subprocess.run([binary, "explain", "--example", "004", "--format", "json"], check=True,
                           capture_output=True).stdout
    write("network_json", "worked", json.dumps(json.loads(shown), separators=(",", ":"))[:4000])
    plain = {"sizes": [2, 2, 1], "activations": ["logistic", "tanh"], "loss": "half_squared_error", "eta": 0.1,
             "W": [[[0.1, 0.2], [0.3, -0.4]], [[0.5, 0.6]]], "b": [[0, 0.1], [0.2]],
             "samples": [{"x": [1, 2], "t": [1]}]}
    write("network_json", "plain", json.dumps(plain))
    write("network_json", "two_samples", json.dumps(
        {**plain, "samples": plain["samples"] * 2, "reduction": "sum", "lambda": 0.01, "decay": 0.5}))
    write("network_json", "softmax", json.dumps(
        {"sizes": [2, 2], "activations": ["softmax"], "loss": "cross_entropy", "eta": 1, "W": [[[1, 2], [3, 4]]],
         "b": [[0, 0]], "samples": [{"x": [1, 0.5], "t": [0, 1]}]}))
    write("network_json", "prelu", json.dumps(
        {**plain, "activations": [{"name": "prelu", "learnable": [0.1, 0.2]}, {"name": "elu", "parameter": 1.5}]}))
    write("network_json", "units", json.dumps({**plain, "activations": [["relu", "sign"], "identity"]}))
    write("network_json", "rbf", json.dumps(
        {"sizes": [1, 2, 1], "centres": [[0], [1]], "widths": [1, 2], "activations": ["identity"],
         "loss": "squared_error", "eta": 0.1, "W": [[[1, 2]]], "b": [[0]], "samples": [{"x": [0.5], "t": [1]}]}))
    write("network_json", "infinite", json.dumps({**plain, "activations": ["identity", "identity"],
                                                  "W": [[[1e308, 1e308], [0, 0]], [[1e308, 1]]]}))
    write("network_json", "misspelt", json.dumps({**plain, "samlpes": 1, "W": []}))
    write("network_json", "too_large", json.dumps({**plain, "sizes": [2, 1000000000, 1]}))


def expressions():
    for label, text in {
        "lecture": "(x+y)*z", "sigmoid": "1/(1+exp(-(w0*x0+w1*x1+w2)))", "power": "x^2^y - -3^2",
        "functions": "log(sin(x)+2)*cos(y)/tanh(z)+relu(-x)+sigmoid(max(x,y))", "numbers": "1e3+.5+2.e-2*1e308",
        "division": "1/0", "shared": "(x+y)*(x+y)+(x+y)", "signs": "---+x", "names": "f+n1+n2*f", "open": "max(x,",
        "deep": "(" * 60 + "x" + ")" * 60, "unknown": "sine(x)", "utf8": "x × y", "double": "a*a*a", "zero": "-0*x",
    }.items():
        write("expression", label, text)


def trials():
    head = '{"folds":3,"search":"0123456789abcdef","trials_format":1}\n'
    line = ('{"epochs":22,"failure":"","fold":0,"loss":0.25,"options":{"hidden":"64,32","learning-rate":"0.001"},'
            '"score":0.9,"seconds":0.5,"seed":1,"trial":1}\n')
    failed = line.replace('"failure":""', '"failure":"the numbers"').replace('"score":0.9', '"score":null')
    for label, text in {
        "plain": head + line, "failed": head + failed, "empty": head, "none": "", "cut": head + line[:40],
        "no_head": line, "format": head.replace(":1}", ":2}"),
        "negative": head + line.replace('"trial":1', '"trial":-1'),
    }.items():
        write("trials", label, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the program, which writes models and worked networks")
    binary = parser.parse_args().binary
    models(binary)
    checkpoints(binary)
    csvs()
    row_formats()
    idxs()
    npys()
    networks(binary)
    expressions()
    trials()


if __name__ == "__main__":
    main()
