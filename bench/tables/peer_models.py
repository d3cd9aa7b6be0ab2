"""The peers: one function per tool, which gives an untrained model for a task. Everything is at its default but the
seed, the number of threads and what keeps a tool silent. How a tool gets its columns follows its own documentation:

    scaled    missing numbers become the median, numbers are standardised, categories are coded one-hot
    one-hot   numbers as they are, categories coded one-hot
    native    numbers as they are with missing values, categories as categories
    filled    as native, but missing numbers become the median: the tool rejects them
"""

import importlib.metadata
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Job:
    """What a model is built for."""
    is_classification: bool
    targets: int
    numeric: list
    categorical: list
    seed: int
    threads: int


def columns(job, scaled):
    """The steps in front of a model of scikit-learn that takes numbers only."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler()) if scaled else "passthrough"
    return ColumnTransformer([("numbers", numbers, job.numeric),
                              ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                               job.categorical)])


def one_target_at_a_time(job, model):
    from sklearn.multioutput import MultiOutputRegressor

    return MultiOutputRegressor(model) if job.targets > 1 else model


def on_scaled_targets(job, model):
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    return model if job.is_classification else TransformedTargetRegressor(model, transformer=StandardScaler())


def linear(job):
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline

    # At the default of 100 iterations it warns that it has not converged, and advises more.
    model = LogisticRegression(max_iter=1000) if job.is_classification else Ridge()
    return make_pipeline(columns(job, scaled=True), model)


def scaled_mlp(job):
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline

    model = MLPClassifier if job.is_classification else MLPRegressor
    return make_pipeline(columns(job, scaled=True), on_scaled_targets(job, model(random_state=job.seed)))


def random_forest(job):
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.pipeline import make_pipeline

    model = RandomForestClassifier if job.is_classification else RandomForestRegressor
    return make_pipeline(columns(job, scaled=False), model(random_state=job.seed, n_jobs=job.threads))


def hist_gradient_boosting(job):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    model = HistGradientBoostingClassifier if job.is_classification else HistGradientBoostingRegressor
    return one_target_at_a_time(job, model(random_state=job.seed, categorical_features="from_dtype"))


def lightgbm(job):
    from lightgbm import LGBMClassifier, LGBMRegressor

    model = LGBMClassifier if job.is_classification else LGBMRegressor
    return one_target_at_a_time(job, model(random_state=job.seed, n_jobs=job.threads, verbose=-1))


def xgboost(job):
    from xgboost import XGBClassifier, XGBRegressor

    model = XGBClassifier if job.is_classification else XGBRegressor
    return model(random_state=job.seed, n_jobs=job.threads, enable_categorical=True)


def catboost(job):
    from catboost import CatBoostClassifier, CatBoostRegressor

    common = {"random_seed": job.seed, "thread_count": job.threads, "cat_features": job.categorical, "verbose": False,
              "allow_writing_files": False}
    if job.is_classification:
        return CatBoostClassifier(**common)
    return CatBoostRegressor(**common, **({"loss_function": "MultiRMSE"} if job.targets > 1 else {}))


def of_pytabkit(name, takes_several_targets=True):
    def make(job):
        import pytabkit

        kind = getattr(pytabkit, name + ("_Classifier" if job.is_classification else "_Regressor"))
        model = kind(random_state=job.seed, n_threads=job.threads, device="cpu", verbosity=0)
        return model if takes_several_targets else one_target_at_a_time(job, model)

    return make


@dataclass(frozen=True)
class Peer:
    make: Callable
    package: str
    inputs: str  # "table": as columns() takes it; "native", "filled": see above; "text": categories as text


PEERS = {
    "linear": Peer(linear, "scikit-learn", "table"),
    "scaled MLP": Peer(scaled_mlp, "scikit-learn", "table"),
    "random forest": Peer(random_forest, "scikit-learn", "table"),
    "HistGradientBoosting": Peer(hist_gradient_boosting, "scikit-learn", "native"),
    "LightGBM": Peer(lightgbm, "lightgbm", "native"),
    "XGBoost": Peer(xgboost, "xgboost", "native"),
    "CatBoost": Peer(catboost, "catboost", "text"),
    "RealMLP-TD": Peer(of_pytabkit("RealMLP_TD"), "pytabkit", "filled"),
    "RealMLP-TD-S": Peer(of_pytabkit("RealMLP_TD_S"), "pytabkit", "filled"),
    "TabM": Peer(of_pytabkit("TabM_D", takes_several_targets=False), "pytabkit", "filled"),
}


def versions():
    """Peer -> package and version; a peer whose package is not installed is left out."""
    found = {}
    for name, peer in PEERS.items():
        try:
            found[name] = f"{peer.package} {importlib.metadata.version(peer.package)}"
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
