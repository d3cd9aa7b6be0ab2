"""Imported first by every module with estimators: says what to install where scikit-learn is missing."""

try:
    import sklearn  # noqa: F401
except ImportError as error:  # pragma: no cover
    raise ImportError("chainrule's estimators need scikit-learn: pip install scikit-learn") from error
