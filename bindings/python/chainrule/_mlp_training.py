"""How MLPClassifier and MLPRegressor train: the engine's loop of epochs or L-BFGS, and the reports on it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning

from chainrule import _native
from chainrule._errors import NonFiniteError, UsageError
from chainrule._fit_tasks import FitTask
from chainrule._mlp_solvers import Network, Optimizer, Rows, Settings, Trainer
from chainrule._tables import DESCENT_SOLVERS, solver_of_word

Array = npt.NDArray[Any]

# The ways in which L-BFGS ends; for failures, scikit-learn's status and advice.
LBFGS_CONVERGED = ("converged_gradient", "converged_loss")
LBFGS_FAILURES = {
    "iterations": (1, "The limit of iterations was reached. Increase the number of iterations (max_iter)."),
    "evaluations": (1, "The loss was evaluated as often as allowed. Increase the number of evaluations (max_fun)."),
    "line_search_failed": (2, "No step lowers the loss beyond rounding. Increase tol, or use float64."),
}
SCALE = "scaled inputs without extreme numbers (sklearn.preprocessing.StandardScaler)"
# The divisor of the learning rate in scikit-learn's learning_rate='adaptive'.
ADAPTIVE_DIVISOR = 5.0


@dataclass(frozen=True)
class EpochRecord:
    """The argument of a callback of MLPClassifier or MLPRegressor, after each epoch (L-BFGS: each iteration).

    Attributes
    ----------
    epoch : int
        Counted from 1 in each fit.
    loss : float
        Training loss, penalties included.
    validation_loss, validation_score : float or None
        On the validation rows, without penalties; None without such rows. The score is accuracy or R2.
    estimator : MLPClassifier or MLPRegressor
        In its state after the epoch: it can predict.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    validation_score: float | None
    estimator: Any


Callback = Callable[[EpochRecord], Any]


