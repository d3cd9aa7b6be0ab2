#!/usr/bin/env python3
"""Writes tests/golden/optimizers.json: a few steps of PyTorch's optimizers on a few parameters, in double.

    pip install torch && tools/make_optimizer_golden.py

The tests read the file and do not need PyTorch. The gradients are given, so that only the update is compared. Numbers
have 17 digits, enough for any double.

Definitions that differ: PyTorch adds weight_decay to the gradient in all of these but AdamW, while chainrule multiplies
the weights before the update in all of them; so only AdamW is compared with a weight decay. PyTorch's momentum
multiplies the whole velocity by the learning rate, chainrule only the new gradient: the same at a constant rate.
"""

import json
import math
from pathlib import Path

import torch

STEPS = 8
START = [0.5, -1.25, 3.0, 0.0, -0.001]

# Optimizer, learning rate, our hyper-parameters, the same optimizer in PyTorch.
CASES = [
    ("gradient_descent", 0.1, {}, lambda w, rate: torch.optim.SGD(w, lr=rate)),
    ("gradient_descent", 1e-3, {}, lambda w, rate: torch.optim.SGD(w, lr=rate)),
    ("momentum", 0.01, {"momentum": 0.9}, lambda w, rate: torch.optim.SGD(w, lr=rate, momentum=0.9)),
    ("momentum", 0.1, {"momentum": 0.5}, lambda w, rate: torch.optim.SGD(w, lr=rate, momentum=0.5)),
    ("nesterov", 0.01, {"momentum": 0.9}, lambda w, rate: torch.optim.SGD(w, lr=rate, momentum=0.9, nesterov=True)),
    ("nesterov", 0.1, {"momentum": 0.5}, lambda w, rate: torch.optim.SGD(w, lr=rate, momentum=0.5, nesterov=True)),
    ("rmsprop", 0.001, {"rho": 0.9, "epsilon": 1e-8},
     lambda w, rate: torch.optim.RMSprop(w, lr=rate, alpha=0.9, eps=1e-8)),
    ("rmsprop", 0.01, {"rho": 0.99, "epsilon": 0.1},
     lambda w, rate: torch.optim.RMSprop(w, lr=rate, alpha=0.99, eps=0.1)),
    ("adam", 0.001, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, lambda w, rate: torch.optim.Adam(w, lr=rate)),
    ("adam", 0.1, {"beta1": 0.8, "beta2": 0.95, "epsilon": 0.01},
     lambda w, rate: torch.optim.Adam(w, lr=rate, betas=(0.8, 0.95), eps=0.01)),
    ("adamw", 0.001, {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
     lambda w, rate: torch.optim.AdamW(w, lr=rate, weight_decay=0.01)),
    ("adamw", 0.1, {"beta1": 0.8, "beta2": 0.95, "epsilon": 0.01, "weight_decay": 0.5},
     lambda w, rate: torch.optim.AdamW(w, lr=rate, betas=(0.8, 0.95), eps=0.01, weight_decay=0.5)),
]


def gradients():
    """One row a step; of several sizes, with both signs and a 0."""
    return [[round(10.0 ** (i - 2) * math.sin(1 + 2 * step + 3 * i), 6) for i in range(len(START))]
            for step in range(STEPS)]


def parameters_after_each_step(make, rate):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([w], rate)
    rows = []
    for gradient in gradients():
        w.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        rows.append(w.detach().tolist())
    return rows


def main():
    document = {
        "made_by": "tools/make_optimizer_golden.py",
        "pytorch": torch.__version__.split("+")[0],
        "start": START,
        "gradients": gradients(),
        "cases": [{"optimizer": name, "learning_rate": rate, "options": options,
                   "parameters": parameters_after_each_step(make, rate)} for name, rate, options, make in CASES],
    }
    path = Path(__file__).resolve().parent.parent / "tests" / "golden" / "optimizers.json"
    path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
