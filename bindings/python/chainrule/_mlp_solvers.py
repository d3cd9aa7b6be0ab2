"""The rows, settings and optimizer of an MLPClassifier or MLPRegressor, in the engine's terms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy.typing as npt

from chainrule import _native

Array = npt.NDArray[Any]
Network: TypeAlias = _native.NetworkFloat32 | _native.NetworkFloat64
Trainer: TypeAlias = _native.TrainerFloat32 | _native.TrainerFloat64


@dataclass(frozen=True)
class Rows:
    """Rows for the engine: all arrays of one dtype, in C order.

    x [rows][features], targets [rows][outputs], weights [rows] or None (all 1). `constant` is added to the engine's
    loss in reports (poisson: the term that depends on the targets alone).
    """

    x: Array
    targets: Array
    weights: Array | None
    constant: float = 0.0

    def __len__(self) -> int:
        return len(self.x)

    @property
    def arrays(self) -> tuple[Array, Array, Array | None]:
        return self.x, self.targets, self.weights

    def taken(self, places: Array, constant: float) -> Rows:
        weights = None if self.weights is None else self.weights[places]
        return Rows(self.x[places], self.targets[places], weights, constant)


@dataclass(frozen=True)
class Settings:
    """The parameters of an estimator that an Optimizer uses."""

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
    def optimizer(self) -> str:
        """The engine's name of the optimizer."""
        if self.solver != "sgd":
            return self.solver
        if self.momentum == 0:
            return "gradient_descent"
        return "nesterov" if self.nesterovs_momentum else "momentum"

    def native_loss(self) -> _native.Loss:
        return _native.Loss(self.loss, huber_delta=self.huber_delta, quantile=self.quantile)

    def native_optimizer(self) -> _native.Optimizer:
        return _native.Optimizer(
            self.optimizer,
            momentum=self.momentum,
            beta1=self.beta_1,
            beta2=self.beta_2,
            rho=self.rho,
            epsilon=self.epsilon,
            weight_decay=self.weight_decay if self.optimizer == "adamw" else 0.0,
        )


class Optimizer:
    """The engine's trainer; keeps the optimizer's state and the learning rate from one fit to the next."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings = settings
        self.seed = seed
        self.trainer: Trainer | None = None
        self._state: tuple[Any, ...] | None = None
        self._learning_rate = float(settings.learning_rate_init)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next epoch."""
        return self._learning_rate if self.trainer is None else float(self.trainer.learning_rate)

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._learning_rate = rate
        if self.trainer is not None:
            self.trainer.learning_rate = rate

    def attach(self, network: Network, settings: Settings, threads: int) -> Trainer:
        """Continues with this network and possibly new settings. A new optimizer starts from its initial state."""
        rate = self.learning_rate
        if settings.learning_rate_init != self.settings.learning_rate_init:
            rate = float(settings.learning_rate_init)
        if settings.optimizer != self.settings.optimizer:
            self.trainer, self._state = None, None
        if self.trainer is None or settings != self.settings:
            state = self._state if self.trainer is None else self.trainer.state()
            self.trainer = self._new_trainer(network, settings)
            if state is not None:
                self.trainer.set_state(*state)
        self.settings = settings
        self.learning_rate = rate
        self.trainer.set_threads(threads)
        return self.trainer

    def _new_trainer(self, network: Network, settings: Settings) -> Trainer:
        kind: Any = _native.TrainerFloat32 if network.dtype == "float32" else _native.TrainerFloat64
        trainer: Trainer = kind(
            network,
            settings.native_loss(),
            settings.native_optimizer(),
            l2=settings.alpha,
            clip_norm=settings.clip_norm,
            seed=self.seed,
        )
        return trainer

    def end_epoch(self, rows_seen: int) -> None:
        """The schedule 'invscaling'. (The engine does 'adaptive'.)"""
        if self.settings.schedule != "invscaling":
            return
        try:
            divisor = float(rows_seen + 1) ** float(self.settings.power_t)
        except OverflowError:
            divisor = math.inf
        self.learning_rate = float(self.settings.learning_rate_init) / divisor

    def __getstate__(self) -> dict[str, Any]:
        state = {"settings": self.settings, "seed": self.seed, "learning_rate": self.learning_rate}
        return state | {"_state": self._state if self.trainer is None else self.trainer.state()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["settings"], state["seed"])  # type: ignore[misc]
        self._learning_rate = float(state["learning_rate"])
        self._state = state["_state"]
