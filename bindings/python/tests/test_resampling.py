"""cross_validate and tune give the numbers of `chainrule cv` and `chainrule tune`; importance those of `evaluate`."""

import json
import os
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

import chainrule  # noqa: E402
from chainrule import DataError, TableClassifier, TableRegressor, UsageError  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
PENGUINS = str(ROOT / "examples" / "data" / "penguins.csv")
DIABETES = str(ROOT / "examples" / "data" / "diabetes.csv")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def program():
    path = os.environ.get("CHAINRULE_PROGRAM", str(ROOT / "build/release/bin/chainrule"))
    if not os.access(path, os.X_OK):
        pytest.skip(f"no program at {path}: name it in CHAINRULE_PROGRAM")
    return path


def on_the_command_line(*arguments, cwd=None):
    done = subprocess.run(
        [program(), *arguments, "--json", "--quiet"], capture_output=True, text=True, check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def same_numbers(mine, theirs, but=("data", "seed", "notes", "against", "sentence")):
    for key, value in theirs.items():
        if key not in but:
            assert mine[key] == value if not isinstance(value, dict) else same_numbers(mine[key], value) is None, key


# --- cross_validate --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({}, []),
        ({"folds": 3, "repeats": 2, "seed": 7}, ["--folds", "3", "--repeats", "2", "--seed", "7"]),
        ({"group": "year"}, ["--group", "year", "--folds", "3"]),
        ({"against": {"hidden": (4, 4)}}, ["--against", "--hidden 4,4"]),
        ({"learning_curve": True}, ["--learning-curve"]),
        ({"effort": "quick", "folds": 2}, ["--effort", "quick", "--folds", "2"]),
    ],
)
def test_cross_validation_has_the_numbers_of_the_command_line(mine, theirs):
    if "group" in mine:
        mine = {**mine, "folds": 3}
    result = chainrule.cross_validate(PENGUINS, "species", hidden=8, epochs=30, **mine)
    known = on_the_command_line("cv", PENGUINS, "--target", "species", "--hidden", "8", "--epochs", "30", *theirs)
    same_numbers(result, known)


@pytest.mark.parametrize(
    ("mine", "theirs"), [({}, []), ({"validation": "last:0.2"}, ["--validation", "last:0.2"])]
)
def test_cross_validation_of_a_regression_has_them_too(mine, theirs):
    result = chainrule.cross_validate(DIABETES, "progression", hidden=8, epochs=30, **mine)
    known = on_the_command_line("cv", DIABETES, "--target", "progression", "--hidden", "8", "--epochs", "30", *theirs)
    same_numbers(result, known)
    assert result["task"] == "regression"
    assert result["pooled_r2"] == known["pooled_r2"]


def test_cross_validation_takes_arrays_and_frames_and_the_same_bits_on_any_threads():
    generator = np.random.default_rng(1)
    x = generator.normal(size=(120, 3))
    y = (x[:, 0] + x[:, 1] > 0).astype(int)
    one = chainrule.cross_validate(x, y, hidden=4, epochs=200)
    assert one == chainrule.cross_validate(x, y, hidden=4, epochs=200, threads=3)
    assert one["task"] == "binary" and one["metrics"]["accuracy"]["mean"] > 0.8
    assert chainrule.cross_validate(x, x[:, 0] * 2.5 + 1, hidden=4, epochs=20)["task"] == "regression"
    assert chainrule.cross_validate(x, np.array(["no", "yes"])[y], hidden=4, epochs=5)["task"] == "binary"
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "target": y})
    of_frame = chainrule.cross_validate(frame, "target", hidden=4, epochs=200)
    assert of_frame["metrics"] == one["metrics"]


def test_cross_validation_takes_weights_and_refuses_what_cannot_be():
    table = chainrule.read_table(PENGUINS)
    weights = np.where(np.arange(len(table)) % 3 == 0, 2.0, 1.0)
    result = chainrule.cross_validate(table, "species", sample_weight=weights, hidden=4, epochs=5)
    assert len(result["scores"]) == 5
    for error, settings in [
        (UsageError, {"folds": 1}),
        (UsageError, {"repeats": 0}),
        (DataError, {"folds": 1000}),
        (TypeError, {"hiden": 3}),
        (UsageError, {"task": "multi_label"}),
        (UsageError, {"against": {"hiden": 3}}),
        (UsageError, {"activation": "softmax"}),
    ]:
        with pytest.raises(error):
            chainrule.cross_validate(table, "species", **{"hidden": 4, "epochs": 5, **settings})


