"""scikit-learn: MLPClassifier.partial_fit on all rows at once, which is one epoch of shuffled batches."""

from worker import arguments, random_classes, refuse, serve

options = arguments()
if options.dropout:
    refuse("MLPClassifier has no dropout")
if options.precision != "float":
    refuse("MLPClassifier has no bfloat16")

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

x, y = random_classes(options)
classes = options.layers[-1]
network = MLPClassifier(
    hidden_layer_sizes=options.layers[1:-1],
    activation=options.activation,
    solver="sgd" if options.optimizer == "gradient_descent" else "adam",
    alpha=0.0,
    learning_rate_init=0.01,
    momentum=0.0,
    nesterovs_momentum=False,
    batch_size=options.batch_size,
    shuffle=True,
)
if options.work == "train":
    network.partial_fit(x, y, classes=np.arange(classes))
    serve("scikit-learn", sklearn.__version__,
          {"partial_fit": (lambda: network.partial_fit(x, y), -(-len(x) // options.batch_size))})
else:
    rng = np.random.default_rng(2)
    network.batch_size = "auto"
    network.partial_fit(rng.uniform(-1, 1, (32, options.layers[0])).astype(np.float32),
                        rng.integers(0, classes, 32), classes=np.arange(classes))
    serve("scikit-learn", sklearn.__version__, {"predict_proba": (lambda: network.predict_proba(x), 1)})
