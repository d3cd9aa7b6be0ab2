"""Network and Trainer: views into the parameters, and single steps with all their values."""

import copy
import pickle

import numpy as np
import pytest

import chainrule

DTYPES = ["float32", "float64"]


def xor(dtype="float64"):
    return np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype), np.array([0, 1, 1, 0], dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_network_is_described_and_its_numbers_are_views(dtype):
    network = chainrule.Network.mlp(2, [3, 4], 1, activations=["tanh", "relu"], dtype=dtype)
    assert repr(network) == f"Network(2 -> dense 3 tanh -> dense 4 relu -> dense 1 identity, 30 parameters, {dtype})"
    assert [w.shape for w in network.weights] == [(2, 3), (3, 4), (4, 1)]
    assert [b.shape for b in network.biases] == [(3,), (4,), (1,)]
    assert list(network.segments) == [f"layers.{i}.{part}" for i in range(3) for part in ("weight", "bias")]
    network.weights[2][:] = 0
    network.biases[2][:] = 7
    assert network.predict([[1, 2], [3, 4]]).tolist() == [[7], [7]]
    copy = network.copy()
    copy.parameters[:] = 0
    assert network.biases[2][0] == 7


def test_a_summary_counts_every_parameter():
    network = chainrule.Network.mlp(10, [20], 3, dropout=0.5, output_activation="softmax")
    lines = network.summary().splitlines()
    assert len(lines) == 5
    assert "dense 20 relu" in lines[1] and lines[1].endswith(" 220")
    assert "dropout 0.5" in lines[2] and lines[2].endswith(" 0")
    assert lines[4].split()[-1] == "283"


def test_the_forward_pass_is_the_one_that_numpy_calculates():
    network = chainrule.Network.mlp(3, [5], 2, activations="tanh", dtype="float64", seed=3)
    x = np.random.default_rng(0).normal(size=(7, 3))
    (w1, w2), (b1, b2) = network.weights, network.biases
    expected = np.tanh(x @ w1 + b1) @ w2 + b2
    np.testing.assert_allclose(network.predict(x), expected, rtol=1e-12)
    np.testing.assert_array_equal(network.predict(x, at_pre_activation=True), network.predict(x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_predictions_follow_the_parameters_and_the_options_of_every_call(dtype):
    network = chainrule.Network.mlp(3, [40], 2, activations="tanh", output_activation="logistic", dtype=dtype, seed=5)
    x = np.random.default_rng(0).normal(size=(700, 3)).astype(dtype)
    trainer = chainrule.Trainer(network, learning_rate=0.1)
    changes = [
        lambda: None,
        lambda: network.weights[0].__setitem__((0, 0), 2.0),
        lambda: network.parameters.__imul__(0.5),
        lambda: trainer.step(x, np.full((700, 2), 0.5, dtype)),
    ]
    for change in changes:
        change()
        for at_pre_activation in (False, True, False):
            expected = network.copy().predict(x, at_pre_activation=at_pre_activation)
            for options in ({}, {"threads": 2}, {"threads": 3}, {}):
                predicted = network.predict(x, at_pre_activation=at_pre_activation, **options)
                np.testing.assert_array_equal(predicted, expected)
            np.testing.assert_array_equal(network.predict(x[:1], at_pre_activation=at_pre_activation), expected[:1])
    with pytest.raises(chainrule.StateError):
        network.predict(np.zeros((4, 2), dtype))
    np.testing.assert_array_equal(network.predict(x), expected)


def test_z_a_delta_and_gradients_keep_the_four_core_formulas():
    network = chainrule.Network.mlp(3, [5], 2, activations="tanh", dtype="float64", seed=4)
    rng = np.random.default_rng(1)
    x, t = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    step = network.loss_and_gradient(x, t, loss="half_squared_error", keep=True)
    first, last = step.layers
    np.testing.assert_allclose(first["z"], x @ network.weights[0] + network.biases[0], rtol=1e-12)
    np.testing.assert_allclose(first["a"], np.tanh(first["z"]), rtol=1e-12)
    # BP-1 with the mean over 6 rows, BP-2, BP-3, BP-4
    np.testing.assert_allclose(last["delta"], (last["a"] - t) / 6, rtol=1e-12)
    below = (last["delta"] @ network.weights[1].T) * (1 - first["a"] ** 2)
    np.testing.assert_allclose(first["delta"], below, rtol=1e-10)
    np.testing.assert_allclose(step.gradients["layers.1.weight"], first["a"].T @ last["delta"], rtol=1e-10)
    np.testing.assert_allclose(step.gradients["layers.0.bias"], first["delta"].sum(axis=0), rtol=1e-10, atol=1e-15)
    assert step.loss == pytest.approx(0.5 * ((last["a"] - t) ** 2).sum(axis=1).mean(), rel=1e-12)
    assert (step.rows, step.learning_rate) == (6, 0.0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_step_of_gradient_descent_subtracts_rate_times_gradient(dtype):
    x, t = xor(dtype)
    network = chainrule.Network.mlp(2, [4], 1, activations="tanh", output_activation="logistic", dtype=dtype)
    before = network.parameters.copy()
    gradient = network.loss_and_gradient(x, t)
    trainer = chainrule.Trainer(network, optimizer="gradient_descent", learning_rate=0.5)
    step = trainer.step(x, t, keep=True)
    flat = np.concatenate([part.ravel() for part in step.gradients.values()])
    np.testing.assert_allclose(network.parameters, before - np.asarray(0.5, dtype) * flat, rtol=1e-5, atol=1e-7)
    assert step.loss == pytest.approx(gradient.loss, rel=1e-6)
    assert step.gradient_norm == pytest.approx(gradient.gradient_norm, rel=1e-5)
    assert (step.learning_rate, step.rows, trainer.steps) == (0.5, 4, 1)
    assert [sorted(layer) for layer in step.layers] == [["a", "delta", "z"]] * 2


def test_steps_learn_xor_and_cost_nothing_extra_unless_asked():
    x, t = xor()
    options = {"activations": "tanh", "output_activation": "logistic", "dtype": "float64", "seed": 3}
    network = chainrule.Network.mlp(2, [8], 1, **options)
    trainer = chainrule.Trainer(network, learning_rate=0.05)
    steps = [trainer.step(x, t) for _ in range(300)]
    assert steps[-1].loss < 0.05 < steps[0].loss
    assert steps[0].gradients == {} and steps[0].layers == []
    assert np.array_equal(network.predict(x)[:, 0] > 0.5, t > 0.5)


def test_penalty_clipping_weights_and_rate_of_one_step_take_effect():
    x, t = xor()
    network = chainrule.Network.mlp(2, [3], 1, dtype="float64")
    plain = network.loss_and_gradient(x, t)
    heavy = chainrule.Trainer(network.copy(), l2=1.0).step(x, t)
    assert heavy.loss > plain.loss
    clipped = chainrule.Trainer(network.copy(), clip_norm=1e-3).step(x, t, keep=True)
    assert np.sqrt(sum((g**2).sum() for g in clipped.gradients.values())) == pytest.approx(1e-3)
    alone = network.loss_and_gradient(x[1:2], t[1:2])
    weighted = network.loss_and_gradient(x, t, [0, 1, 0, 0])
    assert weighted.loss == pytest.approx(alone.loss)
    assert chainrule.Trainer(network.copy()).step(x, t, learning_rate=0.25).learning_rate == 0.25


def test_radial_basis_functions_have_centres_and_widths():
    network = chainrule.Network.rbf(2, 3, 1, dtype="float64")
    assert network.segments["layers.0.centre"].shape == (2, 3)
    assert "rbf 3" in repr(network)
    x, t = xor()
    assert set(network.loss_and_gradient(x, t).gradients) == set(network.segments)


def test_errors_name_the_fault():
    network = chainrule.Network.mlp(2, [3], 1)
    with pytest.raises(chainrule.StateError, match="do not fit the network"):
        network.loss_and_gradient([[1, 2, 3]], [1])
    with pytest.raises(chainrule.StateError, match="1 row of targets"):
        chainrule.Trainer(network).step([[1, 2], [3, 4]], [1])
    with pytest.raises(chainrule.StateError, match="0 rows"):
        chainrule.Trainer(network).step(np.zeros((0, 2)), np.zeros((0, 1)))
    with pytest.raises(chainrule.UsageError, match="dtype"):
        chainrule.Network.mlp(2, [3], 1, dtype="int32")
    with pytest.raises(chainrule.UsageError, match="unknown activation"):
        chainrule.Network.mlp(2, [3], 1, activations="rleu")
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(network)
    parameters = network.parameters.copy()
    with pytest.raises(chainrule.NonFiniteError):
        chainrule.Trainer(network).step([[np.inf, 1]], [1])
    assert np.array_equal(parameters, network.parameters)


def test_numbers_out_of_range_are_refused_by_name():
    mlp = chainrule.Network.mlp
    network = mlp(2, [3], 1)
    for size in (2**62, 2**63, 2**64 - 1, 2**48):
        with pytest.raises(chainrule.StateError, match="too many parameters"):
            mlp(2, [size], 1)
    with pytest.raises(MemoryError, match="not enough memory"):
        mlp(2**23, [2**24], 1)
    with pytest.raises(chainrule.UsageError, match="hidden does not make sense"):
        mlp(2, [2**64], 1)
    with pytest.raises(chainrule.UsageError, match="inputs does not make sense"):
        mlp(-1, [3], 1)
    with pytest.raises(TypeError, match="hidden must be a whole number, got 3.5"):
        mlp(2, [3.5], 1)
    for rate in (-1, 1, np.nan):
        with pytest.raises(chainrule.StateError, match="dropout rate"):
            mlp(2, [3], 1, dropout=rate)
    with pytest.raises(chainrule.UsageError, match="scale"):
        mlp(2, [3], 1, initializer="constant", scale=np.inf)
    for name in ("l1", "l2", "clip_norm", "learning_rate"):
        for value in (-1.0, np.nan, np.inf):
            with pytest.raises(chainrule.UsageError, match=name):
                chainrule.Trainer(network, **{name: value})
    with pytest.raises(chainrule.UsageError, match="learning_rate"):
        chainrule.Trainer(network).step([[1, 2]], [1], learning_rate=np.nan)
    with pytest.raises(TypeError, match=r"Network\.mlp"):
        chainrule.Network(3)
    with pytest.raises(chainrule.UsageError, match=r"reshape\(1, -1\)"):
        network.predict([0, 1])
    with pytest.raises(chainrule.UsageError, match="shape"):
        network.predict(np.zeros((1, 2, 2)))
    assert np.array_equal(copy.copy(network).parameters, network.parameters)
    assert copy.deepcopy(network).parameters is not network.parameters


def test_words_are_words():
    network = chainrule.Network.mlp(2, [3], 1)
    for call in (
        lambda: chainrule.Network.mlp(2, [3], 1, output_activation=None),
        lambda: chainrule.Network.mlp(2, [3], 1, activations=[None]),
        lambda: chainrule.Network.mlp(2, [3], 1, initializer=1),
        lambda: chainrule.Network.rbf(2, 3, 1, output_activation=1),
        lambda: chainrule.Trainer(network, optimizer=None),
        lambda: chainrule.Trainer(network, loss=3),
        lambda: chainrule.lesson(None),
        lambda: chainrule.explain("004", parameter=3),
    ):
        with pytest.raises(TypeError, match="must be a word, got"):
            call()
