"""MLPRegressor: scikit-learn's interface to the engine of chainrule. Changing the import is enough."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar, Self

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import numpy as np
import numpy.typing as npt
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import Interval
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import validate_data

from chainrule._mlp_base import BaseMLP, WordOptions, is_stochastic
from chainrule._mlp_solvers import Rows
from chainrule._mlp_training import Callback
from chainrule._tables import documented, name_of_word

Array = npt.NDArray[Any]

# scikit-learn's names of the losses, and the engine's. Half the squared error is summed over the outputs, so that its
# gradient is scikit-learn's; scikit-learn reports this loss divided by the number of outputs.
REGRESSION_LOSSES = {
    "squared_error": "half_squared_error",
    "absolute_error": "mean_absolute_error",
    "huber": "huber",
    "quantile": "quantile",
    "poisson": "poisson",
}
_NAME_OF_LOSS = {native: name for name, native in REGRESSION_LOSSES.items()} | {"mean_squared_error": "squared_error"}


def loss_of_word(word: Any) -> Any:
    """scikit-learn's name of the loss that a word or a synonym stands for ('mse': 'squared_error')."""
    if not isinstance(word, str) or word in REGRESSION_LOSSES:
        return word
    name = name_of_word("loss", word)
    return _NAME_OF_LOSS.get(name, name)


