"""A pytest plugin that replaces scikit-learn's MLPClassifier and MLPRegressor with chainrule's.

pytest --pyargs sklearn.neural_network.tests.test_mlp -p sklearn_mlp_plugin
"""

import sklearn.neural_network

import chainrule

sklearn.neural_network.MLPClassifier = chainrule.MLPClassifier
sklearn.neural_network.MLPRegressor = chainrule.MLPRegressor
