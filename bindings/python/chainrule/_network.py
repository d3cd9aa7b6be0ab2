"""The engine's parts: a network whose parameters are arrays, and training one step at a time."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule import _native
from chainrule._errors import UsageError

NativeNetwork: TypeAlias = _native.NetworkFloat32 | _native.NetworkFloat64
Numbers: TypeAlias = NDArray[np.floating[Any]]

# The default loss for each output activation.
_LOSS_OF_OUTPUT = {"softmax": "softmax_cross_entropy", "logistic": "binary_cross_entropy"}


@dataclass(frozen=True)
class StepResult:
    """The result of one training step.

    Attributes
    ----------
    loss : float
        Loss of the batch before the update, penalties included (`Network.loss_and_gradient`: without).
    gradient_norm : float
        Euclidean norm of the whole gradient, before clipping.
    learning_rate : float
        Used in the update; 0 without an update.
    rows : int
        Number of rows in the batch.
    gradients : dict of str to ndarray
        The gradient of each segment ("layers.0.weight") in the segment's shape, after penalties and clipping. Empty
        without keep=True.
    layers : list of dict
        One dict per layer: `z` pre-activation, `a` output, `delta` dLoss/dz, each [rows][units]; for a dropout layer
        `a` and `mask`. Empty without keep=True.
    """

    loss: float
    gradient_norm: float
    learning_rate: float
    rows: int
    gradients: dict[str, Numbers] = field(default_factory=dict, repr=False)
    layers: list[dict[str, Numbers]] = field(default_factory=list, repr=False)


class Network:
    """A feed-forward network and its parameters.

    `Network.mlp` and `Network.rbf` make one. Its parameters are one flat array; `parameters`, `weights`, `biases` and
    `segments` are views into it: writing to them changes the network.

    Examples
    --------
    >>> import chainrule
    >>> network = chainrule.Network.mlp(2, [3], 1, activations="tanh", dtype="float64")
    >>> network
    Network(2 -> dense 3 tanh -> dense 1 identity, 13 parameters, float64)
    >>> network.weights[0].shape
    (2, 3)
    """

    def __init__(self, native: NativeNetwork) -> None:
        if not isinstance(native, NativeNetwork):
            raise TypeError(f"a Network is made by Network.mlp or Network.rbf, not from {type(native).__name__}")
        self._native: Any = native

    @classmethod
    def mlp(
        cls,
        inputs: int,
        hidden: Sequence[int],
        outputs: int,
        *,
        activations: str | Sequence[str] = "relu",
        output_activation: str = "identity",
        activation_parameter: float | None = None,
        dropout: float = 0.0,
        initializer: str = "automatic",
        scale: float = 0.1,
        seed: int = 1,
        dtype: Literal["float32", "float64"] = "float32",
    ) -> Network:
        """Dense layers in a chain.

        Parameters
        ----------
        inputs, outputs : int
            Inputs and outputs per row.
        hidden : sequence of int
            Units of each hidden layer; empty for none.
        activations : str or sequence of str
            One for all hidden layers, or one each (docs/networks.md).
        output_activation : str
            softmax for classes, logistic for two classes, identity for numbers.
        activation_parameter : float, optional
            Slope, alpha or beta of activations that have one.
        dropout : float
            Share of the units dropped after each hidden layer in training, in [0, 1).
        initializer : str
            automatic chooses by activation; docs/networks.md lists the others.
        scale : float
            The bound of small_random, the value of constant.
        seed : int
            Seed of the initial parameters: the same seed gives the same bits on every machine.
        dtype : {"float32", "float64"}
            Type of the parameters and the arithmetic.

        Raises
        ------
        UsageError
            For an unknown name, with the nearest known one.
        StateError
            For sizes of 0 and activations in the wrong layer.
        """
        native = _network_type(dtype).mlp(
            count(inputs, "inputs"),
            [count(units, "hidden") for units in hidden],
            count(outputs, "outputs"),
            activations=[activations]
            if isinstance(activations, str)
            else [word(name, "activations") for name in activations],
            output_activation=word(output_activation, "output_activation"),
            activation_parameter=None if activation_parameter is None else float(activation_parameter),
            dropout=float(dropout),
            initializer=word(initializer, "initializer"),
            scale=finite(scale, "scale", least=None),
            seed=count(seed, "seed"),
        )
        return cls(native)

    @classmethod
    def rbf(
        cls,
        inputs: int,
        units: int,
        outputs: int,
        *,
        output_activation: str = "identity",
        seed: int = 1,
        dtype: Literal["float32", "float64"] = "float32",
    ) -> Network:
        """A layer of radial basis functions, then a dense layer; arguments as in `mlp`."""
        native = _network_type(dtype).rbf(
            count(inputs, "inputs"),
            count(units, "units"),
            count(outputs, "outputs"),
            output_activation=word(output_activation, "output_activation"),
            seed=count(seed, "seed"),
        )
        return cls(native)

    @property
    def inputs(self) -> int:
        """Inputs per row."""
        return int(self._native.inputs)

    @property
    def outputs(self) -> int:
        """Outputs per row."""
        return int(self._native.outputs)

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32 or float64."""
        dtype: np.dtype[Any] = np.dtype(self._native.dtype)
        return dtype

    @property
    def layers(self) -> list[dict[str, Any]]:
        """One dict per layer: kind (dense, dropout, rbf), inputs, outputs, and the fields of its kind."""
        return list(self._native.layers)

    @property
    def parameters(self) -> Numbers:
        """All parameters as one flat array: a view."""
        array: Numbers = self._native.parameters
        return array

    @property
    def segments(self) -> dict[str, Numbers]:
        """The parts of `parameters` by name ("layers.0.weight"), weights [inputs][outputs]: views."""
        return _split(self._native, self.parameters)

    @property
    def weights(self) -> list[Numbers]:
        """Weights of each dense layer, [inputs][outputs]: views."""
        return self._of_role("weight")

    @property
    def biases(self) -> list[Numbers]:
        """Biases of each dense layer that has them, [outputs]: views."""
        return self._of_role("bias")

    def _of_role(self, role: str) -> list[Numbers]:
        parts = self.segments
        return [parts[name] for name, kind, *_ in self._native.segments if kind == role]

    def copy(self) -> Network:
        """An independent network with the same parameters."""
        return Network(self._native.copy())

    def predict(
        self, x: ArrayLike, *, at_pre_activation: bool = False, threads: int = 1, at_net_input: bool | None = None
    ) -> Numbers:
        """Outputs for rows of inputs, without dropout.

        Parameters
        ----------
        x : array of shape (rows, inputs)
        at_pre_activation : bool
            The pre-activations z of the last layer instead of its outputs.
        threads : int
            0: all that this process may use. The result is the same, bit for bit.
        at_net_input : bool, optional
            The former name of at_pre_activation, accepted for one more version.

        Returns
        -------
        ndarray of shape (rows, outputs), in the network's dtype
        """
        if at_net_input is not None:
            warnings.warn("at_net_input is called at_pre_activation now", FutureWarning, stacklevel=2)
            at_pre_activation = at_net_input
        outputs: Numbers = self._native.predict(
            self._rows(x), at_pre_activation=at_pre_activation, threads=count(threads, "threads")
        )
        return outputs

    def loss_and_gradient(
        self,
        x: ArrayLike,
        targets: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        loss: str | _native.Loss | None = None,
        keep: bool = False,
        seed: int = 1,
        threads: int = 1,
    ) -> StepResult:
        """Loss and gradient of a batch, without a penalty. Changes nothing.

        Parameters
        ----------
        x : array of shape (rows, inputs)
        targets : array of shape (rows, outputs), or (rows,) for one output
        weights : array of shape (rows,), optional
            Sample weights.
        loss : str or Loss, optional
            Default: the cross-entropy of a softmax or logistic output, else mean_squared_error.
        keep : bool
            Also return `layers`: z, a and delta of each.
        seed : int
            Seed of dropout, which is drawn as in the first step of a training run with this seed.

        Returns
        -------
        StepResult
            With `gradients`; its learning_rate is 0.
        """
        x, targets, weights = self._rows(x), self._targets(targets), self._weights(weights)
        result = _native.loss_and_gradient(
            self._native,
            self._loss(loss),
            x,
            targets,
            weights,
            seed=count(seed, "seed"),
            threads=count(threads, "threads"),
            keep=keep,
        )
        gradient: Numbers = result["gradient"]
        return StepResult(
            loss=result["loss"],
            gradient_norm=float(np.linalg.norm(gradient.astype(np.float64))),
            learning_rate=0.0,
            rows=len(x),
            gradients=_split(self._native, gradient),
            layers=result.get("layers", []),
        )

    def summary(self) -> str:
        """One line per layer: kind, shape, number of parameters."""
        sizes: dict[int, int] = {}
        for name, _, _, rows, columns in self._native.segments:
            layer = int(name.split(".")[1])
            sizes[layer] = sizes.get(layer, 0) + rows * columns
        lines = [f"{'layer':<28}{'in -> out':>16}{'parameters':>14}"]
        for i, parts in enumerate(self.layers):
            shape = f"{parts['inputs']} -> {parts['outputs']}"
            lines.append(f"{_words(parts):<28}{shape:>16}{sizes.get(i, 0):>14,}")
        lines.append(f"{'in all, ' + str(self.dtype):<28}{'':>16}{sum(sizes.values()):>14,}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        chain = " -> ".join([str(self.inputs), *map(_words, self.layers)])
        return f"Network({chain}, {len(self.parameters):,} parameters, {self.dtype})"

    def __copy__(self) -> Network:
        return self.copy()

    def __deepcopy__(self, _memo: dict[int, Any]) -> Network:
        return self.copy()

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError("a Network is not pickled: keep its description and numpy.save its parameters")

    def _rows(self, x: ArrayLike) -> Numbers:
        array = np.asarray(x, dtype=self.dtype)
        if array.ndim != 2:
            raise UsageError(
                "inputs are rows",
                expected=f"an array of shape (rows, {self.inputs})",
                got=f"shape {array.shape}",
                advice="x.reshape(1, -1) for one row" if array.ndim == 1 else "",
            )
        return np.ascontiguousarray(array)

    def _targets(self, targets: ArrayLike) -> Numbers:
        array = np.asarray(targets, dtype=self.dtype)
        if array.ndim not in (1, 2):
            raise UsageError(
                "targets are rows",
                expected=f"an array of shape (rows, {self.outputs}), or (rows,) for one output",
                got=f"shape {array.shape}",
            )
        return np.ascontiguousarray(array.reshape(-1, 1) if array.ndim == 1 else array)

    def _weights(self, weights: ArrayLike | None) -> Numbers | None:
        return None if weights is None else np.ascontiguousarray(weights, dtype=self.dtype)

    def _loss(self, loss: str | _native.Loss | None) -> _native.Loss:
        if isinstance(loss, _native.Loss):
            return loss
        if loss is not None:
            return _native.Loss(word(loss, "loss"))
        return _native.Loss(_LOSS_OF_OUTPUT.get(self._native.output_activation, "mean_squared_error"))


class Trainer:
    """Trains a network one step at a time: each call of `step` is one update on one batch.

    Parameters
    ----------
    network : Network
        Training changes its parameters.
    loss : str or Loss, optional
        Default: the cross-entropy of a softmax or logistic output, else mean_squared_error.
    optimizer : str or Optimizer
        A name (docs/networks.md), or an `Optimizer` with hyper-parameters.
    learning_rate : float
        Default for each step.
    l1, l2 : float
        Penalties on the weights; biases have none.
    clip_norm : float
        Gradients with a larger norm are scaled down to it; 0: never.
    seed : int
        Seed of dropout.
    threads : int
        0: all that this process may use. The result is the same, bit for bit.

    Examples
    --------
    >>> import chainrule
    >>> network = chainrule.Network.mlp(2, [4], 1, activations="tanh", output_activation="logistic")
    >>> trainer = chainrule.Trainer(network, learning_rate=0.1)
    >>> step = trainer.step([[0, 1], [1, 1]], [1, 0], keep=True)
    >>> step.layers[0]["delta"].shape
    (2, 4)
    """

    def __init__(
        self,
        network: Network,
        loss: str | _native.Loss | None = None,
        optimizer: str | _native.Optimizer = "adam",
        *,
        learning_rate: float = 1e-3,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float = 0.0,
        seed: int = 1,
        threads: int = 1,
    ) -> None:
        self.network = network
        self.learning_rate = finite(learning_rate, "learning_rate")
        kind: Any = _native.StepperFloat32 if network.dtype == np.float32 else _native.StepperFloat64
        is_native = isinstance(optimizer, _native.Optimizer)
        native_optimizer = optimizer if is_native else _native.Optimizer(word(optimizer, "optimizer"))
        self._stepper: Any = kind(
            network._native,
            network._loss(loss),
            native_optimizer,
            l1=finite(l1, "l1"),
            l2=finite(l2, "l2"),
            clip_norm=finite(clip_norm, "clip_norm"),
            seed=count(seed, "seed"),
            threads=count(threads, "threads"),
        )

    @property
    def steps(self) -> int:
        """Updates made."""
        return int(self._stepper.steps)

    def step(
        self,
        x: ArrayLike,
        targets: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        learning_rate: float | None = None,
        keep: bool = False,
    ) -> StepResult:
        """One update on the rows given.

        Parameters
        ----------
        x : array of shape (rows, inputs)
        targets : array of shape (rows, outputs), or (rows,) for one output
        weights : array of shape (rows,), optional
        learning_rate : float, optional
            For this step only.
        keep : bool
            Also return `gradients` and `layers`.

        Raises
        ------
        NonFiniteError
            If loss or gradient is not finite. In that case nothing has changed.
        """
        network = self.network
        result = self._stepper.step(
            network._rows(x),
            network._targets(targets),
            network._weights(weights),
            learning_rate=finite(self.learning_rate if learning_rate is None else learning_rate, "learning_rate"),
            keep=keep,
        )
        gradient = result.pop("gradient", None)
        gradients = {} if gradient is None else _split(network._native, gradient)
        return StepResult(gradients=gradients, **result)


def _network_type(dtype: str) -> Any:
    types: Mapping[str, Any] = {"float32": _native.NetworkFloat32, "float64": _native.NetworkFloat64}
    return types[np.dtype(dtype).name] if np.dtype(dtype).name in types else _refuse_dtype(dtype)


def count(value: Any, name: str) -> int:
    """A whole number of 0 or more. TypeError for anything else."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if not 0 <= number < 2**64:
        raise UsageError(f"{name} does not make sense", expected="0 or more, below 2^64", got=str(number))
    return number


def word(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a word, got {value!r}")
    return value


def finite(value: Any, name: str, *, least: float | None = 0.0) -> float:
    """A finite number, not below `least`."""
    number = float(value)
    if not np.isfinite(number) or (least is not None and number < least):
        expected = "a finite number" if least is None else f"a finite number of {least:g} or more"
        raise UsageError(f"{name} does not make sense", expected=expected, got=str(value))
    return number


def _refuse_dtype(dtype: str) -> Any:
    raise UsageError("a network cannot have this dtype", expected="float32 or float64", got=str(dtype))


def _split(native: Any, flat: Numbers) -> dict[str, Numbers]:
    parts = {}
    for name, role, offset, rows, columns in native.segments:
        part = flat[offset : offset + rows * columns]
        parts[name] = part.reshape(rows, columns) if role in ("weight", "centre") else part
    return parts


def _words(layer: Mapping[str, Any]) -> str:
    if layer["kind"] == "dense":
        return f"dense {layer['outputs']} {layer['activation']}"
    if layer["kind"] == "dropout":
        return f"dropout {layer['rate']:g}"
    return f"{layer['kind']} {layer['outputs']}"
