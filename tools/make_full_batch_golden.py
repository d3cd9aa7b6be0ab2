#!/usr/bin/env python3
"""Writes tests/golden/full_batch.json: the first steps of the optimizers that need all rows, calculated with numpy.

    pip install numpy && tools/make_full_batch_golden.py

Written from the papers, independently of the library: dense matrices in the place of recursions, and derivatives by
complex steps in the place of back-propagation. The network has 2 inputs, 3 tanh units and 2 outputs; the loss is the
mean squared error of weighted rows with an L2 penalty on the weights. Numbers have 17 digits.

L-BFGS is compared where the first step tried, t = 1, meets the Wolfe conditions, since a line search is free in how it
goes on otherwise; the tool checks that it does.
"""

import json
from pathlib import Path

import numpy as np

INPUTS, HIDDEN, OUTPUTS, ROWS, L2, STEPS = 2, 3, 2, 12, 0.01, 8


def data():
    rng = np.random.default_rng(4)
    x = np.round(rng.uniform(-1, 1, (ROWS, INPUTS)), 3)
    t = np.round(np.stack([np.sin(2 * x[:, 0]) - x[:, 1], x[:, 0] * x[:, 1]], axis=1), 3)
    v = np.array([1, 2, 0.5, 1, 1, 0, 3, 1, 1, 0.25, 1, 1])
    w = np.round(rng.uniform(-0.8, 0.8, INPUTS * HIDDEN + HIDDEN + HIDDEN * OUTPUTS + OUTPUTS), 3)
    return x, t, v, w


X, T, V, START = data()
N = len(START)
# The penalty applies to weights, not to biases.
PENALISED = np.array([1] * INPUTS * HIDDEN + [0] * HIDDEN + [1] * HIDDEN * OUTPUTS + [0] * OUTPUTS)


def outputs(w):
    a, b = INPUTS * HIDDEN, INPUTS * HIDDEN + HIDDEN
    c = b + HIDDEN * OUTPUTS
    hidden = np.tanh(X @ w[:a].reshape(INPUTS, HIDDEN) + w[a:b])
    return hidden @ w[b:c].reshape(HIDDEN, OUTPUTS) + w[c:]


def f(w):
    errors = ((outputs(w) - T) ** 2).mean(axis=1)
    return (V * errors).sum() / V.sum() + L2 / 2 * (PENALISED * w * w).sum()


def complex_steps(function, w):
    columns = []
    for i in range(N):
        z = w.astype(complex)
        z[i] += 1e-30j
        columns.append(np.imag(function(z)) / 1e-30)
    return np.stack(columns, axis=-1)


def g(w):
    return complex_steps(f, w)


def squared_jacobian(w):
    j = complex_steps(outputs, w)  # [rows][outputs][parameters]
    shares = V / V.sum() * 2 / OUTPUTS
    return np.einsum("r,rki,rkj->ij", shares, j, j) + L2 * np.diag(PENALISED)


def lbfgs():
    w, gradient, points = START.copy(), g(START), []
    pairs = []
    for step in range(STEPS):
        if pairs:
            s, y = pairs[-1]
            h = np.eye(N) * (s @ y) / (y @ y)
            for s, y in pairs:  # the BFGS formula, pair by pair
                r = 1 / (s @ y)
                left = np.eye(N) - r * np.outer(s, y)
                h = left @ h @ left.T + r * np.outer(s, s)
            d, t = -h @ gradient, 1
        else:
            d, t = -gradient, min(1, 1 / np.linalg.norm(gradient))
        new = w + t * d
        slope, gradient_there = gradient @ d, g(new)
        assert f(new) <= f(w) + 1e-4 * t * slope and abs(gradient_there @ d) <= -0.9 * slope, step
        pairs.append((new - w, gradient_there - gradient))
        w, gradient = new, gradient_there
        points.append(w)
    return points


def scg():
    w, points = START.copy(), []
    scale, raised, success, k, n = 1e-6, 0.0, True, 0, N
    r = -g(w)
    p = r.copy()
    while len(points) < STEPS:
        k += 1
        square = p @ p
        if success:
            e = 1e-4 / np.sqrt(square)
            curvature = p @ (g(w + e * p) - g(w)) / e
        curvature += (scale - raised) * square
        if curvature <= 0:
            raised = 2 * (scale - curvature / square)
            curvature = -curvature + scale * square
            scale = raised
        m = p @ r
        a = m / curvature
        comparison = 2 * curvature * (f(w) - f(w + a * p)) / m**2
        success = comparison >= 0
        if success:
            w = w + a * p
            r_new = -g(w)
            raised = 0.0
            p = r_new if k % n == 0 else r_new + (r_new @ r_new - r_new @ r) / m * p
            r = r_new
            if comparison >= 0.75:
                scale /= 4
            points.append(w)
        else:
            raised = scale
        if comparison < 0.25:
            scale += curvature * (1 - comparison) / square
    return points


def irprop_plus():
    w, points = START.copy(), []
    sizes, steps, before, loss_before = np.full(N, 0.0125), np.zeros(N), np.zeros(N), f(START)
    for _ in range(40):
        gradient, loss = g(w), f(w)
        w = w.copy()
        for i in range(N):
            agreement = gradient[i] * before[i]
            if agreement < 0:
                sizes[i] *= 0.5
                if loss > loss_before:
                    w[i] -= steps[i]
                before[i] = 0
                continue
            if agreement > 0:
                sizes[i] = min(sizes[i] * 1.2, 50)
            steps[i] = -np.sign(gradient[i]) * sizes[i]
            w[i] += steps[i]
            before[i] = gradient[i]
        loss_before = loss
        points.append(w)
    return points


def levenberg_marquardt():
    w, damping, points = START.copy(), 0.01, []
    for _ in range(STEPS):
        h, gradient = squared_jacobian(w), g(w)
        while True:
            new = w - np.linalg.solve(h + damping * np.eye(N), gradient)
            if f(new) < f(w):
                break
            damping *= 10
        w, damping = new, damping / 10
        points.append(w)
    return points


def main():
    cases = {"lbfgs": lbfgs(), "scg": scg(), "irprop_plus": irprop_plus(), "levenberg_marquardt": levenberg_marquardt()}
    document = {
        "made_by": "tools/make_full_batch_golden.py",
        "numpy": np.__version__,
        "inputs": X.tolist(),
        "targets": T.tolist(),
        "row_weights": V.tolist(),
        "hidden": HIDDEN,
        "l2": L2,
        "start": START.tolist(),
        "squared_jacobian": squared_jacobian(START).tolist(),
        "cases": [{"optimizer": name,
                   "losses": [float(f(w)) for w in points],
                   "parameters": [w.tolist() for w in points]} for name, points in cases.items()],
    }
    path = Path(__file__).resolve().parent.parent / "tests" / "golden" / "full_batch.json"
    path.write_text(json.dumps(document, indent=1) + "\n")
    for name, points in cases.items():
        print(name, float(f(START)), "->", float(f(points[-1])))


if __name__ == "__main__":
    main()
