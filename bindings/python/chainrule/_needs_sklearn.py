"""Imported first by every module with estimators: says what to install where scikit-learn is missing or too old."""

try:
    from sklearn.utils.validation import validate_data  # noqa: F401
except ImportError as error:  # pragma: no cover
    raise ImportError("chainrule's estimators need scikit-learn 1.7 or later: pip install scikit-learn") from error
