"""MLPClassifier and MLPRegressor: scikit-learn's, on the engine of chainrule. Changing the import is enough."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, _fit_context
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state, column_or_1d
    from sklearn.utils._param_validation import Interval, Options, StrOptions
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ImportError as error:
    raise ImportError("chainrule's estimators need scikit-learn 1.7 or later: pip install scikit-learn") from error
import numpy as np
import numpy.typing as npt

from chainrule import _native
from chainrule._errors import NonFiniteError, UsageError
from chainrule._fit_tasks import CallbackSupportMixin, FitTask, fit_task
from chainrule._labels import Labels
from chainrule._mlp_solvers import (
    DESCENT_SOLVERS,
    SOLVERS,
    STOCHASTIC_SOLVERS,
    Network,
    Optimizer,
    Rows,
    Settings,
)
from chainrule._model_files import SavesModelFile
from chainrule._parameters import check_class_weights, former_state_on_error

Array = npt.NDArray[Any]

# Those of the engine that gradients pass through and that have no parameters of their own to learn.
ACTIVATIONS = (
    "identity",
    "logistic",
    "tanh",
    "relu",
    "bipolar_sigmoid",
    "leaky_relu",
    "elu",
    "selu",
    "softplus",
    "swish",
    "gelu",
    "mish",
)
# The regressor's losses by the engine's names. Half the squared error is summed over the outputs, so that its gradient
# is the one scikit-learn descends by; the loss scikit-learn reports is that divided by the number of outputs.
REGRESSION_LOSSES = {
    "squared_error": "half_squared_error",
    "absolute_error": "mean_absolute_error",
    "huber": "huber",
    "quantile": "quantile",
    "poisson": "poisson",
}
# Ends of L-BFGS; of those that are a failure scikit-learn's status and what to try.
LBFGS_CONVERGED = ("converged_gradient", "converged_loss")
LBFGS_FAILURES = {
    "iterations": (1, "All iterations were made. Increase the number of iterations (max_iter)."),
    "evaluations": (1, "The loss was evaluated as often as allowed. Increase the number of evaluations (max_fun)."),
    "line_search_failed": (2, "No step lowers the loss: it is at its rounding. Increase tol, or take float64."),
}
SCALE = "scaled inputs without extreme numbers (sklearn.preprocessing.StandardScaler)"
# Numbers of a sparse matrix that are made dense at a time for predictions: 32 MB in float64.
DENSE_NUMBERS = 4_000_000
# Predictions of fewer rows than this use one thread: starting others takes longer.
ROWS_FOR_THREADS = 256


@dataclass(frozen=True)
class EpochRecord:
    """What a callback of MLPClassifier or MLPRegressor is called with after each epoch (of L-BFGS: each iteration).

    Attributes
    ----------
    epoch : int
        Counted from 1 in each call of fit.
    loss : float
        Of the training rows, penalties included.
    validation_loss, validation_score : float or None
        Of the validation rows, without penalties, where there are any. The score is the accuracy, or R2.
    estimator : MLPClassifier or MLPRegressor
        As it is after the epoch: it can predict.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    validation_score: float | None
    estimator: Any


Callback = Callable[[EpochRecord], Any]


def _is_stochastic(estimator: _BaseMLP) -> bool:
    if estimator.solver not in STOCHASTIC_SOLVERS:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


def _views(network: Network) -> tuple[list[Array], list[Array]]:
    """Weights and biases, layer by layer, where they lie in the network's flat array."""
    parameters = network.parameters
    coefs, intercepts = [], []
    for _, role, offset, rows, columns in network.segments:
        values = parameters[offset : offset + rows * columns]
        if role == "weight":
            coefs.append(values.reshape(rows, columns))
        else:
            intercepts.append(values)
    return coefs, intercepts