def test_notes_are_warnings_and_in_the_result():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = chainrule.cross_validate(PENGUINS, "species", hidden=4, epochs=2, folds=2)
    assert [str(one.message) for one in caught if one.category is UserWarning] == result["notes"]


# --- tune ------------------------------------------------------------------------------------------------------------


def test_tuning_finds_what_the_command_line_finds(tmp_path):
    found = chainrule.tune(PENGUINS, "species", trials=4, epochs=27)
    known = on_the_command_line(
        "tune", PENGUINS, "--target", "species", "--trials", "4", "--epochs", "27", "-o", "m.safetensors", cwd=tmp_path
    )
    assert found.best == known["best"]
    assert found.as_given == known["as_given"]
    assert len(found.trials) == known["trainings"]
    assert found.held_out["metrics"]["accuracy"] == known["held_out"]["metrics"]["accuracy"]
    model = chainrule.load(tmp_path / "m.safetensors")
    assert np.array_equal(found.estimator.predict_proba(PENGUINS), model.predict_proba(PENGUINS))


def test_the_estimator_is_the_one_that_the_best_parameters_train():
    space = {"hidden": [4, (8, 4)], "learning_rate": "0.001..0.1 log", "batch_size": [16, 32]}
    found = chainrule.tune(PENGUINS, "species", space=space, trials=3, epochs=18, seed=3)
    assert set(found.best_parameters) <= {"effort", *space}
    again = TableClassifier(**{"epochs": 18, "seed": 3, **found.best_parameters}).fit(PENGUINS, "species")
    assert np.array_equal(found.estimator.predict_proba(PENGUINS), again.predict_proba(PENGUINS))
    assert found.estimator.get_params()["hidden"] == found.best_parameters.get("hidden", None)
    assert {trial["trial"] for trial in found.trials} == {0, 1, 2, 3}


def test_a_search_continues_from_its_file(tmp_path):
    state = tmp_path / "trials.jsonl"
    settings = {"space": {"hidden": [4, 8, 16]}, "epochs": 9}
    chainrule.tune(PENGUINS, "species", trials=1, state=state, **settings)
    longer = chainrule.tune(PENGUINS, "species", trials=3, state=state, **settings)
    whole = chainrule.tune(PENGUINS, "species", trials=3, **settings)
    assert longer.best == whole.best
    assert longer.estimator.predict(PENGUINS).tolist() == whole.estimator.predict(PENGUINS).tolist()
    with pytest.raises(UsageError, match="another search"):
        chainrule.tune(PENGUINS, "species", trials=3, state=state, **settings, seed=2)


def test_a_regression_is_tuned_within_a_time_limit():
    found = chainrule.tune(DIABETES, "progression", time_limit="5s", epochs=9, space={"hidden": [4, 8]}, trials=2)
    assert isinstance(found.estimator, TableRegressor)
    assert found.best["epochs"] == 9


@pytest.mark.parametrize(
    "settings",
    [
        {"space": {}},
        {"space": {"epochs": [3, 4]}},
        {"space": {"hiden": [3]}},
        {"space": {"hidden": []}},
        {"space": {"hidden": [3]}, "hidden": 4},
        {"space": {"learning_rate": "1..0"}},
        {"time_limit": "soon"},
        {"time_limit": 0},
        {"trials": 0},
    ],
)
def test_tuning_refuses_what_cannot_be(settings):
    with pytest.raises(UsageError):
        chainrule.tune(PENGUINS, "species", **{"trials": 1, "epochs": 3, **settings})


