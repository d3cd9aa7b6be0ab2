"""JAX on the processor: an epoch is one jitted lax.scan over the batches of a permutation, parameters donated."""

import os

from worker import arguments, random_classes, refuse, serve

options = arguments()
if options.precision != "float":
    refuse("measured in float32 only")
# XLA uses as many threads as there are processors (the driver pins the process); one thread must be requested.
if options.threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import functools

import jax
import jax.numpy as jnp

x, y = (jnp.asarray(a) for a in random_classes(options))
batch = options.batch_size
steps = max(1, len(x) // batch)
key = jax.random.key(1)


def make_parameters():
    sizes = list(zip(options.layers[:-1], options.layers[1:]))
    return [(jax.random.normal(jax.random.fold_in(key, i), s) * (2 / s[0]) ** 0.5, jnp.zeros(s[1]))
            for i, s in enumerate(sizes)]


activation = jax.nn.relu if options.activation == "relu" else jnp.tanh


def logits(parameters, rows, dropout_key):
    for i, (w, b) in enumerate(parameters[:-1]):
        rows = activation(rows @ w + b)
        if options.dropout and dropout_key is not None:
            keep = jax.random.bernoulli(jax.random.fold_in(dropout_key, i), 1 - options.dropout, rows.shape)
            rows = jnp.where(keep, rows / (1 - options.dropout), 0)
    w, b = parameters[-1]
    return rows @ w + b


def loss(parameters, rows, classes, dropout_key):
    log_p = jax.nn.log_softmax(logits(parameters, rows, dropout_key))
    return -jnp.mean(jnp.take_along_axis(log_p, classes[:, None], axis=1))


def update(state, gradient):
    parameters, m, v, count = state
    if options.optimizer == "gradient_descent":
        return jax.tree.map(lambda p, g: p - 0.01 * g, parameters, gradient), m, v, count
    count = count + 1
    m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda a, g: 0.999 * a + 0.001 * g * g, v, gradient)
    rate = 0.01 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    parameters = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-8), parameters, m, v)
    return parameters, m, v, count


@functools.partial(jax.jit, donate_argnums=0)
def epoch(state, epoch_key):
    order = jax.random.permutation(epoch_key, len(x))[: steps * batch].reshape(steps, batch)

    def step(state, rows):
        gradient = jax.grad(loss)(state[0], x[rows], y[rows], jax.random.fold_in(epoch_key, rows[0]))
        return update(state, gradient), None

    return jax.lax.scan(step, state, order)[0]


@jax.jit
def probabilities(parameters, rows):
    return jax.nn.softmax(logits(parameters, rows, None))


parameters = make_parameters()
if options.work == "train":
    zeros = functools.partial(jax.tree.map, jnp.zeros_like)
    moments = (zeros(parameters), zeros(parameters)) if options.optimizer == "adam" else ((), ())
    state = (parameters, *moments, jnp.zeros(()))

    def run():
        global state, key
        key, epoch_key = jax.random.split(key)
        state = jax.block_until_ready(epoch(state, epoch_key))

    serve("JAX", jax.__version__, {"jit, scan": (run, steps)})
else:
    serve("JAX", jax.__version__, {"jit": (lambda: probabilities(parameters, x).block_until_ready(), 1)})
