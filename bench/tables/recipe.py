"""What is measured: the rows of chainrule, the parts of its default recipe, and in which order the peers come."""

FAST_SEEDS = (1, 2, 3, 4, 5)
SLOW_SEEDS = (1,)

# Rows of chainrule: (name, arguments of train, seeds). The first is what everything is compared with.
OURS = [
    ("chainrule", "", FAST_SEEDS),
    ("chainrule --effort quick", "--effort quick", FAST_SEEDS),
    ("chainrule --preset textbook", "--preset textbook", FAST_SEEDS),
    ("chainrule --effort thorough", "--effort thorough", SLOW_SEEDS),
]

# The default with one part left out or replaced: (the part, and what it becomes; arguments that do so).
ABLATION = [
    ("many networks: one, with a fifth held out", "--members 1"),
    ("four networks of each kind: two", "--members 2"),
    ("a shape for each kind: 256 units for all", "--hidden 256"),
    ("a shape for each kind: 64 and 32 units for all", "--hidden 64,32"),
    ("Mish: ReLU", "--activation relu"),
    ("AdamW, weights decay: Adam", "--optimizer adam"),
    ("labels are smoothed by 0.03: as they are", "--label-smoothing 0"),
    ("a patience of 60 epochs: 20", "--patience 20"),
    ("numbers far outside are clipped: kept", "--outliers keep"),
]
ABLATION_SEEDS = (1, 2)

# The peers that take seconds a table, and those that take minutes. The fast ones come first, seed by seed.
FAST = ("linear", "scaled MLP", "HistGradientBoosting", "LightGBM", "random forest", "XGBoost", "CatBoost")
SLOW = ("RealMLP-TD-S", "RealMLP-TD", "TabM")

# The peer that a neural network must not lose to, and the difference that counts.
REFERENCE = "scaled MLP"
WORSE = 1.03
