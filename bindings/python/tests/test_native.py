"""The compiled module alone: arrays in and out, errors, training."""

import numpy as np
import pytest

import chainrule
from chainrule import _native

KINDS = [
    (np.float32, _native.NetworkFloat32, _native.TrainerFloat32),
    (np.float64, _native.NetworkFloat64, _native.TrainerFloat64),
]


def xor(dtype):
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype)
    return x, np.array([[0], [1], [1], [0]], dtype)


@pytest.mark.parametrize(("dtype", "network_type", "trainer_type"), KINDS)
def test_xor_is_learned_epoch_by_epoch(dtype, network_type, trainer_type):
    x, t = xor(dtype)
    network = network_type.mlp(2, [8], 1, activations=["tanh"], output_activation="logistic", seed=3)
    trainer = trainer_type(network, _native.Loss("binary_cross_entropy"), _native.Optimizer("adam"))
    losses = trainer.train(x, t, batch_size=4, learning_rate=0.05, epochs=300)["loss"]
    assert losses[-1] < 0.05 < losses[0]
    answers = network.predict(x)
    assert answers.dtype == dtype
    assert np.array_equal(answers > 0.5, t > 0.5)
    assert trainer.steps == 300


@pytest.mark.parametrize(("dtype", "network_type", "trainer_type"), KINDS)
def test_parameters_are_the_network_s_own(dtype, network_type, trainer_type):
    network = network_type.mlp(2, [3], 1)
    parameters = network.parameters
    assert parameters.dtype == dtype
    parameters[:] = 0
    assert not network.predict(np.ones((5, 2), dtype)).any()
    copy = network.copy()
    copy.parameters[:] = 1
    assert not parameters.any()
    names = [name for name, *_ in network.segments]
    assert names == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]


def test_columns_of_a_wider_array_are_read_in_place():
    wide = np.arange(12, dtype=np.float64).reshape(3, 4)
    network = _native.NetworkFloat64.mlp(2, [], 1, seed=1)
    assert np.array_equal(network.predict(wide[:, 1:3]), network.predict(wide[:, 1:3].copy()))
    with pytest.raises(chainrule.StateError, match="do not lie in one piece"):
        network.predict(wide[:, ::2])


def test_errors_are_python_s_with_their_parts():
    x, t = xor(np.float64)
    network = _native.NetworkFloat64.mlp(2, [3], 1)
    trainer = _native.TrainerFloat64(network, _native.Loss("mean_squared_error"), _native.Optimizer("momentum"))
    with pytest.raises(chainrule.StateError) as error:
        trainer.train(x[:, :1], t, batch_size=2, learning_rate=0.1)
    assert error.value.expected == "rows of 2 inputs and 1 target"
    assert isinstance(error.value, ValueError)
    with pytest.raises(chainrule.UsageError, match="unknown loss"):
        _native.Loss("cross")
    with pytest.raises(chainrule.NonFiniteError, match="diverged") as error:
        for _ in range(100):
            trainer.train(x, t, batch_size=2, learning_rate=1e30)
    assert "smaller learning_rate" in error.value.advice


def test_a_trainer_continues_from_its_state():
    x, t = xor(np.float64)

    def new():
        network = _native.NetworkFloat64.mlp(2, [4], 1, seed=5)
        return network, _native.TrainerFloat64(network, _native.Loss("mean_squared_error"), _native.Optimizer("adam"))

    whole, trainer = new()
    for _ in range(6):
        trainer.train(x, t, batch_size=3, learning_rate=0.01)
    first, trainer = new()
    for _ in range(3):
        trainer.train(x, t, batch_size=3, learning_rate=0.01)
    second, other = new()
    second.parameters[:] = first.parameters
    other.set_state(*trainer.state())
    for _ in range(3):
        other.train(x, t, batch_size=3, learning_rate=0.01)
    assert np.array_equal(whole.parameters, second.parameters)


def test_threads_change_no_bit():
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(600, 40)), rng.normal(size=(600, 3))
    parameters = []
    for threads in (1, 2, 3):
        network = _native.NetworkFloat64.mlp(40, [300, 100], 3)
        trainer = _native.TrainerFloat64(
            network, _native.Loss("mean_squared_error"), _native.Optimizer("adam"), threads=threads
        )
        trainer.train(x, t, batch_size=200, learning_rate=1e-3)
        parameters.append(network.parameters.copy())
    assert np.array_equal(parameters[0], parameters[1])
    assert np.array_equal(parameters[0], parameters[2])


@pytest.mark.parametrize(
    "rows, targets, weights, got",
    [
        (4, 3, None, "4 rows of 2 inputs and 1 target, 3 rows of targets"),
        (4, 4, 2, "4 rows of 2 inputs and 1 target, 2 weights"),
        (0, 0, None, "0 rows of 2 inputs and 1 target"),
    ],
)
def test_a_trainer_refuses_other_numbers_of_targets_and_weights(rows, targets, weights, got):
    network = _native.NetworkFloat64.mlp(2, [3], 1)
    trainer = _native.TrainerFloat64(network, _native.Loss("mean_squared_error"), _native.Optimizer("adam"))
    w = None if weights is None else np.ones(weights)
    with pytest.raises(chainrule.StateError) as error:
        trainer.train(np.ones((rows, 2)), np.ones((targets, 1)), w, batch_size=2, learning_rate=0.1)
    assert error.value.got == got