def test_without_hidden_layers_an_option_of_them_is_left_out():
    found = chainrule.tune(
        PENGUINS, "species", trials=6, epochs=3, space={"hidden": [(), 8], "activation": ["relu", "tanh"]}
    )
    linear = [trial["options"] for trial in found.trials if trial["options"].get("hidden") == "none"]
    assert linear and all("activation" not in options for options in linear)


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("call", ["cross_validate(x, y, repeats=50)", "tune(x, y, trials=500)"])
def test_ctrl_c_ends_it(call):
    code = textwrap.dedent(f"""
        import os, signal, threading, time
        import numpy as np
        import chainrule
        x = np.random.default_rng(0).normal(size=(2000, 20))
        y = x[:, 0] > 0
        chainrule.tune(x[:60], y[:60], trials=1, epochs=1)  # whatever is imported late: an import hides signals
        def press():
            while True:
                time.sleep(1.5)
                os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=press, daemon=True).start()
        start = time.monotonic()
        try:
            chainrule.{call}
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print("interrupted", time.monotonic() - start < 60)
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.split() == ["interrupted", "True"], done.stderr


# --- importance, learning rate ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "target"), [(PENGUINS, "species"), (DIABETES, "progression")])
def test_importance_is_that_of_evaluate(table, target, tmp_path):
    cls = TableClassifier if target == "species" else TableRegressor
    estimator = cls(hidden=8, epochs=30).fit(table, target)
    model = tmp_path / "m.safetensors"
    chainrule.save(estimator, model)
    known = on_the_command_line("evaluate", str(model), table, "--importance")["importance"]
    assert estimator.importance(table, target) == known
    assert estimator.importance(chainrule.read_table(table), target)["loss"] == known["loss"]


def test_importance_of_arrays_and_frames():
    x = np.random.default_rng(3).normal(size=(200, 3))
    estimator = TableRegressor(hidden=8, epochs=60).fit(x, 3 * x[:, 1])
    found = estimator.importance(x, 3 * x[:, 1])
    assert found["columns"][0]["column"] == "column_2" and found["columns"][0]["beyond_chance"]
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(x, columns=["a", "b", "c"])
    of_frame = TableRegressor(hidden=8, epochs=60).fit(frame, 3 * x[:, 1]).importance(frame, 3 * x[:, 1])
    assert of_frame["columns"][0]["column"] == "b"
    assert of_frame["loss"] == found["loss"]


def test_a_learning_rate_is_that_of_the_command_line():
    estimator = TableClassifier(hidden=8)
    found = estimator.find_learning_rate(PENGUINS, "species")
    known = on_the_command_line("train", PENGUINS, "--target", "species", "--hidden", "8", "--find-learning-rate")
    assert found.learning_rate == known["learning_rate"]
    assert found.smoothed_losses == [point["smoothed_loss"] for point in known["points"]]
    assert found.end == known["end"]
    assert not hasattr(estimator, "classes_") and not hasattr(estimator, "n_iter_")
    trained = TableClassifier(hidden=8, learning_rate=found.learning_rate).fit(PENGUINS, "species")
    assert trained.held_out_["accuracy"] > 0.9
    with pytest.raises(UsageError, match="no learning rate"):
        TableClassifier(hidden=8, optimizer="lbfgs").find_learning_rate(PENGUINS, "species")


def test_the_baseline_of_numbers_has_the_loss_of_the_mean():
    estimator = TableRegressor(hidden=8, epochs=30).fit(DIABETES, "progression")
    # The targets are scaled to a standard deviation of 1 on the training rows.
    assert 0.5 < estimator.baseline_["loss"] < 2
    assert estimator.held_out_["loss"] < estimator.baseline_["loss"]
    assert estimator.baseline_["loss"] / estimator.held_out_["loss"] == pytest.approx(
        estimator.baseline_["rmse"] ** 2 / estimator.held_out_["rmse"] ** 2, rel=1e-3
    )
    classifier = TableClassifier(hidden=8, epochs=30).fit(PENGUINS, "species")
    assert classifier.baseline_["loss"] == classifier.baseline_["log_loss"]
    weighted = TableClassifier(hidden=8, epochs=5, class_weight="balanced").fit(PENGUINS, "species")
    assert "loss" not in weighted.baseline_


def test_weight_decay_is_a_parameter():
    assert TableClassifier(weight_decay=0.1).get_params()["weight_decay"] == 0.1
    free = TableClassifier(hidden=8, epochs=20).fit(PENGUINS, "species")
    decayed = TableClassifier(hidden=8, epochs=20, weight_decay=10).fit(PENGUINS, "species")
    assert not np.array_equal(free.predict_proba(PENGUINS), decayed.predict_proba(PENGUINS))
    with pytest.raises(UsageError):
        TableClassifier(weight_decay=-1).fit(PENGUINS, "species")
