# %% [markdown]
# # Decision regions of narrow and wide hidden layers
#
# Needs scikit-learn and matplotlib.

# %%
import sys

import chainrule

if not hasattr(chainrule, "MLPClassifier"):
    print("skipped: this build has no chainrule.MLPClassifier")
    sys.exit()

# %%
try:
    import matplotlib.pyplot as plt
except ImportError:
    print("skipped: matplotlib is not installed")
    sys.exit()
from sklearn.datasets import make_moons

x, y = make_moons(300, noise=0.2, random_state=0)
figure, places = plt.subplots(1, 3, figsize=(12, 4))
for units, ax in zip((1, 3, 32), places, strict=True):
    classifier = chainrule.MLPClassifier(
        hidden_layer_sizes=(units,), activation="tanh", learning_rate_init=0.05, max_iter=300, random_state=1
    )
    classifier.fit(x, y)
    chainrule.plot_decision_regions(classifier, x, y, ax=ax)
    ax.set_title(f"{units} hidden units: accuracy {classifier.score(x, y):.2f}")
    print(f"{units} hidden units: accuracy {classifier.score(x, y):.3f}")
plt.show()
