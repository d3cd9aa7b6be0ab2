# %% [markdown]
# # One step of gradient descent, worked by hand
#
# In a notebook the last line of a cell shows the page with its formulas; print() shows text.

# %%
import numpy as np

import chainrule

# %% [markdown]
# A lecture's worked example in its own symbols, restricted to one weight.

# %%
step = chainrule.explain("004", parameter="w(2,5)", digits=6)
print(step)
step  # noqa: B018

# %% [markdown]
# Every number is available. BP-3: the gradient is the delta above times the output below.

# %%
numbers = step.numbers
sample = numbers["samples"][0]
print("dW of the last layer:  ", np.array(numbers["dW"][2][0]))
print("delta times output:    ", sample["delta"][2][0] * np.array(sample["a"][1]))

# %% [markdown]
# Your own network and row.

# %%
network = chainrule.Network.mlp(2, [2], 1, activations="tanh", dtype="float64", seed=1)
own = chainrule.explain(network, [[0.5, -1.0]], [1.0], learning_rate=0.1, digits=4)
print(own)

# %% [markdown]
# The chain rule, gate by gate, and one of the lessons.

# %%
graph = chainrule.graph("1/(1+exp(-(w0*x0+w1*x1+w2)))", w0=2, x0=-1, w1=-3, x1=-2, w2=-3)
print(graph)
graph  # noqa: B018

# %%
for name, title in chainrule.lessons().items():
    print(f"{name:<28}{title}")
print(chainrule.lesson("graph-sigmoid"))
