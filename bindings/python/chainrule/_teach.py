"""Calculations in full: a step worked by hand, computational graphs, gradient checks, lessons."""

from __future__ import annotations

import base64
import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule import _native
from chainrule._errors import UsageError
from chainrule._network import Network, count, finite, word

# The digits of a double. The numbers of example 004 differ only in late decimals.
_ALL_DIGITS = 17
_DIGITS = {"004": _ALL_DIGITS}


@dataclass(frozen=True)
class Explanation:
    """One step of gradient descent, each number with its formula. A notebook shows the page, print() the text."""

    _worked: _native.Worked = field(repr=False)
    _page: Mapping[str, Any] = field(repr=False)

    @property
    def text(self) -> str:
        """Text for a terminal."""
        return str(self._worked.page("text", **self._page))

    @property
    def html(self) -> str:
        """A complete page: HTML with MathML, without scripts or external resources."""
        return str(self._worked.page("html", **self._page))

    @property
    def latex(self) -> str:
        """A complete LaTeX document."""
        return str(self._worked.page("latex", **self._page))

    @property
    def numbers(self) -> dict[str, Any]:
        """Every number with all digits.

        Keys: sizes, activations, loss, eta, W, b, ...; samples, each with x, t, z, a, f_prime, delta and loss; dW, db,
        W_new, b_new, total_loss, total_loss_after_update. W[l][i][j] leads from unit j to unit i.
        """
        numbers: dict[str, Any] = json.loads(self._worked.json())
        return numbers

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        # In a frame, so that the page's style does not affect the notebook.
        page = html.escape(self.html, quote=True)
        style = "width:100%;height:40em;border:1px solid #8888"
        return f'<iframe srcdoc="{page}" style="{style}" title="a worked step"></iframe>'


def explain(
    what: str | os.PathLike[str] | Mapping[str, Any] | Network | Any,
    x: Any = None,
    y: Any = None,
    *,
    rows: Sequence[int] | int | None = None,
    member: int | None = None,
    loss: str | None = None,
    learning_rate: float | None = None,
    penalty: float | None = None,
    decay: float | None = None,
    reduction: str | None = None,
    notation: str | None = None,
    digits: int | None = None,
    parameter: str | None = None,
    all_equations: bool = False,
) -> Explanation:
    """Works one step of gradient descent by hand: forward, loss, deltas, gradients, update, with every formula.

    Parameters
    ----------
    what : the network to explain
        - "000", "001", "002" or "004": the worked example of a lecture;
        - a dict, or the path of a .json file, with a network and its parameters (see examples/networks);
        - a `Network`;
        - a fitted MLPClassifier or MLPRegressor of chainrule or scikit-learn (with `coefs_` and `intercepts_`);
        - the path of a .safetensors model file.
    x : array of shape (rows, inputs), or a path
        The rows to work on, as the network takes them (scaled, if it was trained on scaled rows). For a model file the
        path of a table with its target.
    y : array
        Classes or numbers for an estimator, targets (rows, outputs) for a Network. Not for a model file.
    rows : int or sequence of int, optional
        Which rows of x, from 0. Default: all, at most 1,000; the first row of a table.
    member : int, optional
        For a model file: one of the networks that vote, alone, counted from 1 as `chainrule inspect` lists them.
        Without it, the explanation of a mixture begins with the vote.
    loss : str, optional
        Replaces the network's own.
    learning_rate : float, optional
        Default: that of the network's file, or 0.1.
    penalty, decay : float, optional
        lambda of lambda/2 |W|^2 in the loss; weight decay: an update removes learning_rate * decay of each weight.
    reduction : {"sum", "mean"}, optional
        Of the loss over several rows.
    notation : {"plain", "000", "001", "002", "003", "004"}, optional
        The lecture whose symbols to use. Default: an example's own, else "plain".
    digits : int, optional
        Significant digits on the page, 1 to 17. `numbers` has all digits.
    parameter : str, optional
        Shows only the calculation of one weight or bias: "w_12^(1)", "w(2,5)", "W[0][1][2]".
    all_equations : bool
        Show more than 60 equations per section.

    Returns
    -------
    Explanation
        With text, html, latex, numbers.

    Examples
    --------
    >>> import chainrule
    >>> step = chainrule.explain("004")
    >>> step.numbers["sizes"]
    [2, 3, 2, 1]
    """
    examples = {word: (description, symbols) for word, description, symbols in _native.worked_examples()}
    is_example = isinstance(what, str) and what in examples
    is_model = isinstance(what, (str, os.PathLike)) and str(what).endswith(".safetensors")
    takes_rows = is_model or not isinstance(what, (str, os.PathLike, Mapping))
    if member is not None and not is_model:
        raise UsageError("only a model file of several networks that vote has members", advice="leave member out")
    if not takes_rows and any(given is not None for given in (x, y, rows, loss)):
        raise UsageError("this example has its own samples and loss", advice="leave x, y, rows and loss out")
    if is_example:
        worked = _native.Worked.example(str(what))
    elif is_model:
        worked = _worked_model(str(what), x, y, rows, loss, member)
    elif isinstance(what, (str, os.PathLike)):
        worked = _worked_file(str(what), sorted(examples))
    elif isinstance(what, Mapping):
        worked = _native.Worked.from_json(json.dumps(what), "the dict")
    else:
        network, native_loss, inputs, targets = _network_and_data(what, x, y, loss)
        inputs, targets = _chosen(inputs, targets, rows)
        worked = _native.Worked.of_network(network._native, native_loss, inputs, targets)
    for name, value in (("learning_rate", learning_rate), ("penalty", penalty), ("decay", decay)):
        if value is not None:
            setattr(worked, name, finite(value, name))
            if name == "learning_rate" and value == 0:
                raise UsageError("learning_rate does not make sense", expected="above 0", got=str(value))
    if reduction is not None:
        worked.reduction = reduction
    shown = notation or (examples[str(what)][1] if is_example else "plain")
    page = {
        "notation": shown,
        "digits": count(digits, "digits") if digits is not None else _DIGITS.get(shown, 6) if is_example else 6,
        "parameter": None if parameter is None else word(parameter, "parameter"),
        "is_whole": all_equations,
    }
    worked.json()  # Raises now, and not at display, if the step cannot be worked.
    return Explanation(worked, page)


