"""MLPClassifier: scikit-learn's interface to the engine of chainrule. Changing the import is enough."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
from sklearn.utils.validation import validate_data

from chainrule._labels import Labels
from chainrule._mlp_base import BaseMLP, WordOptions, is_stochastic
from chainrule._mlp_solvers import Rows
from chainrule._mlp_training import Callback
from chainrule._parameters import check_class_weights, former_state_on_error
from chainrule._tables import documented, name_of_word

Array = npt.NDArray[Any]


def loss_of_word(word: Any) -> Any:
    """'log_loss' for every word that means the cross-entropy of the classes; anything else as it is."""
    return "log_loss" if name_of_word("loss", word) == "cross_entropy" else word


@documented
class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """Multi-layer perceptron classifier: scikit-learn's parameters, methods and attributes on the engine of chainrule.

    Minimises the log-loss. Sparse X is made dense as a whole in training (rows times features numbers must fit into
    memory), and in blocks in predictions.

    Parameters
    ----------
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
        Whether fit continues from the weights of the last fit. Layers, `activation`, `dropout`, `precision` and the
        classes must be the same.
    momentum : float, default=0.9
        Momentum of 'sgd', 'momentum' and 'nesterov', below 1.
    nesterovs_momentum : bool, default=True
        Whether 'sgd' uses Nesterov's momentum.
    early_stopping : bool, default=False
        Ends training when the validation score makes no progress, with the weights of the best score. The rows are
        fit's `validation_data`, or else held out, with the shares of the classes. Works with partial_fit, too: see
        there. Ignored by 'lbfgs'.
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
    loss : {'log_loss'}, default='log_loss'
        The cross-entropy of a softmax over the classes; for two classes, and for each label of multi-label targets, of
        a logistic unit.
    class_weight : dict, list of dict, 'balanced' or None, default=None
        Factors of the sample weights by class, in training and validation. 'balanced' gives all classes the same total
        weight; partial_fit does not take it.
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
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    coefs_, intercepts_ : list of ndarray
        Weights [inputs][outputs] and biases [outputs] of each layer: writable views into one flat array.
    loss_, loss_curve_ : float, list of float
        Loss of the last epoch and of each epoch, penalties included.
    best_loss_ : float or None
        Lowest loss; None with `early_stopping`.
    validation_loss_curve_, validation_scores_ : list of float or None
        Loss without penalties and accuracy on the validation rows after each epoch; None without such rows.
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
        'softmax' or 'logistic'.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, if all are strings.

    Examples
    --------
    >>> from chainrule import MLPClassifier
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> MLPClassifier(solver="lbfgs", random_state=1).fit(X, y).predict(X[:2])
    array([0, 0])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseMLP._parameter_constraints,
        "loss": [WordOptions({"log_loss"}, loss_of_word)],
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
            Class labels, or several labels per row.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.
        validation_data : tuple (X, y) or (X, y, sample_weight), default=None
            Validation rows, scored after each epoch in `validation_loss_curve_` and `validation_scores_`.
            `early_stopping` uses them.

        Returns
        -------
        self : MLPClassifier

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
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None, validation_data: Any = None
    ) -> Self:
        """Trains for one epoch on the rows given. n calls on the same rows give the result of a fit of n epochs.

        With `early_stopping` and without `validation_data`, each call splits its rows (equal rows in the same way).
        The call that meets the stopping rule sets `converged_` and restores the best weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.
        classes : array-like of shape (n_classes,), default=None
            All classes of all calls. Required in the first call.
        validation_data : tuple (X, y) or (X, y, sample_weight), default=None
            As in fit.

        Returns
        -------
        self : MLPClassifier
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight 'balanced' is not supported for partial_fit, which does not know the rows to come. Pass "
                "a dict from compute_class_weight('balanced', classes=classes, y=y) on representative rows"
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
        return self._labels.predictions(outputs)

    def predict_proba(self, X: Any) -> Array:
        """Probabilities of the classes.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`; multi-label: each label independently.
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
        """Pre-activations z of the outputs: above 0 for the second of two classes, highest for the predicted of more.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        decision : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        z = self._network_outputs(X, at_pre_activation=True)
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
        # With a class of one row, or fewer held-out rows than classes, the split is random.
        can_be_shared = counts[counts > 0].min() >= 2 and held_out >= targets.shape[1]
        return classes if can_be_shared else None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
