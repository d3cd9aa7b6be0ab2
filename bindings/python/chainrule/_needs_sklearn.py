"""Imported first by every module with estimators: the error for a missing or old scikit-learn."""

try:
    from sklearn.utils.validation import validate_data  # noqa: F401
except ImportError as error:  # pragma: no cover
    raise ImportError("chainrule's estimators need scikit-learn 1.7 or later: pip install scikit-learn") from error