@dataclass(frozen=True)
class Graph:
    """A computational graph of an expression, or a drawing of a network. A notebook shows the drawing."""

    svg: str = field(repr=False)
    text: str = field(repr=False)
    value: float | None = None
    gradient: dict[str, float] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list, repr=False)
    dot: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.text

    def _repr_svg_(self) -> str:
        return self.svg


# The report's colours, for a drawing by itself.
_NETWORK_STYLE = (
    "<style>text{font:12px sans-serif;fill:#223}.unit{fill:#fff;stroke:#223;stroke-width:1.5}"
    ".unit.off{stroke:#999;stroke-dasharray:3 2}.tick,.label{font-size:11px;fill:#556}.strong{font-weight:600}"
    ".weight.plus{stroke:#2b6cb0}.weight.minus{stroke:#c05621}.w0{stroke-width:.4;stroke-opacity:.25}"
    ".w1{stroke-width:.8;stroke-opacity:.45}.w2{stroke-width:1.4;stroke-opacity:.65}"
    ".w3{stroke-width:2.2;stroke-opacity:.9}</style>"
)


def graph(
    what: str | Network | Any, values: Mapping[str, float] | None = None, *, digits: int = 2, **named: float
) -> Graph:
    """A computational graph with the values and gradients of the forward and backward pass, or a drawn network.

    Parameters
    ----------
    what : str, Network or trained estimator
        An expression of numbers, names, + - * / ^, parentheses and exp, log, sin, cos, tanh, sigmoid, relu, max(a, b).
    values : mapping of str to float, optional
        A number for each name in the expression; also possible by keyword, x=-2.
    digits : int
        Decimals in text and drawing, 0 to 17; value, gradient and nodes have all digits.

    Returns
    -------
    Graph
        value, gradient (of the result with respect to each variable), nodes (operands before the gates that use them),
        svg, dot, text.

    Raises
    ------
    UsageError
        For a syntax error (with its column) and for names without a number.
    NonFiniteError
        If a value or derivative is not finite, as in a division by zero.

    Examples
    --------
    >>> import chainrule
    >>> chainrule.graph("(x+y)*z", x=-2, y=5, z=-4)
    Graph(value=-12.0, gradient={'x': -4.0, 'y': -4.0, 'z': 3.0})
    """
    if not isinstance(what, str):
        network = what if isinstance(what, Network) else _network_of(what)
        drawing = _native.network_svg(network._native)
        head = drawing.index(">") + 1
        return Graph(svg=drawing[:head] + _NETWORK_STYLE + drawing[head:], text=network.summary())
    if not 0 <= digits <= _ALL_DIGITS:
        raise UsageError("this number of decimals cannot be shown", expected="0 to 17", got=str(digits))
    numbers = [(name, float(number)) for name, number in [*(values or {}).items(), *named.items()]]
    run = _native.ExpressionRun(what, numbers)
    nodes = run.nodes
    gradient = {str(node["name"]): float(node["gradient"]) for node in nodes if node["gate"] == "variable"}
    # Larger graphs are calculated but not drawn.
    svg = run.svg(digits) if len(nodes) <= 200 else ""
    text = f"f = {what} = {run.value:.{digits}f}\n\n{run.table(digits)}"
    return Graph(svg=svg, text=text, value=run.value, gradient=gradient, nodes=nodes, dot=run.dot(digits))


