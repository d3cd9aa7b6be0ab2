"""The effort of the table estimators: what the command line does, to the byte."""

import os
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from chainrule import TableClassifier, TableRegressor, UsageError  # noqa: E402

DATA = Path(__file__).parents[3] / "examples" / "data"


def trained_by_program(program: str, folder: Path, *arguments: str) -> bytes:
    model = folder / "cli.safetensors"
    environment = {key: value for key, value in os.environ.items() if key != "CHAINRULE_PRESET"}
    subprocess.run([program, "train", *arguments, "-o", str(model), "--quiet"], check=True, env=environment)
    return model.read_bytes()


def parameters_of(model: bytes) -> bytes:
    header = int.from_bytes(model[:8], "little")
    return model[8 + header :]


@pytest.mark.parametrize("effort", ["quick", "standard"])
def test_effort_trains_what_the_command_line_trains(effort, tmp_path):
    program = os.environ.get("CHAINRULE_PROGRAM")
    if not program:
        pytest.skip("CHAINRULE_PROGRAM does not name the program")
    table = DATA / "iris.csv"
    by_program = trained_by_program(program, tmp_path, str(table), "--target", "species", "--effort", effort)
    TableClassifier(effort=effort).fit(table, "species").save(tmp_path / "python.safetensors")
    assert parameters_of((tmp_path / "python.safetensors").read_bytes()) == parameters_of(by_program)


def test_settings_that_are_given_bind_every_member(tmp_path):
    model = TableClassifier(effort="standard", hidden=2, activation="relu", epochs=2).fit(DATA / "iris.csv", "species")
    model.save(tmp_path / "model.safetensors")
    header = (tmp_path / "model.safetensors").read_bytes()[:20000]
    assert b'"activation\\":\\"relu' in header
    assert b"mish" not in header


def test_several_networks_predict_within_the_range_of_the_training_rows():
    model = TableRegressor(effort="quick", epochs=3).fit(DATA / "diabetes.csv", "progression")
    assert model.predict(DATA / "diabetes.csv").max() <= 346


def test_an_unknown_effort_is_refused():
    with pytest.raises(UsageError, match="effort"):
        TableClassifier(effort="heroic").fit(DATA / "iris.csv", "species")
