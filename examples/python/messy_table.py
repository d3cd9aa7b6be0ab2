# %% [markdown]
# # A table with words and missing cells
#
# Needs scikit-learn and pandas.

# %%
import sys
from pathlib import Path

import chainrule

if not hasattr(chainrule, "TableClassifier"):
    print("skipped: this build has no chainrule.TableClassifier")
    sys.exit()

# %%
import pandas

here = Path(__file__).resolve().parent if "__file__" in globals() else Path.cwd()
penguins = pandas.read_csv(here.parent / "data" / "penguins.csv")
print(penguins.isna().sum())

# %% [markdown]
# No encoder, imputer or scaler: the estimator fits its own on the training rows and keeps them.

# %%
x, y = penguins.drop(columns="species"), penguins["species"]
train = penguins.index % 4 != 0
classifier = chainrule.TableClassifier(seed=0)
classifier.fit(x[train], y[train])
print(f"penguins, test rows: accuracy {classifier.score(x[~train], y[~train]):.3f}")
