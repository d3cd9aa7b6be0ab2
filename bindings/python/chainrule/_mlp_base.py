"""The base of MLPClassifier and MLPRegressor: parameters, the network behind coefs_ and intercepts_, and fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from chainrule import _native
from chainrule._errors import NonFiniteError
from chainrule._fit_tasks import CallbackSupportMixin, fit_task
from chainrule._mlp_solvers import Network, Rows
from chainrule._mlp_training import TrainsNetwork
from chainrule._model_files import SavesModelFile
from chainrule._parameters import former_state_on_error
from chainrule._tables import HIDDEN_ACTIVATIONS, SOLVERS, STOCHASTIC_SOLVERS, name_of_word, solver_of_word

Array = npt.NDArray[Any]

# Predictions make a sparse matrix dense in blocks of this many numbers: 32 MB in float64.
DENSE_NUMBERS = 4_000_000
# Predictions of fewer rows use one thread: starting more would take longer.
ROWS_FOR_THREADS = 256


class WordOptions(StrOptions):  # type: ignore[misc]  # scikit-learn has no types
    """Words, and what `name_of` understands as one of them."""

    def __init__(self, options: set[str], name_of: Callable[[Any], Any]) -> None:
        super().__init__(options)
        self.name_of = name_of

    def is_satisfied_by(self, val: Any) -> bool:
        return isinstance(val, str) and super().is_satisfied_by(self.name_of(val))


def activation_of_word(word: Any) -> Any:
    return name_of_word("activation", word)


def is_stochastic(estimator: BaseMLP) -> bool:
    if solver_of_word(estimator.solver) not in STOCHASTIC_SOLVERS:
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


class BaseMLP(TrainsNetwork, SavesModelFile, CallbackSupportMixin, BaseEstimator):  # type: ignore[misc]
    """The base of both estimators."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [WordOptions(set(HIDDEN_ACTIVATIONS), activation_of_word), list, tuple],
        "solver": [WordOptions(set(SOLVERS), solver_of_word)],
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

    def _keep(self, parameters: dict[str, Any]) -> None:
        """Stores the arguments of __init__ (its locals()) as attributes."""
        for name, value in parameters.items():
            if name not in ("self", "__class__"):
                setattr(self, name, value)

    # The network and its public views.

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
            return [activation_of_word(self.activation)] * hidden_layers
        names = [activation_of_word(name) for name in self.activation]
        unknown = [name for name in names if name not in HIDDEN_ACTIVATIONS]
        if unknown:
            raise ValueError(f"unknown activation {unknown[0]!r}, expected one of {', '.join(HIDDEN_ACTIVATIONS)}")
        if len(names) != hidden_layers:
            raise ValueError(
                f"activation has {len(names)} names for {hidden_layers} hidden layers: one name a hidden layer"
            )
        return names

    def _new_network(self, dtype: Any, sizes: list[int], activations: list[str], dropout: float) -> Network:
        """A network with all parameters 0."""
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
        """Installs the network; coefs_ and intercepts_ become views into it."""
        coefs, intercepts = _views(network)
        self._network = network
        self.coefs_, self.intercepts_ = coefs, intercepts
        self._shown = [*coefs, *intercepts]

    def _engine(self) -> Network:
        """The network, with the current numbers of coefs_ and intercepts_, whose arrays users may replace."""
        shown = self.__dict__.get("_shown", [])
        arrays = [*self.coefs_, *self.intercepts_]
        if len(arrays) != len(shown) or any(a is not b for a, b in zip(arrays, shown, strict=True)):
            self._adopt(arrays)
        return self._network

    def _adopt(self, arrays: list[Array]) -> None:
        """Copies weights and biases from arrays that are not the network's."""
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
        """Initial weights, the same numbers as scikit-learn's, and empty curves."""
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
            # Glorot's bound; a third of its variance for logistic units.
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
        # __setstate__ makes the network from coefs_ and intercepts_.
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
        """The dtype argument of validate_data for the X of a first fit."""
        return (np.float64, np.float32) if self.precision == "auto" else np.dtype(self.precision)

    def _fit(self, X: Any, y: Any, sample_weight: Any, validation_data: Any, *, incremental: bool) -> Self:
        is_first = "coefs_" not in self.__dict__ or (not self.warm_start and not incremental)
        is_training = False

        def keeps_what_it_learned(error: BaseException) -> bool:
            # The last finite weights, or those of a continued fit, whose classes are the same.
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
            if validation is None and self.early_stopping and solver_of_word(self.solver) in STOCHASTIC_SOLVERS:
                rows, validation = self._split(rows)
            if validation is not None and self.validation_scores_ is None:
                self.validation_scores_, self.validation_loss_curve_ = [], []
                self.best_validation_score_ = -np.inf
            self.converged_ = False
            is_training = True
            with fit_task(self, X, y, sample_weight, 1 if incremental else self.max_iter) as task:
                if solver_of_word(self.solver) == "lbfgs":
                    self._fit_lbfgs(rows, validation, task)
                else:
                    self._fit_stochastic(rows, validation, seed, incremental, task)
        return self

    def _require_same_network(self, sizes: list[int], rows: Rows) -> None:
        # Attributes may have been set by hand and not by a first fit.
        for name in ("validation_scores_", "validation_loss_curve_", "best_validation_score_", "_best_parameters"):
            self.__dict__.setdefault(name, None)
        network = self._engine()
        there = [values.shape[1] for values in self.coefs_[:-1]]
        if there != sizes:
            raise ValueError(
                f"hidden_layer_sizes is {sizes}, but the network that training continues has {there}; fit again "
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
                f"the loss {self.loss!r} needs another output than that of the network that training continues; fit "
                "again (warm_start=False) for this loss"
            )
        if rows.targets.shape[1] != network.outputs:
            raise ValueError(f"y has {rows.targets.shape[1]} outputs, but the network has {network.outputs}")

    @staticmethod
    def _refuse_change(name: str, wanted: Any, there: Any) -> None:
        if there is not None and wanted != there:
            raise ValueError(
                f"{name} is {wanted!r}, but the network that training continues has {there!r}; fit again "
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
        """Training and validation rows: equal rows are split in the same way in each call."""
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

    # Predictions.

    def _network_outputs(self, X: Any, *, at_pre_activation: bool = False) -> Array:
        """Outputs of the network [rows][outputs]; sparse rows in blocks, so that memory stays bounded."""
        if "coefs_" not in self.__dict__:
            check_is_fitted(self)
        network = self._engine()
        X = self._checked(X, np.dtype(network.dtype))
        threads = self._threads() if X.shape[0] >= ROWS_FOR_THREADS else 1
        if not hasattr(X, "toarray"):
            return network.predict(X, at_pre_activation=at_pre_activation, threads=threads)
        X = X.tocsr()
        step = max(1, DENSE_NUMBERS // X.shape[1])
        blocks = [
            network.predict(X[i : i + step].toarray(), at_pre_activation=at_pre_activation, threads=threads)
            for i in range(0, X.shape[0], step)
        ]
        return np.concatenate(blocks)

    def _checked(self, X: Any, dtype: Any) -> Any:
        # validate_data would return such an array unchanged, but for one row it takes longer than the network.
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
