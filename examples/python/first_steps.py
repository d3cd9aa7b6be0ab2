# %% [markdown]
# # First steps: an estimator for scikit-learn
#
# Needs scikit-learn; the plots need matplotlib.

# %%
import sys

import chainrule

if not hasattr(chainrule, "MLPClassifier"):
    print("skipped: this build has no chainrule.MLPClassifier")
    sys.exit()

# %%
from sklearn.datasets import load_digits, load_iris
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# %% [markdown]
# Iris: five-fold cross-validation of a pipeline, as with any estimator.

# %%
iris = load_iris()
pipeline = make_pipeline(
    StandardScaler(),
    chainrule.MLPClassifier(hidden_layer_sizes=(16,), learning_rate_init=0.02, max_iter=500, random_state=0),
)
print("iris, five folds:", cross_val_score(pipeline, iris.data, iris.target).round(3))

# %% [markdown]
# Digits: images of eight by eight pixels, ten classes.

# %%
digits = load_digits()
train_x, test_x, train_y, test_y = train_test_split(digits.data / 16, digits.target, random_state=0)
classifier = chainrule.MLPClassifier(hidden_layer_sizes=(64,), learning_rate_init=0.005, random_state=0)
classifier.fit(train_x, train_y)
print(f"digits, test rows: accuracy {classifier.score(test_x, test_y):.3f}")

# %% [markdown]
# The calculation for one row of the digits: its prediction, and the gradient of its loss.

# %%
numbers = chainrule.explain(classifier, test_x, test_y, rows=0).numbers
print("probabilities:", [round(p, 3) for p in numbers["samples"][0]["a"][-1]], "loss", numbers["total_loss"])

# %%
try:
    chainrule.plot_loss(classifier)
except ImportError as error:
    print(error)
