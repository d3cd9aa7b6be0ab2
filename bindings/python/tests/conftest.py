"""Most tests are about something else than the choice of networks, and one small network is fast.

So the table estimators have no effort by default here, and the command line takes the preset that is the same;
test_effort.py is about the effort.
"""

import inspect
import os

os.environ["CHAINRULE_PRESET"] = "textbook"

try:
    from chainrule import TableClassifier, TableRegressor
except ImportError:  # without scikit-learn there are no table estimators
    pass
else:
    for init in {TableClassifier.__init__, TableRegressor.__init__}:
        init.__kwdefaults__["effort"] = None
        signature = inspect.signature(init)
        parameters = dict(signature.parameters)
        parameters["effort"] = parameters["effort"].replace(default=None)
        init.__signature__ = signature.replace(parameters=list(parameters.values()))