@dataclass(frozen=True)
class GradientCheck:
    """The gradient of backpropagation against exact derivatives in forward mode.

    `segments` has one dict per parameter array. `rows_at_kink` rows were left out because a unit or the loss has no
    derivative there; `kinks` has a dict with row, layer (None: the loss) and unit for each such place.
    """

    passed: bool
    worst_error: float
    checked: int
    rows: int
    rows_at_kink: int
    kinks: list[dict[str, Any]] = field(repr=False)
    segments: list[dict[str, Any]] = field(repr=False)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [f"{'parameters':<20}{'checked':>9}{'largest error':>15}"]
        for part in self.segments:
            lines.append(f"{part['name']:<20}{part['checked']:>9}{part['worst_error']:>15.1e}")
        if self.rows_at_kink:
            lines.append(f"{self.rows_at_kink} of {self.rows} rows left out, at a kink")
        verdict = "passed" if self.passed else "FAILED"
        return "\n".join([*lines, f"{verdict}: largest error {self.worst_error:.1e}"])


def gradcheck(
    what: Network | Any,
    x: ArrayLike,
    y: ArrayLike,
    *,
    loss: str | None = None,
    tolerance: float = 1e-10,
    max_parameters: int = 0,
) -> GradientCheck:
    """Checks the gradient of a network against exact derivatives in forward mode, in float64.

    It is checked at the parameters of the network and at smaller ones beside them. An error is relative to the size
    of the terms that add up to the derivative.

    Parameters
    ----------
    what : Network or trained estimator
    x, y : arrays
        Rows and targets as for `explain`. A few dozen rows are enough.
    loss : str, optional
        Replaces the network's own.
    tolerance : float
        Largest error that passes.
    max_parameters : int
        Checked per parameter array, evenly spread; 0 for all.

    Returns
    -------
    GradientCheck
        True if the check passed.
    """
    network, native_loss, inputs, targets = _network_and_data(what, x, y, loss)
    checked = _native.gradient_check(
        network._native,
        native_loss,
        inputs,
        targets,
        tolerance=finite(tolerance, "tolerance"),
        max_parameters=count(max_parameters, "max_parameters"),
    )
    return GradientCheck(**checked)


@dataclass(frozen=True)
class Lesson:
    """A short worked lesson. A notebook shows it with its drawing, print() its text."""

    name: str
    title: str
    text: str = field(repr=False)
    markdown: str = field(repr=False)
    svg: str = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        if not self.svg:
            return self.markdown
        picture = base64.b64encode(self.svg.encode()).decode()
        return self.markdown.replace("(picture.svg)", f"(data:image/svg+xml;base64,{picture})")


def lesson(name: str, *, language: str = "en") -> Lesson:
    """A lesson whose numbers are all calculated at the call.

    Parameters
    ----------
    name : str
        One of `lessons()`.
    language : {"en", "zh"}
        English or Chinese.

    Raises
    ------
    UsageError
        For an unknown name, with the known ones.
    """
    title, text, markdown, svg = _native.lesson(word(name, "name"), word(language, "language"), "picture.svg")
    return Lesson(name=name, title=title, text=text, markdown=markdown, svg=svg)


def lessons(*, language: str = "en") -> dict[str, str]:
    """The title of each lesson by its name, in the recommended order."""
    return {name: title for name, title, _ in _native.lessons(language)}


def _worked_model(
    path: str, table: Any, y: Any, rows: Sequence[int] | int | None, loss: str | None, member: int | None
) -> _native.Worked:
    if not isinstance(table, (str, os.PathLike)) or y is not None or loss is not None:
        raise UsageError(
            "a model file needs a table with its target, and has its own loss",
            expected='explain("model.safetensors", "table.csv", rows=[0])',
        )
    chosen = [0] if rows is None else [rows] if isinstance(rows, int) else list(rows)
    if any(row < 0 for row in chosen):
        raise UsageError("rows count from 0", got=str(min(chosen)))
    number = None if member is None else count(member, "member")
    return _native.Worked.of_model(path, os.fspath(table), rows=[row + 1 for row in chosen], member=number)


