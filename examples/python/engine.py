# %% [markdown]
# # The engine alone: it needs only NumPy
#
# These files are notebooks as scripts (percent format). Jupyter opens them with jupytext, editors run them by cell,
# and so does `python engine.py`.

# %%
import numpy as np

import chainrule

# %% [markdown]
# XOR, one step at a time. `keep=True` returns all values of the step.

# %%
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
targets = np.array([0, 1, 1, 0])
network = chainrule.Network.mlp(2, [4], 1, activations="tanh", output_activation="logistic", dtype="float64", seed=3)
print(network.summary())

# %%
trainer = chainrule.Trainer(network, learning_rate=0.05)
for _ in range(400):
    step = trainer.step(x, targets, keep=True)
print(f"loss {step.loss:.4f}, norm of the gradient {step.gradient_norm:.4f}")
print("deltas of the hidden layer, [rows][units]:")
print(step.layers[0]["delta"].round(4))

# %% [markdown]
# The weights are NumPy arrays: the predictions by hand, beside those of the engine.

# %%
(w1, w2), (b1, b2) = network.weights, network.biases
by_hand = 1 / (1 + np.exp(-(np.tanh(x @ w1 + b1) @ w2 + b2)))
print(np.column_stack([by_hand, network.predict(x)]).round(4))
assert np.allclose(by_hand, network.predict(x))

# %% [markdown]
# The gradient check compares the derivative of each parameter with an exact one in forward mode.

# %%
print(chainrule.gradcheck(network, x, targets))
