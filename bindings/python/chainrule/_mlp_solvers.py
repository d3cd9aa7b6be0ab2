"""What moves the weights of an MLPClassifier or MLPRegressor: epochs of small steps, or L-BFGS on all rows at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy.typing as npt

from chainrule import _native

Array = npt.NDArray[Any]
Network: TypeAlias = _native.NetworkFloat32 | _native.NetworkFloat64

# Those that take momentum, or nothing: a learning rate that falls is theirs. The others divide each weight's step by
# the size of its gradients, and scikit-learn leaves their rate alone.
DESCENT_SOLVERS = ("sgd", "gradient_descent", "momentum", "nesterov")
STOCHASTIC_SOLVERS = (*DESCENT_SOLVERS, "adam", "adamw", "rmsprop")
SOLVERS = (*STOCHASTIC_SOLVERS, "lbfgs")


@dataclass(frozen=True)
class Rows:
    """Rows as the engine takes them: all arrays of one dtype, in C order.

    x [rows][features], targets [rows][outputs], weights [rows] or None (all 1). `constant` is what the reported loss
    has beyond the engine's (of poisson: what depends on the targets alone).
    """

    x: Array
    targets: Array
    weights: Array | None
    constant: float = 0.0

    def __len__(self) -> int:
        return len(self.x)

    def taken(self, places: Array, constant: float) -> Rows:
        weights = None if self.weights is None else self.weights[places]
        return Rows(self.x[places], self.targets[places], weights, constant)


@dataclass(frozen=True)
class Settings:
    """What an Optimizer needs to know of an estimator's parameters."""

    solver: str
    learning_rate_init: float
    schedule: str
    power_t: float
    momentum: float
    nesterovs_momentum: bool
    beta_1: float
    beta_2: float
    rho: float
    epsilon: float
    weight_decay: float
    alpha: float
    clip_norm: float
    loss: str
    huber_delta: float
    quantile: float

    @property
    def rule(self) -> str:
        """The engine's name of the rule."""
        if self.solver != "sgd":
            return self.solver
        if self.momentum == 0:
            return "gradient_descent"
        return "nesterov" if self.nesterovs_momentum else "momentum"

    def native_loss(self) -> _native.Loss:
        return _native.Loss(self.loss, huber_delta=self.huber_delta, quantile=self.quantile)

    def native_optimizer(self) -> _native.Optimizer:
        return _native.Optimizer(
            self.rule,
            momentum=self.momentum,
            beta1=self.beta_1,
            beta2=self.beta_2,
            rho=self.rho,
            epsilon=self.epsilon,
            weight_decay=self.weight_decay if self.rule == "adamw" else 0.0,
        )


class Optimizer:
    """The engine's trainer with the learning rate it goes at, which scikit-learn's rules move from epoch to epoch."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings = settings
        self.seed = seed
        self.learning_rate = float(settings.learning_rate_init)
        self._trainer: _native.TrainerFloat32 | _native.TrainerFloat64 | None = None
        self._state: tuple[Any, ...] | None = None

    def attach(self, network: Network, settings: Settings, threads: int) -> None:
        """Goes on with this network, and with settings that may have changed since. Another rule starts anew."""
        if settings.learning_rate_init != self.settings.learning_rate_init:
            self.learning_rate = float(settings.learning_rate_init)
        if settings.rule != self.settings.rule:
            self._trainer, self._state = None, None
        if self._trainer is None or settings != self.settings:
            state = self._state if self._trainer is None else self._trainer.state()
            self._trainer = self._new_trainer(network, settings)
            if state is not None:
                self._trainer.set_state(*state)
        self.settings = settings
        self._trainer.set_threads(threads)

    def _new_trainer(self, network: Network, settings: Settings) -> Any:
        kind = _native.TrainerFloat32 if network.dtype == "float32" else _native.TrainerFloat64
        return kind(
            network,  # type: ignore[arg-type]  # both are of the same dtype
            settings.native_loss(),
            settings.native_optimizer(),
            alpha=settings.alpha,
            clip_norm=settings.clip_norm,
            seed=self.seed,
        )

    def run_epoch(self, rows: Rows, batch_size: int, shuffled: bool) -> float:
        """One pass over the rows. Mean loss of the batches, penalties included."""
        assert self._trainer is not None
        loss = self._trainer.run_epoch(
            rows.x,
            rows.targets,
            rows.weights,
            batch_size=batch_size,
            learning_rate=self.learning_rate,
            shuffled=shuffled,
        )
        return float(loss) + rows.constant

    def end_epoch(self, rows_seen: int) -> None:
        if self.settings.schedule == "invscaling":
            try:
                divisor = float(rows_seen + 1) ** float(self.settings.power_t)
            except OverflowError:
                divisor = math.inf
            self.learning_rate = float(self.settings.learning_rate_init) / divisor

    def is_to_stop(self, message: str, verbose: bool) -> bool:
        """The answer to no progress: stop, or go on with a fifth of the learning rate."""
        is_adaptive = self.settings.schedule == "adaptive"
        if is_adaptive and self.learning_rate > 1e-6:
            self.learning_rate /= 5.0
            ending = f" Setting learning rate to {self.learning_rate:f}"
            is_over = False
        else:
            ending = " Learning rate too small. Stopping." if is_adaptive else " Stopping."
            is_over = True
        if verbose:
            print(message + ending)
        return is_over

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        if self._trainer is not None:
            state["_state"] = self._trainer.state()
        state["_trainer"] = None
        return state
