"""explain, graph, gradcheck, lessons: the numbers of the lectures, from Python."""

import json
from pathlib import Path

import numpy as np
import pytest

import chainrule

NETWORKS = Path(__file__).resolve().parents[3] / "examples" / "networks"


def small(dtype="float64", **options):
    return chainrule.Network.mlp(2, [3], 1, activations="tanh", seed=2, dtype=dtype, **options)


def test_an_example_of_a_lecture_is_worked_in_its_own_symbols():
    step = chainrule.explain("004")
    numbers = step.numbers
    assert numbers["sizes"] == [2, 3, 2, 1]
    assert numbers["decay"] == 1
    # BP-3 at the last layer: dW = delta a_below
    sample = numbers["samples"][0]
    np.testing.assert_allclose(numbers["dW"][2][0], sample["delta"][2][0] * np.array(sample["a"][1]), rtol=1e-12)
    assert "w_(2,5)" in str(step)
    assert step.html.startswith("<!DOCTYPE html>") and "<math" in step.html
    assert step.latex.startswith("\\documentclass")
    assert step._repr_html_().startswith('<iframe srcdoc="&lt;!DOCTYPE')


def test_the_notation_digits_and_parameter_are_chosen():
    plain = chainrule.explain("000", notation="plain", digits=3)
    assert plain.text != chainrule.explain("000").text
    one = chainrule.explain("004", parameter="w(2,5)")
    assert len(one.text) < len(chainrule.explain("004").text)
    assert chainrule.explain("004", learning_rate=0.5).numbers["eta"] == 0.5


def test_a_network_file_and_a_dict_of_it_are_the_same_step():
    path = NETWORKS / "003-2-2-1.json"
    from_file = chainrule.explain(path)
    assert from_file.numbers == chainrule.explain(json.loads(path.read_text())).numbers
    assert from_file.numbers == chainrule.explain(str(path)).numbers


def test_a_misspelt_key_is_a_warning(tmp_path):
    network = json.loads((NETWORKS / "003-2-2-1.json").read_text())
    network["lamda"] = 1
    path = tmp_path / "network.json"
    path.write_text(json.dumps(network))
    with pytest.warns(UserWarning, match="did you mean 'lambda'"):
        chainrule.explain(path)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_s_worked_gradient_is_the_engine_s(dtype):
    network = small(dtype)
    x, t = np.array([[0.5, -1.0], [2.0, 1.0]]), np.array([1.0, 0.0])
    numbers = chainrule.explain(network, x, t).numbers
    gradient = network.loss_and_gradient(x, t).gradients
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    for layer in range(2):
        np.testing.assert_allclose(
            np.array(numbers["dW"][layer]).T, gradient[f"layers.{layer}.weight"], rtol=tolerance, atol=tolerance
        )
    assert numbers["total_loss_after_update"] < numbers["total_loss"]
    one = chainrule.explain(network, x, t, rows=1).numbers
    assert [sample["x"] for sample in one["samples"]] == [[2.0, 1.0]]


def test_an_estimator_with_coefs_is_explained_and_checked():
    neural_network = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3))
    y = np.array(["no", "yes"])[(x[:, 0] > 0).astype(int)]
    two = neural_network.MLPClassifier((4,), max_iter=20, random_state=0, activation="tanh")
    with pytest.warns(UserWarning):
        two.fit(x, y)
    numbers = chainrule.explain(two, x, y, rows=[0]).numbers
    probability = two.predict_proba(x[:1])[0, 1]
    assert numbers["samples"][0]["a"][-1][0] == pytest.approx(probability, rel=1e-12)
    assert numbers["loss"] == "binary_cross_entropy"
    assert chainrule.gradcheck(two, x[:10], y[:10])
    three = neural_network.MLPClassifier((4,), max_iter=20, random_state=0)
    classes = rng.integers(3, size=60)
    with pytest.warns(UserWarning):
        three.fit(x, classes)
    target = chainrule.explain(three, x, classes, rows=7).numbers["samples"][0]["t"]
    assert target == [float(classes[7] == k) for k in range(3)]
    number = neural_network.MLPRegressor(hidden_layer_sizes=(4,), max_iter=20, random_state=0)
    with pytest.warns(UserWarning):
        number.fit(x, x[:, 1])
    answer = chainrule.explain(number, x, x[:, 1], rows=0).numbers["samples"][0]["a"][-1][0]
    assert answer == pytest.approx(number.predict(x[:1])[0], rel=1e-12)
    with pytest.raises(chainrule.UsageError, match="does not have"):
        chainrule.explain(two, x, np.full(60, "maybe"))


def test_what_cannot_be_explained_says_what_can():
    for what, match in [("005", "000, 001"), (object(), "coefs_"), (Path("model.txt"), "cannot be explained")]:
        with pytest.raises(chainrule.UsageError, match=match):
            chainrule.explain(what, *([[1]], [1]) if not isinstance(what, (str, Path)) else ())
    with pytest.raises(chainrule.UsageError, match="rows and their targets"):
        chainrule.explain(small())
    with pytest.raises(chainrule.UsageError, match="leave x"):
        chainrule.explain("004", [[1, 2]], [1])
    with pytest.raises(chainrule.UsageError, match="no such row"):
        chainrule.explain(small(), [[1, 2]], [1], rows=3)
    with pytest.raises(chainrule.UsageError, match="learning_rate"):
        chainrule.explain("004", learning_rate=0)
    with pytest.raises(chainrule.UsageError, match="digits"):
        _ = chainrule.explain("004", digits=40).text
    with pytest.raises(chainrule.StateError):
        chainrule.explain(small(), [[1, 2, 3]], [1])