def _worked_file(path: str, examples: list[str]) -> _native.Worked:
    if not path.endswith(".json"):
        raise UsageError(
            "this cannot be explained",
            expected=f"{', '.join(examples)}, a .json file with a network, or a .safetensors model",
            got=repr(path),
        )
    with open(path, encoding="utf-8") as file:
        worked = _native.Worked.from_json(file.read(), path)
    if worked.misspelt:
        import warnings

        words = ", ".join(f"{key!r} (did you mean {meant!r}?)" for key, meant in worked.misspelt)
        warnings.warn(f"unknown keys in {path}: {words}", stacklevel=3)
    return worked


def _network_and_data(
    what: Any, x: Any, y: Any, loss: str | None
) -> tuple[Network, _native.Loss, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if x is None or y is None:
        raise UsageError("a network needs rows and their targets", expected="x and y")
    inputs = np.ascontiguousarray(x, dtype=np.float64)
    if isinstance(what, Network):
        targets = np.ascontiguousarray(y, dtype=np.float64)
        network, native_loss = what, what._loss(loss)
    else:
        network = _network_of(what)
        targets = _targets_of(what, y)
        native_loss = _native.Loss(
            loss or _loss_of(what, network),
            huber_delta=float(getattr(what, "huber_delta", 1.0)),
            quantile=float(getattr(what, "quantile", 0.5)),
        )
    if inputs.ndim == 1:
        inputs = inputs.reshape(1, -1)
    return network, native_loss, inputs, targets.reshape(-1, 1) if targets.ndim == 1 else targets


def _chosen(
    inputs: np.ndarray[Any, Any], targets: np.ndarray[Any, Any], rows: Sequence[int] | int | None
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if rows is not None:
        chosen = np.atleast_1d(np.asarray(rows))
        if chosen.size and chosen.dtype.kind not in "iu":
            raise TypeError(f"rows must be whole numbers, got {rows!r}")
        chosen = chosen.astype(np.intp)
        if chosen.size == 0 or chosen.max() >= len(inputs) or chosen.min() < -len(inputs):
            raise UsageError("x has no such row", expected=f"rows from 0 to {len(inputs) - 1}", got=str(rows))
        inputs, targets = np.ascontiguousarray(inputs[chosen]), np.ascontiguousarray(targets[chosen])
    if len(inputs) > 1000:
        what = "too many rows to work by hand"
        raise UsageError(what, expected="at most 1,000", got=str(len(inputs)), advice="rows=[0]")
    return inputs, targets


def _network_of(estimator: Any) -> Network:
    if not hasattr(estimator, "coefs_") or not hasattr(estimator, "intercepts_"):
        raise UsageError(
            "neither a network nor a fitted estimator",
            expected="coefs_ and intercepts_, which a fitted MLPClassifier or MLPRegressor has",
            got=type(estimator).__name__,
            advice="call fit first; pass the last step of a Pipeline; save a TableClassifier, TableRegressor or RBF "
            "network, and explain the model file",
        )
    # chainrule's estimators have a network, which can hold more than scikit-learn's attributes.
    if hasattr(estimator, "_engine"):
        return Network(estimator._engine())
    coefs, intercepts = estimator.coefs_, estimator.intercepts_
    activation = getattr(estimator, "activation", "relu")
    network = Network.mlp(
        len(coefs[0]),
        [coef.shape[1] for coef in coefs[:-1]],
        coefs[-1].shape[1],
        activations=activation,
        # poisson: the network's output is the logarithm of the expected count.
        output_activation="identity" if estimator.out_activation_ == "exp" else estimator.out_activation_,
        dtype="float64",
    )
    for weight, bias, coef, intercept in zip(network.weights, network.biases, coefs, intercepts, strict=True):
        weight[:] = coef
        bias[:] = intercept
    return network


def _loss_of(estimator: Any, network: Network) -> str:
    if hasattr(estimator, "_native_loss_name"):
        return str(estimator._native_loss_name())
    if hasattr(estimator, "classes_"):
        return str(network._loss(None).kind)
    # scikit-learn's squared error has a factor of one half.
    return str({"squared_error": "half_squared_error"}.get(estimator.loss, estimator.loss))


def _targets_of(estimator: Any, y: Any) -> np.ndarray[Any, Any]:
    given = np.asarray(y)
    if not hasattr(estimator, "classes_") or given.ndim > 1:
        return np.ascontiguousarray(given, dtype=np.float64)
    classes = np.asarray(estimator.classes_)
    unknown = np.setdiff1d(given, classes)
    if unknown.size:
        raise UsageError("a class that the estimator does not have", expected=str(list(classes)), got=str(unknown[0]))
    hot = (given[:, None] == classes[None, :]).astype(np.float64)
    return np.ascontiguousarray(hot[:, 1:]) if len(classes) == 2 else hot


