"""The loss of all rows: its gradient against finite differences, and its minimum by L-BFGS."""

import numpy as np
import pytest

from chainrule import _native


def problem(outputs=3, rows=40, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 5))
    t = rng.normal(size=(rows, outputs))
    return x, t, rng.uniform(0.2, 2, size=rows)


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("mean_squared_error", "identity"),
        ("half_squared_error", "identity"),
        ("softmax_cross_entropy", "softmax"),
        ("binary_cross_entropy", "logistic"),
    ],
)
def test_gradients_of_several_outputs_equal_finite_differences(loss, output):
    x, t, weights = problem()
    if output != "identity":
        t = np.eye(3)[np.argmax(t, axis=1)]
    network = _native.NetworkFloat64.mlp(5, [4], 3, activations=["tanh"], output_activation=output, seed=2)

    def evaluate():
        result = _native.loss_and_gradient(network, _native.Loss(loss), x, t, weights, l2=0.3)
        return result["loss"], result["gradient"]

    _, gradient = evaluate()
    parameters, step = network.parameters, 1e-6
    for i in range(parameters.size):
        before = parameters[i]
        parameters[i] = before + step
        above, _ = evaluate()
        parameters[i] = before - step
        below, _ = evaluate()
        parameters[i] = before
        assert gradient[i] == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("dtype", "network_type"), [(np.float32, _native.NetworkFloat32),
                                                     (np.float64, _native.NetworkFloat64)])
def test_lbfgs_finds_the_least_squares_line(dtype, network_type):
    x, _, _ = problem()
    x = x.astype(dtype)
    t = (x @ np.arange(1, 6, dtype=dtype)[:, None]) + dtype(0.5)
    network = network_type.mlp(5, [], 1)
    result = _native.train_lbfgs(network, _native.Loss("mean_squared_error"), x, t, gradient_tolerance=1e-4)
    assert result["end"] in ("converged_gradient", "converged_loss")
    assert result["losses"] == sorted(result["losses"], reverse=True)
    assert len(result["losses"]) == result["iterations"] + 1
    assert network.parameters == pytest.approx([1, 2, 3, 4, 5, 0.5], abs=1e-3)


def test_a_callback_stops_and_its_error_comes_through():
    x, t, _ = problem()
    network = _native.NetworkFloat64.mlp(5, [4], 3, seed=1)
    seen = []

    def stop_at_three(iteration, loss, gradient_norm):
        seen.append((iteration, loss, gradient_norm))
        return iteration == 3

    result = _native.train_lbfgs(network, _native.Loss("mean_squared_error"), x, t, on_iteration=stop_at_three)
    assert result["end"] == "asked_to_stop"
    assert [iteration for iteration, *_ in seen] == [1, 2, 3]
    assert [loss for _, loss, _ in seen] == result["losses"][1:]

    def fail(*_):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        _native.train_lbfgs(network, _native.Loss("mean_squared_error"), x, t, on_iteration=fail)


def test_results_are_equal_on_any_number_of_threads():
    x, t, weights = problem(rows=9000)
    ends = []
    for threads in (1, 2, 3):
        network = _native.NetworkFloat64.mlp(5, [16], 3, seed=4)
        loss = _native.Loss("mean_squared_error")
        _native.train_lbfgs(network, loss, x, t, weights, max_iterations=5, threads=threads)
        ends.append(network.parameters.copy())
    assert np.array_equal(ends[0], ends[1])
    assert np.array_equal(ends[0], ends[2])