@documented
class MLPRegressor(RegressorMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """Multi-layer perceptron regressor: scikit-learn's parameters, methods and attributes on the engine of chainrule.

    With one output all losses are scikit-learn's. With several, half the squared error is summed over them, so that the
    gradient is that of the reported loss (scikit-learn divides the loss, but not its gradient, by their number).
    Sparse X is made dense as a whole in training (rows times features numbers must fit into memory), and in blocks in
    predictions.

    Parameters
    ----------
    loss : str, default='squared_error'
        Per row, with the error e:

        - 'squared_error': half e^2, summed over the outputs;
        - 'poisson': half the Poisson deviance, summed over the outputs; the network's output is the logarithm of the
          expected count, y >= 0;
        - 'absolute_error': |e|, mean over the outputs: it learns the median;
        - 'huber': e^2 / 2 up to `huber_delta`, linear beyond, mean over the outputs;
        - 'quantile': `quantile` e for e = y - prediction above 0, (`quantile` - 1) e below, mean over the outputs.
    hidden_layer_sizes : int or array-like of shape (n_layers - 2,), default=(100,)
        Units of each hidden layer. `()` for none.
    activation : str or list of str, default='relu'
        Activation of the hidden layers: {hidden_activations}. A list has one per hidden layer.
    solver : str, default='adam'
        {solvers}. 'sgd' is gradient descent with `momentum` and `nesterovs_momentum`; 'lbfgs' uses all rows at once.
    alpha : float, default=0.0001
        L2 penalty: alpha / 2 times the sum of the squared weights, divided by the sum of the batch's sample weights.
    batch_size : int or 'auto', default='auto'
        Rows per step. 'auto' is min(200, n_samples).
    learning_rate : {'constant', 'invscaling', 'adaptive'}, default='constant'
        scikit-learn's schedule, for solvers that do not scale each weight's step: {descent_solvers}.
    learning_rate_init : float, default=0.001
        Initial learning rate.
    power_t : float, default=0.5
        Exponent of 'invscaling'.
    max_iter : int, default=200
        Maximum number of epochs ('lbfgs': iterations).
    shuffle : bool, default=True
        Whether to shuffle the rows in each epoch.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights (the same as scikit-learn's), row order, dropout and the split for early stopping.
    tol : float, default=1e-4
        An epoch makes progress if its loss (with `early_stopping`: score) improves on the best by at least this much.
        'lbfgs' ends when no element of the gradient is larger.
    verbose : bool, default=False
        Prints loss and score of each epoch.
    warm_start : bool, default=False
        Whether fit continues from the weights of the last fit. Layers, `activation`, `dropout` and `precision` must be
        the same, and `loss` must not change from or to 'poisson'.
    momentum : float, default=0.9
        Momentum of 'sgd', 'momentum' and 'nesterov', below 1.
    nesterovs_momentum : bool, default=True
        Whether 'sgd' uses Nesterov's momentum.
    early_stopping : bool, default=False
        Ends training when the validation score makes no progress, with the weights of the best score. The rows are
        fit's `validation_data`, or else held out. Works with partial_fit, too: see there. Ignored by 'lbfgs'.
    validation_fraction : float, default=0.1
        Share of the rows held out for early stopping.
    beta_1, beta_2 : float, default=0.9, 0.999
        Decay of the moments of 'adam' and 'adamw'.
    epsilon : float, default=1e-8
        Added to the square root of the second moment.
    n_iter_no_change : int, default=10
        Epochs without progress after which training ends.
    max_fun : int, default=15000
        Maximum number of loss evaluations by 'lbfgs'.
    huber_delta : float, default=1.0
        Where 'huber' becomes linear, in units of y.
    quantile : float, default=0.5
        The level of 'quantile', between 0 and 1.
    dropout : float, default=0.0
        Share of each hidden layer's units that a training step drops. Not with 'lbfgs'.
    weight_decay : float, default=0.01
        'adamw' multiplies the weights by 1 - learning rate * weight_decay before each update.
    rho : float, default=0.9
        Decay of the mean squared gradient in 'rmsprop'.
    clip_norm : float, default=0.0
        Gradients with a larger norm are scaled down to it; 0: never. Not with 'lbfgs'.
    callbacks : list of callable or None, default=None
        Called after each epoch with an EpochRecord (epoch, loss, validation_loss, validation_score, estimator).
        Training ends when one returns True (Python's or NumPy's).
    n_jobs : int or None, default=None
        Number of threads: None means 1, -1 means all. The result does not depend on it.
    precision : {'auto', 'float32', 'float64'}, default='auto'
        Precision of the weights and the arithmetic. 'auto' is float32 for X in float32, else float64.

    Attributes
    ----------
    coefs_, intercepts_ : list of ndarray
        Weights [inputs][outputs] and biases [outputs] of each layer: writable views into one flat array.
    loss_, loss_curve_ : float, list of float
        Loss of the last epoch and of each epoch, penalties included.
    best_loss_ : float or None
        Lowest loss; None with `early_stopping`.
    validation_loss_curve_, validation_scores_ : list of float or None
        Loss without penalties and R2 on the validation rows after each epoch; None without such rows.
    best_validation_score_ : float or None
        The best validation score.
    n_iter_ : int
        Epochs ('lbfgs': iterations) of the last fit.
    t_ : int
        Number of training rows seen, over all epochs.
    converged_ : bool
        Whether the rule of `tol` ended the last fit or partial_fit.
    n_layers_, n_outputs_ : int
        Number of layers, the input included, and of outputs.
    out_activation_ : str
        'identity'; with loss 'poisson' 'exp'.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, if all are strings.

    Examples
    --------
    >>> from chainrule import MLPRegressor
    >>> from sklearn.datasets import make_regression
    >>> X, y = make_regression(n_samples=200, n_features=20, random_state=1)
    >>> bool(MLPRegressor(solver="lbfgs", random_state=1, max_iter=500).fit(X, y).score(X, y) > 0.99)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseMLP._parameter_constraints,
        "loss": [WordOptions(set(REGRESSION_LOSSES), loss_of_word)],
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
            Validation rows, scored after each epoch in `validation_loss_curve_` and `validation_scores_`.
            `early_stopping` uses them.

        Returns
        -------
        self : MLPRegressor

        Raises
        ------
        NonFiniteError
            If training diverged: names the epoch and what to try. The last weights with a finite loss are kept.

        Any other error leaves the estimator unchanged. An interrupted fit (KeyboardInterrupt) keeps the current
        weights and warns.
        """
        return self._fit(X, y, sample_weight, validation_data, incremental=False)

    @available_if(is_stochastic)  # type: ignore[untyped-decorator]
    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, validation_data: Any = None) -> Self:
        """Trains for one epoch on the rows given. n calls on the same rows give the result of a fit of n epochs.

        With `early_stopping` and without `validation_data`, each call splits its rows (equal rows in the same way).
        The call that meets the stopping rule sets `converged_` and restores the best weights.

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
        predictions = self._in_units_of_y(self._network_outputs(X))
        return predictions.ravel() if predictions.shape[1] == 1 else predictions

    def _in_units_of_y(self, outputs: Array) -> Array:
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
        return targets.shape[1], "exp" if loss_of_word(self.loss) == "poisson" else "identity"

    def _native_loss_name(self) -> str:
        return REGRESSION_LOSSES[loss_of_word(self.loss)]

    def _loss_constant(self, targets: Array, weights: Array | None) -> float:
        """Half the Poisson deviance minus exp(a) - t a, which is t log t - t."""
        if loss_of_word(self.loss) != "poisson" or len(targets) == 0 or targets.min() < 0:
            return 0.0
        t = targets.astype(np.float64)
        return float(np.average((t * np.log(np.where(t > 0, t, 1)) - t).sum(axis=1), weights=weights))

    def _score_of(self, outputs: Array, rows: Rows) -> float:
        from sklearn.metrics import r2_score

        return float(r2_score(rows.targets, self._in_units_of_y(outputs), sample_weight=rows.weights))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = loss_of_word(self.loss) == "poisson"
        return tags
