"""Former names of parameters: accepted for one more version, with a FutureWarning. Requires scikit-learn.

The estimators for tables and for radial basis functions have the command line's names (docs/names.md). Before, they had
scikit-learn's names or others.
"""

from __future__ import annotations

import chainrule._needs_sklearn  # isort: skip  # noqa: F401

import inspect
import os
import sys
import warnings
from collections.abc import Mapping
from typing import Any, ClassVar


def frames_of_ours() -> int:
    """The stacklevel with which a warning of the calling function points at the user's line."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).startswith("chainrule."):
        level, frame = level + 1, frame.f_back
    return level


class TakesFormerNames:
    """A mixin before BaseEstimator: former names work in __init__ (as **former), set_params, files and pickles."""

    _former_names: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Leaves **former out of the signature: it is not a parameter."""
        super().__init_subclass__(**options)
        if "__init__" in cls.__dict__:
            signature = inspect.signature(cls.__init__)
            named = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
            cls.__init__.__signature__ = signature.replace(parameters=named)  # type: ignore[attr-defined]

    @classmethod
    def _of_former_names(cls, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters under their current names."""
        renamed: dict[str, Any] = {}
        for name, value in parameters.items():
            now = cls._former_names.get(name, name)
            renamed[now] = cls._of_former_value(name, value)
        return renamed

    @classmethod
    def _of_former_value(cls, name: str, value: Any) -> Any:
        if name == "n_jobs" and isinstance(value, int) and not isinstance(value, bool) and value < 0:
            # -1 means all, now 0; -2 all but one.
            return 0 if value == -1 else max(1, (os.cpu_count() or 1) + 1 + value)
        return value

    @classmethod
    def _warn_of(cls, names: list[str]) -> None:
        for name in names:
            if name not in cls._former_names:
                raise TypeError(f"{cls.__name__} has no parameter {name!r}")
            warnings.warn(
                f"the parameter {name} of {cls.__name__} is called {cls._former_names[name]} now; the next version "
                "removes the former name",
                FutureWarning,
                stacklevel=frames_of_ours(),
            )

    def _take_former(self, former: dict[str, Any]) -> None:
        """Sets the parameters that __init__ received by former names."""
        if former:
            self._warn_of(list(former))
            for name, value in self._of_former_names(former).items():
                setattr(self, name, value)

    def set_params(self, **parameters: Any) -> Any:
        former = [name for name in parameters if name in self._former_names]
        if former:
            self._warn_of(former)
        return super().set_params(**self._of_former_names(parameters))  # type: ignore[misc]

    def __setstate__(self, state: Any) -> None:
        super().__setstate__(state)  # type: ignore[misc]
        former = {name: self.__dict__.pop(name) for name in self._former_names if name in self.__dict__}
        self.__dict__.update(self._of_former_names(former))