class _BaseMLP(SavesModelFile, CallbackSupportMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What both estimators share."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(ACTIVATIONS)), list, tuple],
        "solver": [StrOptions(set(SOLVERS))],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"constant", "invscaling", "adaptive"})],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "power_t": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "rho": [Interval(Real, 0, 1, closed="left")],
        "clip_norm": [Interval(Real, 0, None, closed="left")],
        "callbacks": [list, tuple, None],
        "n_jobs": [Integral, None],
        "precision": [StrOptions({"auto", "float32", "float64"})],
    }

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
    validation_loss_curve_: list[float] | None
    validation_scores_: list[float] | None
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

    def _keep(self, parameters: dict[str, Any]) -> None:
        """What __init__ was called with (its locals()), as attributes."""
        for name, value in parameters.items():
            if name not in ("self", "__class__"):
                setattr(self, name, value)

    # What the subclasses know.

    def _read(self, X: Any, y: Any, *, dtype: Any, reset: bool, incremental: bool) -> tuple[Any, Any]:
        """X and y validated, as scikit-learn does; X may be sparse. Learns the classes where they are new."""
        raise NotImplementedError

    def _targets(self, y: Any, dtype: Any) -> Array:
        """y as targets of the network [rows][outputs]."""
        raise NotImplementedError

    def _class_factors(self, y: Any, is_training: bool) -> Array | None:
        """What class_weight multiplies the rows' weights with, or None."""
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
        """What the split for early stopping keeps the shares of, or None."""
        return None

    # The network and what is seen of it.

    def _hidden_sizes(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        is_unordered = isinstance(sizes, (Mapping, set, frozenset))
        sizes = list(sizes) if isinstance(sizes, Iterable) else [sizes]
        if is_unordered or not all(isinstance(size, Integral) for size in sizes):
            raise ValueError(
                "hidden_layer_sizes must be integers, the units of each hidden layer, got "
                f"{self.hidden_layer_sizes!r}."
            )
        if any(size <= 0 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
        return [int(size) for size in sizes]

    def _activation_names(self, hidden_layers: int) -> list[str]:
        if isinstance(self.activation, str):
            return [self.activation] * hidden_layers
        names = list(self.activation)
        unknown = [name for name in names if name not in ACTIVATIONS]
        if unknown:
            raise ValueError(f"unknown activation {unknown[0]!r}, expected one of {', '.join(ACTIVATIONS)}")
        if len(names) != hidden_layers:
            raise ValueError(
                f"activation has {len(names)} names for {hidden_layers} hidden layers: one name a hidden layer"
            )
        return names

    def _new_network(self, dtype: Any, sizes: list[int], activations: list[str], dropout: float) -> Network:
        """A network whose parameters are all 0."""
        kind = _native.NetworkFloat32 if dtype == np.float32 else _native.NetworkFloat64
        return kind.mlp(
            sizes[0],
            sizes[1:-1],
            sizes[-1],
            activations=activations or ["identity"],
            # The engine's poisson takes the logarithm of the expected count.
            output_activation="identity" if self.out_activation_ == "exp" else self.out_activation_,
            dropout=dropout,
            initializer="constant",
            scale=0.0,
        )

    def _show(self, network: Network) -> None:
        """Makes this the network, and coefs_ and intercepts_ views into it."""
        coefs, intercepts = _views(network)
        self._network = network
        self.coefs_, self.intercepts_ = coefs, intercepts
        self._shown = [*coefs, *intercepts]

    def _engine(self) -> Network:
        """The network, with the numbers that coefs_ and intercepts_ have: arrays in them may have been replaced."""
        shown = self.__dict__.get("_shown", [])
        arrays = [*self.coefs_, *self.intercepts_]
        if len(arrays) != len(shown) or any(a is not b for a, b in zip(arrays, shown, strict=True)):
            self._adopt(arrays)
        return self._network

    def _adopt(self, arrays: list[Array]) -> None:
        """Takes the weights and biases of arrays that are not the network's."""
        layers = len(arrays) // 2
        coefs, intercepts = [np.asarray(a) for a in arrays[:layers]], [np.asarray(a) for a in arrays[layers:]]
        sizes = [coefs[0].shape[0], *(values.shape[1] for values in coefs)]
        dtype = coefs[0].dtype if coefs[0].dtype == np.float32 else np.dtype(np.float64)
        fits = [a.shape for a in self.__dict__.get("_shown", [])] == [a.shape for a in (*coefs, *intercepts)]
        if fits and self._network.dtype == dtype:
            network = self._network
        else:
            activations = self.__dict__.get("_activations") or self._activation_names(layers - 1)
            network = self._new_network(dtype, sizes, activations, self.__dict__.get("_dropout", self.dropout))
            self.__dict__.pop("_optimizer", None)
        for place, values in zip((a for part in _views(network) for a in part), (*coefs, *intercepts), strict=True):
            place[...] = values
        self._show(network)

    def _initialise(self, rows: Rows, random: np.random.RandomState) -> None:
        """First weights, the very numbers that scikit-learn draws, and empty curves."""
        sizes = self._hidden_sizes()
        self._activations = self._activation_names(len(sizes))
        self._dropout = float(self.dropout)
        self.n_outputs_, self.out_activation_ = self._outputs_and_activation(rows.targets)
        self.n_layers_ = len(sizes) + 2
        network = self._new_network(
            rows.x.dtype, [rows.x.shape[1], *sizes, self.n_outputs_], self._activations, self._dropout
        )
        names = [*self._activations, self._activations[-1] if self._activations else "identity"]
        for weights, biases, name in zip(*_views(network), names, strict=True):
            # Glorot's bound; a third of his variance before logistic units.
            bound = np.sqrt((2 if name == "logistic" else 6) / sum(weights.shape))
            weights[...] = random.uniform(-bound, bound, weights.shape)
            biases[...] = random.uniform(-bound, bound, biases.shape)
        self._show(network)
        self.__dict__.pop("_optimizer", None)
        self.n_iter_ = self.t_ = 0
        self.loss_curve_ = []
        self.validation_loss_curve_ = None
        self.validation_scores_ = None
        self.best_validation_score_ = None
        self.best_loss_ = None if self.early_stopping else np.inf
        self._no_improvement_count = 0
        self._best_parameters = None

    def __getstate__(self) -> dict[str, Any]:
        # The network is made again of coefs_ and intercepts_.
        state = dict(super().__getstate__())
        state.pop("_network", None)
        state.pop("_shown", None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "coefs_" in self.__dict__ and "out_activation_" in self.__dict__:
            optimizer = self.__dict__.get("_optimizer")
            self._adopt([*self.coefs_, *self.intercepts_])
            if optimizer is not None:
                self._optimizer = optimizer

    # Training.

    def _rows_of(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        dtype: Any,
        reset: bool,
        incremental: bool,
        is_training: bool = True,
    ) -> Rows:
        X, y = self._read(X, y, dtype=dtype, reset=reset, incremental=incremental)
        x = X.toarray() if hasattr(X, "toarray") else X
        x = np.ascontiguousarray(x)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, x, dtype=x.dtype, ensure_non_negative=True)
        factors = self._class_factors(y, is_training)
        if factors is not None:
            weights = factors.astype(x.dtype) if weights is None else (weights * factors).astype(x.dtype)
        targets = self._targets(y, x.dtype)
        return Rows(x, targets, weights, self._loss_constant(targets, weights))

    def _dtype(self) -> Any:
        """What validate_data makes of X that begins a training."""
        return (np.float64, np.float32) if self.precision == "auto" else np.dtype(self.precision)

    def _fit(self, X: Any, y: Any, sample_weight: Any, validation_data: Any, *, incremental: bool) -> Self:
        is_first = "coefs_" not in self.__dict__ or (not self.warm_start and not incremental)
        is_training = False

        def keeps_what_it_learned(error: BaseException) -> bool:
            # The last weights that were finite, or those that training went on with, whose classes are the same.
            return is_training and (isinstance(error, NonFiniteError) or not is_first)

        with former_state_on_error(self, unless=keeps_what_it_learned):
            sizes = self._hidden_sizes()
            dtype: Any = self._dtype() if is_first else np.dtype(self.coefs_[0].dtype)
            rows = self._rows_of(X, y, sample_weight, dtype=dtype, reset=is_first, incremental=incremental)
            random = check_random_state(self.random_state)
            if is_first:
                self._initialise(rows, random)
            else:
                self._require_same_network(sizes, rows)
            seed = int(random.randint(np.iinfo(np.int32).max))
            if is_first or "_seed" not in self.__dict__:
                self._seed = self._split_seed = seed
            validation = self._validation_rows(validation_data, rows.x.dtype)
            if validation is None and self.early_stopping and self.solver in STOCHASTIC_SOLVERS:
                rows, validation = self._split(rows)
            if validation is not None and self.validation_scores_ is None:
                self.validation_scores_, self.validation_loss_curve_ = [], []
                self.best_validation_score_ = -np.inf
            self.converged_ = False
            is_training = True
            with fit_task(self, X, y, sample_weight, 1 if incremental else self.max_iter) as task:
                if self.solver == "lbfgs":
                    self._fit_lbfgs(rows, validation, task)
                else:
                    self._fit_stochastic(rows, validation, seed, incremental, task)
        return self

    def _require_same_network(self, sizes: list[int], rows: Rows) -> None:
        # Attributes may have been set by hand instead of by a first training.
        for name in ("validation_scores_", "validation_loss_curve_", "best_validation_score_", "_best_parameters"):
            self.__dict__.setdefault(name, None)
        network = self._engine()
        there = [values.shape[1] for values in self.coefs_[:-1]]
        if there != sizes:
            raise ValueError(
                f"hidden_layer_sizes is {sizes}, but the network that training goes on with has {there}; fit anew "
                "(warm_start=False) for other layers"
            )
        self._refuse_change("activation", self._activation_names(len(sizes)), self.__dict__.get("_activations"))
        if self.precision != "auto":
            self._refuse_change("precision", self.precision, str(self.coefs_[0].dtype))
        if sizes:
            self._refuse_change("dropout", float(self.dropout), self.__dict__.get("_dropout"))
        _, out_activation = self._outputs_and_activation(rows.targets)
        if out_activation != self.out_activation_:
            raise ValueError(
                f"the loss {self.loss!r} needs another output than that of the network that training goes on with; fit "
                "anew (warm_start=False) for this loss"
            )
        if rows.targets.shape[1] != network.outputs:
            raise ValueError(f"y has {rows.targets.shape[1]} outputs, but the network has {network.outputs}")

    @staticmethod
    def _refuse_change(name: str, wanted: Any, there: Any) -> None:
        if there is not None and wanted != there:
            raise ValueError(
                f"{name} is {wanted!r}, but the network that training goes on with has {there!r}; fit anew "
                f"(warm_start=False) for another {name}"
            )

    def _validation_rows(self, validation_data: Any, dtype: Any) -> Rows | None:
        if validation_data is None:
            return None
        parts = tuple(validation_data)
        if len(parts) not in (2, 3):
            raise ValueError(f"validation_data is (X, y) or (X, y, sample_weight), got {len(parts)} parts")
        weight = parts[2] if len(parts) == 3 else None
        return self._rows_of(parts[0], parts[1], weight, dtype=dtype, reset=False, incremental=True, is_training=False)

    def _split(self, rows: Rows) -> tuple[Rows, Rows]:
        """Rows to learn from and to validate with: the same of the same rows in each call."""
        from sklearn.model_selection import train_test_split

        learned, held_out = train_test_split(
            np.arange(len(rows)),
            random_state=self._split_seed,
            test_size=self.validation_fraction,
            stratify=self._strata(rows.targets),
        )
        if len(held_out) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        parts = []
        for places in (learned, held_out):
            weights = None if rows.weights is None else rows.weights[places]
            parts.append(rows.taken(places, self._loss_constant(rows.targets[places], weights)))
        return parts[0], parts[1]

    def _settings(self) -> Settings:
        return Settings(
            solver=self.solver,
            learning_rate_init=self.learning_rate_init,
            schedule=self.learning_rate if self.solver in DESCENT_SOLVERS else "constant",
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
        self._optimizer.attach(network, self._settings(), self._threads())
        batch_size = min(200, len(rows)) if self.batch_size == "auto" else int(self.batch_size)
        if batch_size > len(rows):
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=4
            )
            batch_size = len(rows)
        self.n_iter_ = 0
        parameters = network.parameters
        # Where the last epoch began whose losses were all finite, and where this one does.
        good, before = parameters.copy(), parameters.copy()
        try:
            while self.n_iter_ < self.max_iter:
                before[:] = parameters
                task.begin_epoch()
                loss = self._optimizer.run_epoch(rows, batch_size, self.shuffle)
                good, before = before, good
                self.t_ += len(rows)
                is_asked_to_stop = self._end_epoch(loss, validation, task)
                self._count_improvement(validation is not None)
                self._optimizer.end_epoch(self.t_)
                if self._no_improvement_count > self.n_iter_no_change:
                    if self._optimizer.is_to_stop(self._no_progress(), bool(self.verbose)):
                        self.converged_ = True
                        break
                    self._no_improvement_count = 0
                if incremental or is_asked_to_stop:
                    break
                if self.n_iter_ == self.max_iter:
                    warnings.warn(
                        f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) "
                        "reached and the optimization hasn't converged yet.",
                        ConvergenceWarning,
                        stacklevel=4,
                    )
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=4)
        except NonFiniteError as error:
            parameters[:] = good
            del self._optimizer
            self._answer_divergence(error)
        keeps_best = self.early_stopping and (self.converged_ or not incremental)
        if keeps_best and self._best_parameters is not None:
            parameters[:] = self._best_parameters

    def _end_epoch(self, loss: float, validation: Rows | None, task: FitTask) -> bool:
        """Keeps the numbers of an epoch, says them, and asks the callbacks whether to stop."""
        self.n_iter_ += 1
        self.loss_ = loss
        self.loss_curve_.append(loss)
        if self.verbose:
            print(f"Iteration {self.n_iter_}, loss = {loss:.8f}")
        validation_loss = validation_score = None
        if validation is not None:
            assert self.validation_scores_ is not None and self.validation_loss_curve_ is not None
            validation_loss, validation_score = self._validate(validation)
            self.validation_loss_curve_.append(validation_loss)
            self.validation_scores_.append(validation_score)
            if self.verbose:
                print(f"Validation score: {validation_score:f}")
        record = EpochRecord(self.n_iter_, loss, validation_loss, validation_score, self)
        # All of them are called, also after one that asked to stop.
        answers = [callback(record) for callback in self.callbacks or ()]
        answers.append(task.end_epoch())
        return any(isinstance(answer, (bool, np.bool_)) and bool(answer) for answer in answers)

    def _validate(self, rows: Rows) -> tuple[float, float]:
        settings = self._settings()
        loss, outputs = _native.loss_and_outputs(
            self._network,
            settings.native_loss(),
            rows.x,
            rows.targets,
            rows.weights,
            threads=self._threads(),
        )
        score = self._score_of(outputs, rows) if np.isfinite(outputs).all() else np.nan
        return float(loss) + rows.constant, float(score)

    def _count_improvement(self, has_validation: bool) -> None:
        if has_validation:
            assert self.validation_scores_ is not None and self.best_validation_score_ is not None
            score, best = self.validation_scores_[-1], self.best_validation_score_
            if score > best:
                self.best_validation_score_ = score
                if self.early_stopping:
                    self._best_parameters = self._network.parameters.copy()
            if self.early_stopping:
                # A score that is not a number is no improvement.
                self._no_improvement_count = 0 if score >= best + self.tol else self._no_improvement_count + 1
                return
        if self.best_loss_ is None:
            self.best_loss_ = np.inf
        loss = self.loss_curve_[-1]
        self._no_improvement_count = self._no_improvement_count + 1 if loss > self.best_loss_ - self.tol else 0
        self.best_loss_ = min(self.best_loss_, loss)

    def _no_progress(self) -> str:
        what = "Validation score" if self.early_stopping else "Training loss"
        return f"{what} did not improve more than tol={self.tol:f} for {self.n_iter_no_change:.0f} consecutive epochs."

    def _answer_divergence(self, error: NonFiniteError) -> None:
        """Where weights are kept that validation found good, training ends with a warning. Else it fails."""
        if self.early_stopping and self._best_parameters is not None:
            assert self.validation_scores_ is not None and self.validation_loss_curve_ is not None
            self.n_iter_ += 1
            for curve in (self.loss_curve_, self.validation_loss_curve_, self.validation_scores_):
                curve.append(float("nan"))
            warnings.warn(
                f"{error}\n  The weights with the best validation score, {self.best_validation_score_:.6g}, are kept.",
                ConvergenceWarning,
                stacklevel=5,
            )
            return
        advice = error.advice.replace("clip norm 1", "clip_norm=1").replace("learning rate", "learning_rate_init")
        raise self._divergence(error.where, error.got, SCALE if "first weights" in advice else advice) from None

    def _divergence(self, where: str, got: str, advice: str) -> NonFiniteError:
        return NonFiniteError(
            # The second and third sentence are scikit-learn's.
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
            # Told when it is over: the solver does not say when an iteration begins.
            task.begin_epoch()
            is_over = self._end_epoch(loss + rows.constant, validation, task)
            if validation is not None:
                assert self.validation_scores_ is not None and self.best_validation_score_ is not None
                self.best_validation_score_ = max(self.best_validation_score_, self.validation_scores_[-1])
            return is_over

        self.n_iter_ = 0
        try:
            result = _native.train_lbfgs(
                network,
                self._settings().native_loss(),
                rows.x,
                rows.targets,
                rows.weights,
                alpha=self.alpha,
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
            raise self._divergence("L-BFGS, the first weights", error.got, SCALE) from error
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

    # Answers.

    def _network_outputs(self, X: Any, *, at_net_input: bool = False) -> Array:
        """Outputs of the network [rows][outputs]; of sparse rows in blocks, so that memory stays bounded."""
        if "coefs_" not in self.__dict__:
            check_is_fitted(self)
        network = self._engine()
        X = self._checked(X, np.dtype(network.dtype))
        threads = self._threads() if X.shape[0] >= ROWS_FOR_THREADS else 1
        if not hasattr(X, "toarray"):
            return network.predict(X, at_net_input=at_net_input, threads=threads)
        X = X.tocsr()
        step = max(1, DENSE_NUMBERS // X.shape[1])
        blocks = [
            network.predict(X[i : i + step].toarray(), at_net_input=at_net_input, threads=threads)
            for i in range(0, X.shape[0], step)
        ]
        return np.concatenate(blocks)

    def _checked(self, X: Any, dtype: Any) -> Any:
        # An array that validate_data would return as it is: its look at one row takes longer than the network's answer.
        is_plain = (
            type(X) is np.ndarray
            and X.dtype == dtype
            and X.ndim == 2
            and X.flags.c_contiguous
            and X.shape[0] > 0
            and X.shape[1] == self.n_features_in_
            and "feature_names_in_" not in self.__dict__
        )
        if is_plain and np.isfinite(X).all():
            return X
        return validate_data(self, X, accept_sparse=["csr", "csc"], dtype=dtype, order="C", reset=False)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class MLPClassifier(ClassifierMixin, _BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """Multi-layer perceptron classifier: scikit-learn's parameters, methods and attributes on the engine of chainrule.

    Minimises the log-loss. Sparse X is made dense as a whole in training (rows times features numbers must fit into
    memory), and in blocks in predictions.

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of shape (n_layers - 2,), default=(100,)
        Units of each hidden layer. `()` for none.
    activation : str or list of str, default='relu'
        Of the hidden layers: 'identity', 'logistic', 'tanh', 'relu', 'bipolar_sigmoid', 'leaky_relu', 'elu', 'selu',
        'softplus', 'swish', 'gelu' or 'mish'. A list has one a hidden layer.
    solver : str, default='adam'
        'adam', 'sgd' (with `momentum` and `nesterovs_momentum`) or 'lbfgs'; beyond scikit-learn 'adamw', 'rmsprop',
        'gradient_descent', 'momentum' and 'nesterov'.
    alpha : float, default=0.0001
        L2 penalty: alpha / 2 times the sum of the squared weights, divided by the sum of the batch's sample weights.
    batch_size : int or 'auto', default='auto'
        Rows of a step. 'auto' is min(200, n_samples).
    learning_rate : {'constant', 'invscaling', 'adaptive'}, default='constant'
        Schedule of 'sgd', 'gradient_descent', 'momentum' and 'nesterov', as scikit-learn's.
    learning_rate_init : float, default=0.001
        Learning rate at the start.
    power_t : float, default=0.5
        Exponent of 'invscaling'.
    max_iter : int, default=200
        Most epochs (of 'lbfgs': iterations).
    shuffle : bool, default=True
        Are the rows drawn in another order in each epoch?
    random_state : int, RandomState instance or None, default=None
        Seed of first weights (scikit-learn's own), orders of rows, dropout and the split of early stopping.
    tol : float, default=1e-4
        An epoch whose loss (with `early_stopping`: score) is not better than the best by this much is no progress. Of
        'lbfgs': the largest element of the gradient that training ends at.
    verbose : bool, default=False
        Prints loss and score of each epoch.
    warm_start : bool, default=False
        Does fit go on with the weights of the fit before? Layers, `activation`, `dropout`, `precision` and the classes
        must be the same.
    momentum : float, default=0.9
        Of 'sgd', 'momentum' and 'nesterov', below 1.
    nesterovs_momentum : bool, default=True
        Does 'sgd' use Nesterov's momentum?
    early_stopping : bool, default=False
        Ends when the score of validation rows shows no progress, with the weights of the best score. The rows are
        `validation_data` of fit, or else held out, with the shares of the classes. Works with partial_fit, too: see
        there. Ignored by 'lbfgs'.
    validation_fraction : float, default=0.1
        Share of the rows held out for early stopping.
    beta_1, beta_2 : float, default=0.9, 0.999
        Decay of the moments of 'adam' and 'adamw'.
    epsilon : float, default=1e-8
        Added to the root of the second moment.
    n_iter_no_change : int, default=10
        Epochs without progress after which training ends.
    max_fun : int, default=15000
        Most evaluations of the loss by 'lbfgs'.
    loss : {'log_loss'}, default='log_loss'
        What is minimised: of the softmax of the classes; for two classes, and for each label of multi-label targets, of
        a logistic unit.
    class_weight : dict, list of dict, 'balanced' or None, default=None
        Factors of the sample weights by class, in training and validation. 'balanced' gives all classes the same sum;
        partial_fit does not take it.
    dropout : float, default=0.0
        Share of each hidden layer's units that are silenced in a training step. Not with 'lbfgs'.
    weight_decay : float, default=0.01
        Of 'adamw': weights are multiplied by 1 - learning rate * weight_decay before each update.
    rho : float, default=0.9
        Of 'rmsprop': decay of the mean of squared gradients.
    clip_norm : float, default=0.0
        Gradients longer than this are scaled to that length; 0: never. Not with 'lbfgs'.
    callbacks : list of callable or None, default=None
        Called after each epoch with an EpochRecord (epoch, loss, validation_loss, validation_score, estimator).
        Training ends when one returns True, Python's or NumPy's (as comparisons of arrays give).
    n_jobs : int or None, default=None
        Threads: None is 1, -1 all. The result does not depend on it.
    precision : {'auto', 'float32', 'float64'}, default='auto'
        Of weights and calculations. 'auto' is float32 for X in float32, else float64.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    coefs_, intercepts_ : list of ndarray
        Weights [inputs][outputs] and biases [outputs] of each layer: views into one flat array, to be written to.
    loss_, loss_curve_ : float, list of float
        Loss of the last epoch and of each, penalties included.
    best_loss_ : float or None
        Lowest loss; None with `early_stopping`.
    validation_loss_curve_, validation_scores_ : list of float or None
        Loss without penalties and accuracy of the validation rows after each epoch, where there are any.
    best_validation_score_ : float or None
        Best of them.
    n_iter_ : int
        Epochs (of 'lbfgs': iterations) of the last fit.
    t_ : int
        Training rows seen.
    converged_ : bool
        Did the rule of `tol` end the last fit or partial_fit?
    n_layers_, n_outputs_ : int
        Layers with the input counted, outputs of the network.
    out_activation_ : str
        'softmax' or 'logistic'.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where all are strings.

    Examples
    --------
    >>> from chainrule import MLPClassifier
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> MLPClassifier(solver="lbfgs", random_state=1).fit(X, y).predict(X[:2])
    array([0, 0])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_BaseMLP._parameter_constraints,
        "loss": [StrOptions({"log_loss"})],
        "class_weight": [dict, list, StrOptions({"balanced"}), None],
    }

    classes_: Array
    class_weight: Any
    _labels: Labels
    _class_weights: Array

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        loss: str = "log_loss",
        class_weight: Any = None,
        dropout: float = 0.0,
        weight_decay: float = 0.01,
        rho: float = 0.9,
        clip_norm: float = 0.0,
        callbacks: list[Callback] | tuple[Callback, ...] | None = None,
        n_jobs: int | None = None,
        precision: str = "auto",
    ) -> None:
        self._keep(locals())

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> Self:
        """Trains the network.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            Class labels, or several labels a row.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.
        validation_data : tuple (X, y) or (X, y, sample_weight), default=None
            Rows to validate with after each epoch: they fill `validation_loss_curve_` and `validation_scores_`, and
            with `early_stopping` they are what it goes by.

        Returns
        -------
        self : MLPClassifier

        Raises
        ------
        NonFiniteError
            Training diverged: says in which epoch and what to try. The last weights with a finite loss are kept.

        After any other error the estimator is as it was. An interrupted training (KeyboardInterrupt) keeps the weights
        so far and warns.
        """
        return self._fit(X, y, sample_weight, validation_data, incremental=False)

    @available_if(_is_stochastic)  # type: ignore[untyped-decorator]
    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None, validation_data: Any = None
    ) -> Self:
        """Trains for one epoch over the rows given. As many calls as a fit has epochs give the same weights.

        With `early_stopping` the rows are split in each call (the same way when they are the same) unless there is
        `validation_data`. A call after which the rule says stop sets `converged_` and brings back the best weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.
        classes : array-like of shape (n_classes,), default=None
            All classes of all calls. Needed in the first call.
        validation_data : tuple (X, y) or (X, y, sample_weight), default=None
            As in fit.

        Returns
        -------
        self : MLPClassifier
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight 'balanced' is not supported for partial_fit, which does not know the rows to come. Use "
                "compute_class_weight('balanced', classes=classes, y=y) of rows that stand for all, as a dict"
            )
        is_first = "classes_" not in self.__dict__
        with former_state_on_error(self, unless=lambda error: not is_first or "coefs_" in self.__dict__):
            if _check_partial_fit_first_call(self, classes):
                is_multilabel = str(type_of_target(y)).startswith("multilabel")
                self._labels = Labels(y if is_multilabel else classes)
                self.classes_ = self._labels.classes
            return self._fit(X, y, sample_weight, validation_data, incremental=True)

    def predict(self, X: Any) -> Any:
        """Class labels of the rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        """
        outputs = self._network_outputs(X)
        return self._labels.answers(outputs)

    def predict_proba(self, X: Any) -> Array:
        """Probabilities of the classes.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`; multi-label: of each label on its own.
        """
        outputs = self._network_outputs(X)
        return np.hstack([1 - outputs, outputs]) if self.n_outputs_ == 1 else outputs

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of the probabilities: -inf where a probability is 0.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def decision_function(self, X: Any) -> Array:
        """Net inputs of the output layer: above 0 for the second of two classes, highest for the predicted of more.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        decision : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        z = self._network_outputs(X, at_net_input=True)
        return z.ravel() if self.n_outputs_ == 1 else z

    def _read(self, X: Any, y: Any, *, dtype: Any, reset: bool, incremental: bool) -> tuple[Any, Any]:
        X, y = validate_data(
            self, X, y, accept_sparse=["csr", "csc"], multi_output=True, dtype=dtype, order="C", reset=reset
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if "_labels" not in self.__dict__ or (not self.warm_start and not incremental):
            self._labels = Labels(y)
            self.classes_ = self._labels.classes
            return X, y
        classes = unique_labels(y)
        if self.warm_start and not incremental:
            if set(classes) != set(self.classes_):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                    f"Previously got {self.classes_}, `y` has {classes}"
                )
        elif len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {classes}."
            )
        return X, y

    def _targets(self, y: Any, dtype: Any) -> Array:
        return self._labels.targets(y, dtype)

    def _class_factors(self, y: Any, is_training: bool) -> Array | None:
        if self.class_weight is None:
            return None
        check_class_weights(self.class_weight)
        from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

        if self._labels.kind == "multilabel-indicator":
            factors: Array = compute_sample_weight(self.class_weight, y)
            return factors
        if is_training:
            self._class_weights = compute_class_weight(self.class_weight, classes=self.classes_, y=y)
        places = self._labels.targets(y, np.int64)
        codes = places[:, 0] if self._labels.outputs == 1 else places.argmax(axis=1)
        return self._class_weights[codes]

    def _outputs_and_activation(self, targets: Array) -> tuple[int, str]:
        is_multiclass = self._labels.kind == "multiclass" and self._labels.outputs > 1
        return self._labels.outputs, "softmax" if is_multiclass else "logistic"

    def _native_loss_name(self) -> str:
        return "softmax_cross_entropy" if self.out_activation_ == "softmax" else "binary_cross_entropy"

    def _score_of(self, outputs: Array, rows: Rows) -> float:
        return self._labels.accuracy(outputs, rows.targets, rows.weights)

    def _strata(self, targets: Array) -> Array | None:
        if self._labels.kind == "multilabel-indicator":
            return None
        if targets.shape[1] == 1:
            return targets.astype(bool)
        classes = targets.argmax(axis=1)
        held_out = int(np.ceil(self.validation_fraction * len(targets)))
        counts = np.bincount(classes)
        # Where a class has one row only, or fewer rows are held out than there are classes, the split is at random.
        can_be_shared = counts[counts > 0].min() >= 2 and held_out >= targets.shape[1]
        return classes if can_be_shared else None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class MLPRegressor(RegressorMixin, _BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """Multi-layer perceptron regressor: scikit-learn's parameters, methods and attributes on the engine of chainrule.

    With one output all losses are scikit-learn's. With several outputs the reported loss is what the gradient is of
    (scikit-learn divides the loss but not its gradient by their number): half the squared error is summed over them.
    Sparse X is made dense as a whole in training (rows times features numbers must fit into memory), and in blocks in
    predictions.

    Parameters
    ----------
    loss : str, default='squared_error'
        Of a row, e the error:

        - 'squared_error': half e^2, summed over the outputs;
        - 'poisson': half the Poisson deviance, summed over the outputs; the network gives the logarithm of the expected
          count, y >= 0;
        - 'absolute_error': |e|, mean over the outputs: the median is learned;
        - 'huber': e^2 / 2 up to `huber_delta`, straight lines beyond, mean over the outputs;
        - 'quantile': `quantile` e for e = y - prediction above 0, (`quantile` - 1) e below, mean over the outputs.
    hidden_layer_sizes : int or array-like of shape (n_layers - 2,), default=(100,)
        Units of each hidden layer. `()` for none.
    activation : str or list of str, default='relu'
        Of the hidden layers: 'identity', 'logistic', 'tanh', 'relu', 'bipolar_sigmoid', 'leaky_relu', 'elu', 'selu',
        'softplus', 'swish', 'gelu' or 'mish'. A list has one a hidden layer.
    solver : str, default='adam'
        'adam', 'sgd' (with `momentum` and `nesterovs_momentum`) or 'lbfgs'; beyond scikit-learn 'adamw', 'rmsprop',
        'gradient_descent', 'momentum' and 'nesterov'.
    alpha : float, default=0.0001
        L2 penalty: alpha / 2 times the sum of the squared weights, divided by the sum of the batch's sample weights.
    batch_size : int or 'auto', default='auto'
        Rows of a step. 'auto' is min(200, n_samples).
    learning_rate : {'constant', 'invscaling', 'adaptive'}, default='constant'
        Schedule of 'sgd', 'gradient_descent', 'momentum' and 'nesterov', as scikit-learn's.
    learning_rate_init : float, default=0.001
        Learning rate at the start.
    power_t : float, default=0.5
        Exponent of 'invscaling'.
    max_iter : int, default=200
        Most epochs (of 'lbfgs': iterations).
    shuffle : bool, default=True
        Are the rows drawn in another order in each epoch?
    random_state : int, RandomState instance or None, default=None
        Seed of first weights (scikit-learn's own), orders of rows, dropout and the split of early stopping.
    tol : float, default=1e-4
        An epoch whose loss (with `early_stopping`: score) is not better than the best by this much is no progress. Of
        'lbfgs': the largest element of the gradient that training ends at.
    verbose : bool, default=False
        Prints loss and score of each epoch.
    warm_start : bool, default=False
        Does fit go on with the weights of the fit before? Layers, `activation`, `dropout` and `precision` must be the
        same, and `loss` 'poisson' or not as it was.
    momentum : float, default=0.9
        Of 'sgd', 'momentum' and 'nesterov', below 1.
    nesterovs_momentum : bool, default=True
        Does 'sgd' use Nesterov's momentum?
    early_stopping : bool, default=False
        Ends when the score of validation rows shows no progress, with the weights of the best score. The rows are
        `validation_data` of fit, or else held out. Works with partial_fit, too: see there. Ignored by 'lbfgs'.
    validation_fraction : float, default=0.1
        Share of the rows held out for early stopping.
    beta_1, beta_2 : float, default=0.9, 0.999
        Decay of the moments of 'adam' and 'adamw'.
    epsilon : float, default=1e-8
        Added to the root of the second moment.
    n_iter_no_change : int, default=10
        Epochs without progress after which training ends.
    max_fun : int, default=15000
        Most evaluations of the loss by 'lbfgs'.
    huber_delta : float, default=1.0
        Where 'huber' becomes straight, in units of y.
    quantile : float, default=0.5
        Of 'quantile', between 0 and 1.
    dropout : float, default=0.0
        Share of each hidden layer's units that are silenced in a training step. Not with 'lbfgs'.
    weight_decay : float, default=0.01
        Of 'adamw': weights are multiplied by 1 - learning rate * weight_decay before each update.
    rho : float, default=0.9
        Of 'rmsprop': decay of the mean of squared gradients.
    clip_norm : float, default=0.0
        Gradients longer than this are scaled to that length; 0: never. Not with 'lbfgs'.
    callbacks : list of callable or None, default=None
        Called after each epoch with an EpochRecord (epoch, loss, validation_loss, validation_score, estimator).
        Training ends when one returns True, Python's or NumPy's (as comparisons of arrays give).
    n_jobs : int or None, default=None
        Threads: None is 1, -1 all. The result does not depend on it.
    precision : {'auto', 'float32', 'float64'}, default='auto'
        Of weights and calculations. 'auto' is float32 for X in float32, else float64.

    Attributes
    ----------
    coefs_, intercepts_ : list of ndarray
        Weights [inputs][outputs] and biases [outputs] of each layer: views into one flat array, to be written to.
    loss_, loss_curve_ : float, list of float
        Loss of the last epoch and of each, penalties included.
    best_loss_ : float or None
        Lowest loss; None with `early_stopping`.
    validation_loss_curve_, validation_scores_ : list of float or None
        Loss without penalties and R2 of the validation rows after each epoch, where there are any.
    best_validation_score_ : float or None
        Best of them.
    n_iter_ : int
        Epochs (of 'lbfgs': iterations) of the last fit.
    t_ : int
        Training rows seen.
    converged_ : bool
        Did the rule of `tol` end the last fit or partial_fit?
    n_layers_, n_outputs_ : int
        Layers with the input counted, outputs of the network.
    out_activation_ : str
        'identity', of loss 'poisson' 'exp'.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where all are strings.

    Examples
    --------
    >>> from chainrule import MLPRegressor
    >>> from sklearn.datasets import make_regression
    >>> X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    >>> bool(MLPRegressor(solver="lbfgs", random_state=1, max_iter=500).fit(X, y).score(X, y) > 0.99)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_BaseMLP._parameter_constraints,
        "loss": [StrOptions(set(REGRESSION_LOSSES))],
        "huber_delta": [Interval(Real, 0, None, closed="neither")],
        "quantile": [Interval(Real, 0, 1, closed="neither")],
    }

    huber_delta: float
    quantile: float

    def __init__(
        self,
        loss: str = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        huber_delta: float = 1.0,
        quantile: float = 0.5,
        dropout: float = 0.0,
        weight_decay: float = 0.01,
        rho: float = 0.9,
        clip_norm: float = 0.0,
        callbacks: list[Callback] | tuple[Callback, ...] | None = None,
        n_jobs: int | None = None,
        precision: str = "auto",
    ) -> None:
        self._keep(locals())

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> Self:
        """Trains the network.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.
        validation_data : tuple (X, y) or (X, y, sample_weight), default=None
            Rows to validate with after each epoch: they fill `validation_loss_curve_` and `validation_scores_`, and
            with `early_stopping` they are what it goes by.

        Returns
        -------
        self : MLPRegressor

        Raises
        ------
        NonFiniteError
            Training diverged: says in which epoch and what to try. The last weights with a finite loss are kept.

        After any other error the estimator is as it was. An interrupted training (KeyboardInterrupt) keeps the weights
        so far and warns.
        """
        return self._fit(X, y, sample_weight, validation_data, incremental=False)

    @available_if(_is_stochastic)  # type: ignore[untyped-decorator]
    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> Self:
        """Trains for one epoch over the rows given. As many calls as a fit has epochs give the same weights.

        With `early_stopping` the rows are split in each call (the same way when they are the same) unless there is
        `validation_data`. A call after which the rule says stop sets `converged_` and brings back the best weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.
        validation_data : tuple (X, y) or (X, y, sample_weight), default=None
            As in fit.

        Returns
        -------
        self : MLPRegressor
        """
        return self._fit(X, y, sample_weight, validation_data, incremental=True)

    def predict(self, X: Any) -> Array:
        """Predictions for the rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        answers = self._answers(self._network_outputs(X))
        return answers.ravel() if answers.shape[1] == 1 else answers

    def _answers(self, outputs: Array) -> Array:
        return np.exp(outputs) if self.out_activation_ == "exp" else outputs

    def _read(self, X: Any, y: Any, *, dtype: Any, reset: bool, incremental: bool) -> tuple[Any, Any]:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            y_numeric=True,
            dtype=dtype,
            order="C",
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, y

    def _targets(self, y: Any, dtype: Any) -> Array:
        return np.ascontiguousarray(y.reshape(len(y), -1), dtype=dtype)

    def _outputs_and_activation(self, targets: Array) -> tuple[int, str]:
        return targets.shape[1], "exp" if self.loss == "poisson" else "identity"

    def _native_loss_name(self) -> str:
        return REGRESSION_LOSSES[self.loss]

    def _loss_constant(self, targets: Array, weights: Array | None) -> float:
        """What half the Poisson deviance has beyond exp(a) - t a: t log t - t."""
        if self.loss != "poisson" or len(targets) == 0 or targets.min() < 0:
            return 0.0
        t = targets.astype(np.float64)
        return float(np.average((t * np.log(np.where(t > 0, t, 1)) - t).sum(axis=1), weights=weights))

    def _score_of(self, outputs: Array, rows: Rows) -> float:
        from sklearn.metrics import r2_score

        return float(r2_score(rows.targets, self._answers(outputs), sample_weight=rows.weights))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = self.loss == "poisson"
        return tags
