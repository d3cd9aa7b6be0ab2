"""Loss and gradient over all rows, from the compiled module."""

import numpy as np
import pytest

import chainrule
from chainrule import _native


def loss_and_gradient(*arguments, **options):
    result = _native.loss_and_gradient(*arguments, **options)
    return result["loss"], result["gradient"]


def rows(seed=0):
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(7, 4)), np.eye(3)[rng.integers(0, 3, 7)]
    return x, t, rng.uniform(0.5, 2, 7)


@pytest.mark.parametrize(
    ("loss", "output_activation"),
    [
        ("half_squared_error", "identity"),
        ("mean_squared_error", "identity"),
        ("poisson", "identity"),
        ("softmax_cross_entropy", "softmax"),
        ("binary_cross_entropy", "logistic"),
    ],
)
def test_gradient_is_that_of_the_loss(loss, output_activation):
    x, t, w = rows()
    network = _native.NetworkFloat64.mlp(4, [5], 3, activations=["tanh"], output_activation=output_activation)
    value, gradient = loss_and_gradient(network, _native.Loss(loss), x, t, w, l2=0.3)
    data_loss, outputs = _native.loss_and_outputs(network, _native.Loss(loss), x, t, w)
    weights = sum(
        (network.parameters[o : o + r * c] ** 2).sum() for _, role, o, r, c in network.segments if role == "weight"
    )
    assert value == pytest.approx(data_loss + 0.3 / w.sum() / 2 * weights, rel=1e-14)
    assert np.array_equal(outputs, network.predict(x))
    numeric = np.empty_like(gradient)
    for i, parameter in enumerate(network.parameters.copy()):
        losses = []
        for step in (1e-5, -1e-5):
            network.parameters[i] = parameter + step
            losses.append(loss_and_gradient(network, _native.Loss(loss), x, t, w, l2=0.3)[0])
        network.parameters[i] = parameter
        numeric[i] = (losses[0] - losses[1]) / 2e-5
    assert np.abs(numeric - gradient).max() < 1e-9


def test_data_that_do_not_fit_are_refused():
    x, t, w = rows()
    network = _native.NetworkFloat64.mlp(4, [5], 3)
    loss = _native.Loss("half_squared_error")
    for arguments in ((x[:, :3], t, w), (x, t[:, :2], w), (x, t[:5], w), (x, t, w[:5])):
        with pytest.raises(chainrule.StateError, match="do not fit"):
            _native.loss_and_gradient(network, loss, *arguments)
        with pytest.raises(chainrule.StateError, match="do not fit"):
            _native.loss_and_outputs(network, loss, *arguments)
