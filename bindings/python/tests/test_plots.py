"""Plots and the progress bar."""

import io
import pickle
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import chainrule


@pytest.fixture
def axes():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)
    plt.close("all")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def record(epoch, epochs=5, validation=None):
    estimator = SimpleNamespace(max_iter=epochs)
    return SimpleNamespace(epoch=epoch, loss=1.0 / epoch, validation_loss=validation, estimator=estimator)


class Halves:
    """A classifier that looks at its first feature alone."""

    feature_names_in_ = np.array(["length", "width", "height"])

    def predict(self, x):
        assert x.shape[1] == 3
        return np.where(x[:, 0] > 0, "right", "left")


def test_the_loss_is_drawn_by_epoch(axes):
    estimator = SimpleNamespace(loss_curve_=[3.0, 2.0, 1.5], validation_scores_=None)
    ax = chainrule.plot_loss(estimator, ax=axes)
    assert ax is axes
    assert ax.get_lines()[0].get_xdata().tolist() == [1, 2, 3]
    assert ax.get_lines()[0].get_ydata().tolist() == [3.0, 2.0, 1.5]
    held_out = SimpleNamespace(loss_curve_=[3.0, 2.0], validation_loss_curve_=[4.0, 3.0], validation_scores_=None)
    assert [line.get_label() for line in chainrule.plot_loss(held_out).get_lines()] == ["loss", "validation loss"]
    both = chainrule.plot_loss(SimpleNamespace(loss_curve_=[3.0, 2.0], validation_scores_=[0.5, 0.75]))
    assert len(both.figure.axes) == 2
    with pytest.raises(chainrule.UsageError, match="no loss to draw"):
        chainrule.plot_loss(SimpleNamespace())


def test_regions_are_coloured_by_the_prediction_with_the_rows_on_them(axes):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3))
    ax = chainrule.plot_decision_regions(Halves(), x, np.where(x[:, 0] > 0, "right", "left"), resolution=20, ax=axes)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("length", "width")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["left", "right"]
    other = chainrule.plot_decision_regions(Halves(), x, x[:, 0] > 0, features=(2, 0), resolution=5)
    assert other.get_xlabel() == "height"
    for features in [(0, 3), (1, 1), (-1, 0)]:
        with pytest.raises(chainrule.UsageError, match="not two features"):
            chainrule.plot_decision_regions(Halves(), x, x[:, 0], features=features)
    with pytest.raises(chainrule.UsageError, match="resolution"):
        chainrule.plot_decision_regions(Halves(), x, x[:, 0], resolution=1)


def test_without_matplotlib_the_advice_is_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        chainrule.plot_loss(SimpleNamespace(loss_curve_=[1.0]))


def test_a_terminal_shows_one_line_that_is_rewritten():
    terminal = Terminal()
    bar = chainrule.ProgressBar(terminal)
    for epoch in range(1, 6):
        bar(record(epoch, validation=0.5))
    text = terminal.getvalue()
    assert text.startswith("\repoch 1 of 5, loss 1, validation 0.5")
    assert text.endswith("\repoch 5 of 5, loss 0.2, validation 0.5\n") or text.rstrip().endswith("validation 0.5")
    assert text.count("\n") == 1


def test_a_training_that_stopped_early_leaves_its_line_to_the_next():
    terminal = Terminal()
    bar = chainrule.ProgressBar(terminal)
    bar(record(1))
    bar(record(1))
    bar.close()
    assert terminal.getvalue().count("\n") == 2
    bar.close()
    assert terminal.getvalue().count("\n") == 2


def test_a_file_receives_nothing():
    file = io.StringIO()
    bar = chainrule.ProgressBar(file)
    for epoch in range(1, 6):
        bar(record(epoch))
    assert file.getvalue() == ""


def test_tqdm_is_used_where_it_is_installed(monkeypatch):
    calls = []

    class Bar:
        def __init__(self, total, unit):
            calls.append(("total", total))

        def update(self, steps):
            calls.append(("update", steps))

        def set_postfix_str(self, words, refresh):
            calls.append(("words", words))

        def close(self):
            calls.append(("close", None))

    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace(auto=None))
    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=Bar))
    monkeypatch.setattr(sys, "stderr", Terminal())
    bar = chainrule.ProgressBar()
    for epoch in (1, 2):
        bar(record(epoch, epochs=2))
    assert calls == [
        ("total", 2),
        ("update", 1),
        ("words", "loss 1"),
        ("update", 1),
        ("words", "loss 0.5"),
        ("close", None),
    ]


def test_a_bar_can_be_pickled():
    bar = chainrule.ProgressBar(Terminal())
    bar(record(1))
    pickle.loads(pickle.dumps(bar))(record(1))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("as_frame", [True, False])
def test_regions_of_an_estimator_that_saw_a_frame_are_drawn_without_a_warning(axes, as_frame):
    pytest.importorskip("sklearn")
    pandas = pytest.importorskip("pandas")
    x = pandas.DataFrame({"length": [0.0, 1.0, 2.0, 3.0] * 5, "width": [0.0, 1.0] * 10})
    y = ["a", "a", "b", "b"] * 5
    classifier = chainrule.RBFClassifier(4, seed=0).fit(x, y)
    chainrule.plot_decision_regions(classifier, x if as_frame else x.to_numpy(), y, resolution=20, ax=axes)
    assert axes.get_xlabel() == "length"


def test_a_missing_loss_is_reported_without_wrong_advice():
    with pytest.raises(chainrule.UsageError) as error:
        chainrule.plot_loss(SimpleNamespace())
    assert "call fit first" in str(error.value) and "lbfgs" not in str(error.value)
