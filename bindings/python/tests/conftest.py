"""Most tests are about something else than the choice of networks, and one small network is fast.

So the table estimators have no effort by default here, and the command line takes the preset that is the same;
test_effort.py is about the effort.
"""

import os

os.environ["CHAINRULE_PRESET"] = "textbook"

try:
    from chainrule import TableClassifier, TableRegressor
except ImportError:  # without scikit-learn there are no table estimators
    pass
else:
    for estimator in {TableClassifier.__init__, TableRegressor.__init__}:
        estimator.__kwdefaults__["effort"] = None
