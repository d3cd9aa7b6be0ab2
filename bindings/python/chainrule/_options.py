"""The engine's messages name the options of the command line; here they become the parameters of Python."""

from __future__ import annotations

import re

# Phrases of which Python has no parameter, or another word for the whole.
_PHRASES = (
    ("leave such rows out with --missing-target skip", "leave out such rows"),
    ("hold no row out (--validation none)", "hold no row out (early_stopping=False)"),
    ("or use --task multi_label for columns of yes and no", "or train one estimator for each"),
    ("use a column of sample weights (--weight-column)", "use sample_weight"),
    ("leave the batch size out, or use all rows at once (--batch-size all)", "use batch_size='auto'"),
)
# Options with a value that the message tells: {} is the value.
_WITH_VALUE = {
    "--activation": "activation={}",
    "--batch-size": "batch_size={}",
    "--clip-norm": "clip_norm={}",
    "--ignore": "ignore=[{}]",
    "--initializer": "initializer={}",
    "--keep": "keep=[{}]",
    "--missing": "read_table(missing_words=[{}])",
    "--target": "y={}",
}
_ALONE = {
    "--batch-size": "batch_size",
    "--centres": "n_centers",
    "--delimiter": "read_table(delimiter=...)",
    "--epochs": "max_iter",
    "--header": "read_table(header=...)",
    "--hidden": "hidden_layer_sizes",
    "--learning-rate": "learning_rate_init",
    "--lenient": "read_table(lenient=True)",
    "--missing": "read_table(missing_words=...)",
    "--optimizer": "solver",
    "--output-training": "output",
    "--ridge": "alpha",
    "--seed": "random_state",
    "--target": "y",
    "--threads": "n_jobs",
    "--validation": "validation_fraction",
    "--weight-column": "sample_weight",
}
_TASKS = {"regression": "TableRegressor", "classes": "TableClassifier", "binary": "TableClassifier"}
# Words that go on with the sentence instead of being a value.
_NO_VALUES = ("and", "or", "to", "out", "when")

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_MESSAGE = re.compile(
    rf"""(?<![\w/.-])(?:
        --column[ ](?P<column>{_QUOTED}|[^\s"]+=category)
        | --decimal[ ](?P<decimal>comma)
        | --header[ ](?P<header>absent|present)
        | --task[ ](?P<task>\w+)
        | (?P<option>--[a-z][a-z-]*)(?:[ ](?P<value>{_QUOTED}|[^\s",;()]*[\w-]))?
    ) | {_QUOTED}""",
    re.VERBOSE,
)


def in_words_of_python(message: str) -> str:
    """The message with parameters in place of options. What it quotes stays as it is."""
    if "--" not in message:
        return message
    for phrase, words in _PHRASES:
        message = message.replace(phrase, words)
    return _MESSAGE.sub(_replaced, message)


def _replaced(found: re.Match[str]) -> str:
    column, task, option, value = (found[name] for name in ("column", "task", "option", "value"))
    if column is not None:
        name = column.strip('"').removesuffix("=category")
        return f'read_table(kinds={{"{name}": "category"}})'
    if found["decimal"] is not None:
        return 'read_table(decimal=",")'
    if found["header"] is not None:
        return f"read_table(header={found['header'] == 'present'})"
    if task is not None:
        return _TASKS.get(task, task)
    if option is None:
        return found[0]
    if value is not None and value not in _NO_VALUES and option in _WITH_VALUE:
        return _WITH_VALUE[option].format(_literal(value))
    alone = _ALONE.get(option, option[2:].replace("-", "_"))
    return alone if value is None else f"{alone} {value}"


def _literal(value: str) -> str:
    is_number_or_placeholder = value.isdigit() or value in ("COLUMN", "WORD")
    return value if is_number_or_placeholder or value.startswith('"') else f'"{value}"'