class TrainsNetwork:
    """A mixin: the parameters and attributes of an estimator, and the training of its network."""

    hidden_layer_sizes: Any
    activation: Any
    solver: str
    alpha: float
    batch_size: Any
    learning_rate: str
    learning_rate_init: float
    power_t: float
    max_iter: int
    loss: str
    shuffle: bool
    random_state: Any
    tol: float
    verbose: bool
    warm_start: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: bool
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int
    dropout: float
    weight_decay: float
    rho: float
    clip_norm: float
    callbacks: list[Callback] | tuple[Callback, ...] | None
    n_jobs: int | None
    precision: str

    coefs_: list[Array]
    intercepts_: list[Array]
    loss_: float
    loss_curve_: list[float]
    best_loss_: float | None
    validation_loss_curve_: Any  # list of float, or None
    validation_scores_: Any  # list of float, or None
    best_validation_score_: float | None
    n_iter_: int
    t_: int
    n_layers_: int
    n_outputs_: int
    out_activation_: str
    converged_: bool
    n_features_in_: int

    _network: Network
    _shown: list[Array]
    _seed: int
    _split_seed: int
    _no_improvement_count: int
    _best_parameters: Array | None
    _activations: list[str]
    _dropout: float
    _optimizer: Optimizer

    # Implemented by the subclasses.

    def _read(self, X: Any, y: Any, *, dtype: Any, reset: bool, incremental: bool) -> tuple[Any, Any]:
        """X and y, validated as scikit-learn does; X may be sparse. A first fit learns the classes."""
        raise NotImplementedError

    def _targets(self, y: Any, dtype: Any) -> Array:
        """y as targets of the network [rows][outputs]."""
        raise NotImplementedError

    def _class_factors(self, y: Any, is_training: bool) -> Array | None:
        """The factor of each row's weight from class_weight, or None."""
        return None

    def _outputs_and_activation(self, targets: Array) -> tuple[int, str]:
        """n_outputs_ and out_activation_."""
        raise NotImplementedError

    def _native_loss_name(self) -> str:
        raise NotImplementedError

    def _score_of(self, outputs: Array, rows: Rows) -> float:
        """The validation score of the network's outputs."""
        raise NotImplementedError

    def _loss_constant(self, targets: Array, weights: Array | None) -> float:
        return 0.0

    def _strata(self, targets: Array) -> Array | None:
        """The classes whose shares the split for early stopping keeps, or None."""
        return None

    def _engine(self) -> Network:
        """The network to train."""
        raise NotImplementedError

    def _settings(self) -> Settings:
        solver = solver_of_word(self.solver)
        return Settings(
            solver=solver,
            learning_rate_init=self.learning_rate_init,
            schedule=self.learning_rate if solver in DESCENT_SOLVERS else "constant",
            power_t=self.power_t,
            momentum=self.momentum,
            nesterovs_momentum=self.nesterovs_momentum,
            beta_1=self.beta_1,
            beta_2=self.beta_2,
            rho=self.rho,
            epsilon=self.epsilon,
            weight_decay=self.weight_decay,
            alpha=self.alpha,
            clip_norm=self.clip_norm,
            loss=self._native_loss_name(),
            huber_delta=getattr(self, "huber_delta", 1.0),
            quantile=getattr(self, "quantile", 0.5),
        )

    def _threads(self) -> int:
        if self.n_jobs is None:
            return 1
        from joblib import effective_n_jobs

        return int(effective_n_jobs(self.n_jobs))

    def _fit_stochastic(
        self, rows: Rows, validation: Rows | None, seed: int, incremental: bool, task: FitTask
    ) -> None:
        network = self._engine()
        if not incremental or "_optimizer" not in self.__dict__:
            self._optimizer = Optimizer(self._settings(), self._seed if incremental else seed)
        optimizer = self._optimizer
        trainer = optimizer.attach(network, self._settings(), self._threads())
        batch_size = min(200, len(rows)) if self.batch_size == "auto" else int(self.batch_size)
        if batch_size > len(rows):
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=4
            )
            batch_size = len(rows)
        self.n_iter_ = 0
        self._give_progress(trainer)
        is_asked_to_stop = False
        rate = trainer.learning_rate

        def after_epoch() -> None:
            """Called once the `tol` rule has seen the last epoch."""
            nonlocal rate
            self._take_progress(trainer)
            if self.verbose and self.learning_rate == "adaptive" and trainer.learning_rate < rate:
                print(f"{self._no_progress()} Setting learning rate to {trainer.learning_rate:f}")
            rate = trainer.learning_rate

        def on_epoch_begin(_epoch: int) -> None:
            after_epoch()
            task.begin_epoch()

        def on_epoch(_epoch: int, loss: float, validation_loss: float | None, score: float | None) -> bool:
            nonlocal is_asked_to_stop
            self.t_ += len(rows)
            is_asked_to_stop = self._end_epoch(loss, validation_loss, score, task)
            optimizer.end_epoch(self.t_)
            return is_asked_to_stop or incremental

        try:
            reason = trainer.train(
                *rows.arrays,
                batch_size=batch_size,
                epochs=self.max_iter,
                shuffled=bool(self.shuffle),
                is_part=incremental,
                **self._rule_of_tol(),
                constant=rows.constant,
                validation=None if validation is None else (*validation.arrays, validation.constant),
                score=None if validation is None else lambda outputs: self._finite_score(outputs, validation),
                on_epoch_begin=on_epoch_begin,
                on_epoch=on_epoch,
            )["stop_reason"]
            after_epoch()
        except KeyboardInterrupt:
            self._take_progress(trainer)
            if self.early_stopping and not incremental:
                trainer.restore_best()
            warnings.warn("Training interrupted by user.", stacklevel=4)
        except NonFiniteError as error:
            self._take_progress(trainer)
            self.__dict__.pop("_optimizer", None)
            self._end_by_divergence(error, rate=trainer.learning_rate if trainer.steps > 0 else None)
        else:
            self._end_fit(reason, has_limit=not incremental and not is_asked_to_stop)

    def _rule_of_tol(self) -> dict[str, Any]:
        """The parameters of the rule that ends training (train/no_progress.h)."""
        is_adaptive = self._settings().schedule == "adaptive"
        return {
            "tolerance": float(self.tol),
            "epochs_without_progress": float(self.n_iter_no_change),
            "rate_divisor": ADAPTIVE_DIVISOR if is_adaptive else 0.0,
            "watches_score": self.early_stopping,
            "keeps_best": self.early_stopping,
        }

    def _give_progress(self, trainer: Trainer) -> None:
        """Gives the trainer the state of the `tol` rule from earlier fits."""
        lowest = np.inf if self.best_loss_ is None else self.best_loss_
        highest = -np.inf if self.best_validation_score_ is None else self.best_validation_score_
        trainer.no_progress = (float(lowest), float(highest), self._no_improvement_count)
        trainer.best = self._best_parameters

    def _take_progress(self, trainer: Trainer) -> None:
        lowest, highest, self._no_improvement_count = trainer.no_progress
        if not self.early_stopping:
            self.best_loss_ = lowest
        if self.best_validation_score_ is not None and highest > self.best_validation_score_:
            self.best_validation_score_ = highest
            if self.early_stopping:
                self._best_parameters = trainer.best

    def _end_fit(self, reason: str, has_limit: bool) -> None:
        if reason == "no_improvement":
            self.converged_ = True
            if self.verbose:
                is_adaptive = self._settings().schedule == "adaptive"
                print(self._no_progress() + (" Learning rate too small. Stopping." if is_adaptive else " Stopping."))
        elif reason == "iteration_limit" and has_limit:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) "
                "reached and the optimization hasn't converged yet.",
                ConvergenceWarning,
                stacklevel=5,
            )

    def _end_epoch(
        self, loss: float, validation_loss: float | None, validation_score: float | None, task: FitTask
    ) -> bool:
        """Records the numbers of an epoch, prints them, and calls the callbacks. True: stop."""
        self.n_iter_ += 1
        self.loss_ = loss
        self.loss_curve_.append(loss)
        if self.verbose:
            print(f"Iteration {self.n_iter_}, loss = {loss:.8f}")
        if validation_score is not None:
            self.validation_loss_curve_.append(validation_loss)
            self.validation_scores_.append(validation_score)
            if self.verbose:
                print(f"Validation score: {validation_score:f}")
        record = EpochRecord(self.n_iter_, loss, validation_loss, validation_score, self)
        # All callbacks are called, even after one that asked to stop.
        answers = [callback(record) for callback in self.callbacks or ()]
        answers.append(task.end_epoch())
        return any(isinstance(answer, (bool, np.bool_)) and bool(answer) for answer in answers)

    def _finite_score(self, outputs: Array, rows: Rows) -> float:
        return float(self._score_of(outputs, rows)) if np.isfinite(outputs).all() else np.nan

    def _validate(self, rows: Rows | None) -> tuple[float, float] | tuple[None, None]:
        if rows is None:
            return None, None
        settings = self._settings()
        loss, outputs = _native.loss_and_outputs(
            self._network,
            settings.native_loss(),
            *rows.arrays,
            threads=self._threads(),
        )
        return float(loss) + rows.constant, self._finite_score(outputs, rows)

    def _no_progress(self) -> str:
        what = "Validation score" if self.early_stopping else "Training loss"
        return f"{what} did not improve more than tol={self.tol:f} for {self.n_iter_no_change:.0f} consecutive epochs."

    def _end_by_divergence(self, error: NonFiniteError, rate: float | None) -> None:
        """Ends training with a warning if there are weights with a best validation score, and raises otherwise.

        rate: of the last update; None before the first.
        """
        if self.early_stopping and self._best_parameters is not None:
            self.n_iter_ += 1
            for curve in (self.loss_curve_, self.validation_loss_curve_, self.validation_scores_):
                curve.append(float("nan"))
            warnings.warn(
                f"{error}\n  The weights with the best validation score, {self.best_validation_score_:.6g}, are kept.",
                ConvergenceWarning,
                stacklevel=5,
            )
            return
        advice = SCALE
        if rate is not None:
            advice = f"a smaller learning_rate_init than {rate:.6g} (a tenth, say), clip_norm=1, or {SCALE}"
        raise self._divergence(error.where, error.got, advice) from None

    def _divergence(self, where: str, got: str, advice: str) -> NonFiniteError:
        return NonFiniteError(
            # The last two sentences are scikit-learn's.
            "Training diverged: the last weights with a finite loss are kept. Solver produced non-finite parameter "
            "weights. The input data may contain large values and need to be preprocessed.",
            where=where,
            expected="a finite loss, gradient and weights",
            got=got,
            advice=advice,
        )

    def _fit_lbfgs(self, rows: Rows, validation: Rows | None, task: FitTask) -> None:
        if self._dropout > 0:
            raise UsageError("solver='lbfgs' takes no dropout", advice="solver='adam', or dropout=0")
        if self.clip_norm > 0:
            raise UsageError("solver='lbfgs' takes no clip_norm", advice="solver='adam', or clip_norm=0")
        network = self._engine()
        is_over = False

        def on_iteration(_iteration: int, loss: float, _gradient_norm: float) -> bool:
            nonlocal is_over
            # Begun only now, at the end of the iteration: the solver does not report its beginning.
            task.begin_epoch()
            validation_loss, score = self._validate(validation)
            is_over = self._end_epoch(loss + rows.constant, validation_loss, score, task)
            if validation is not None:
                self.best_validation_score_ = max(self.best_validation_score_, self.validation_scores_[-1])
            return is_over

        self.n_iter_ = 0
        try:
            result = _native.train_lbfgs(
                network,
                self._settings().native_loss(),
                *rows.arrays,
                l2=self.alpha,
                max_iterations=self.max_iter,
                max_evaluations=self.max_fun,
                gradient_tolerance=self.tol,
                on_iteration=on_iteration,
                threads=self._threads(),
            )
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=4)
            return
        except NonFiniteError as error:
            raise self._divergence("L-BFGS, the initial weights", error.got, SCALE) from error
        self.loss_ = result["losses"][-1] + rows.constant
        self.n_iter_ = result["iterations"]
        self.converged_ = result["end"] in LBFGS_CONVERGED
        if not self.converged_ and not is_over:
            status, words = LBFGS_FAILURES[result["end"]]
            warnings.warn(
                f"lbfgs failed to converge after {self.n_iter_} iteration(s) (status={status}):\n{words}\n\n"
                "You might also want to scale the data as shown in:\n"
                "    https://scikit-learn.org/stable/modules/preprocessing.html",
                ConvergenceWarning,
                stacklevel=4,
            )