def test_a_graph_runs_forwards_and_backwards():
    graph = chainrule.graph("(x+y)*z", x=-2, y=5, z=-4)
    assert (graph.value, graph.gradient) == (-12.0, {"x": -4.0, "y": -4.0, "z": 3.0})
    assert graph == chainrule.graph("(x+y)*z", {"x": -2, "y": 5, "z": -4})
    assert [node["formula"] for node in graph.nodes][-1] == "n1 * z"
    assert "<svg" in graph._repr_svg_() and "digraph f {" in graph.dot
    assert str(graph).startswith("f = (x+y)*z = -12.00\n")
    with pytest.raises(chainrule.UsageError, match="without a value|has no value|value"):
        chainrule.graph("x+y", x=1)
    with pytest.raises(chainrule.NonFiniteError):
        chainrule.graph("1/x", x=0)


def test_a_network_has_a_drawing():
    graph = chainrule.graph(small(dropout=0.5))
    assert graph.svg.startswith("<svg") and "<style>" in graph.svg and graph.svg.rstrip().endswith("</svg>")
    assert "dense 3 tanh" in graph.text


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_gradient_is_proved_and_a_strict_tolerance_is_not_met(dtype):
    x, t = np.random.default_rng(0).normal(size=(8, 2)), np.ones(8)
    check = chainrule.gradcheck(small(dtype), x, t)
    assert check.passed and check.checked == 13 and check.worst_error < 1e-12
    assert str(check).splitlines()[-1].startswith("passed")
    assert check.rows == 8 and check.rows_at_kink == 0 and check.kinks == []
    strict = chainrule.gradcheck(small(dtype), x, t, tolerance=1e-30)
    assert not strict and str(strict).splitlines()[-1].startswith("FAILED")
    assert chainrule.gradcheck(small(dtype, dropout=0.3), x, t, max_parameters=2).checked == 7


def test_rows_at_a_kink_are_left_out_and_named():
    network = chainrule.Network.mlp(1, [2], 1, activations="relu", seed=2, dtype="float64")
    # The biases start at 0: for an input of 0 every hidden unit is at its kink.
    check = chainrule.gradcheck(network, [[0.0], [1.0], [-2.0]], [0.0, 1.0, 2.0])
    assert check and check.rows == 3 and check.rows_at_kink == 1
    assert check.kinks == [{"row": 0, "layer": 0, "unit": 0}, {"row": 0, "layer": 0, "unit": 1}]
    assert "1 of 3 rows left out" in str(check)


def test_lessons_come_in_two_languages():
    names = chainrule.lessons()
    assert "graph-sigmoid" in names
    lesson = chainrule.lesson("graph-sigmoid")
    assert lesson.title == names["graph-sigmoid"]
    assert lesson.title in str(lesson) and lesson.markdown.startswith("# ")
    assert "data:image/svg+xml;base64," in lesson._repr_markdown_()
    chinese = chainrule.lesson("graph-sigmoid", language="zh")
    assert chinese.title != lesson.title
    with pytest.raises(chainrule.UsageError, match="graph-sigmoid"):
        chainrule.lesson("graph-sigmoi")
    with pytest.raises(chainrule.UsageError, match="language"):
        chainrule.lesson("graph-sigmoid", language="la")


def test_a_member_of_a_mixture_is_explained_alone(tmp_path):
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(80, 3))
    table = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": np.where(x[:, 0] > 0, "yes", "no")}
    model, data = tmp_path / "m.safetensors", tmp_path / "t.csv"
    chainrule.TableClassifier(members=3, hidden=4, epochs=3).fit(table, "y").save(model)
    rows = zip(*(map(str, column) for column in table.values()), strict=True)
    data.write_text("\n".join([",".join(table), *(",".join(row) for row in rows)]) + "\n")
    whole = chainrule.explain(model, data)
    vote = whole.numbers["vote"]
    z = sum(k["s"] * np.array(z_k) for k, z_k in zip(vote["members"], vote["samples"][0]["z_k"], strict=True))
    np.testing.assert_allclose(z / vote["T"], whole.numbers["samples"][0]["z"][-1], rtol=1e-4, atol=1e-5)
    assert "The vote of" in whole.text
    one = chainrule.explain(model, data, member=1)
    assert one.numbers["sizes"][-2:] == [vote["members"][0]["hidden"][-1], 1]
    assert "The vote of" not in one.text
    np.testing.assert_allclose(one.numbers["samples"][0]["z"][-1], vote["samples"][0]["z_k"][0])
    with pytest.raises(chainrule.UsageError, match="no such member"):
        chainrule.explain(model, data, member=99)
    with pytest.raises(chainrule.UsageError, match="has members"):
        chainrule.explain("004", member=1)
