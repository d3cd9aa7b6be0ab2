"""The errors of chainrule. Each message says what went wrong, where, what was expected and found, and what to try."""

from __future__ import annotations


class Error(Exception):
    """Base of all errors of chainrule. The parts of the message are attributes; the message omits empty parts."""

    def __init__(self, what: str, where: str = "", expected: str = "", got: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.expected = expected
        self.got = got
        self.advice = advice
        lines = [what]
        parts = (("at:       ", where), ("expected: ", expected), ("got:      ", got), ("try:      ", advice))
        lines += [f"  {name}{text}" for name, text in parts if text]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[Error], tuple[str, ...]]:
        return type(self), (self.what, self.where, self.expected, self.got, self.advice)


class UsageError(Error, ValueError):
    """Options or arguments that do not make sense."""


class DataError(Error, ValueError):
    """A table or file that cannot be used, with the place of the fault."""


class ModelFileError(Error, ValueError):
    """A model file that cannot be trusted."""


class NonFiniteError(Error, ArithmeticError, ValueError):
    """Numbers became infinite or not-a-number in training. Also a ValueError, as in scikit-learn."""


class StateError(Error, ValueError):
    """A call in the wrong order, or with objects that do not fit together."""
