"""The same job as a tuned JAX script without Keras: jax_by_hand.py WORKLOAD.

Dense networks run 50 steps as one `lax.scan`; convolutions step by step: in a loop XLA is slow with them on a CPU.
"""

import functools
import sys

import clock
import jax
import numpy as np
from jax import lax
from jax import numpy as jnp
from workloads import WORKLOADS, Kernels

work = WORKLOADS[sys.argv[1]]
LAYOUT = ("NHWC", "HWIO", "NHWC")


kernels = Kernels()


def weight(*shape):
    return jnp.asarray(kernels.next(*shape))


# A layer is its weights, its batch statistics and a function (weights, x, key) -> (y, new statistics).


def dense(inputs, units, bias=True):
    weights = [weight(inputs, units), *([jnp.zeros(units)] if bias else [])]
    return weights, [], lambda w, s, x, key: (x @ w[0] + (w[1] if bias else 0), s)


def activation(function):
    return [], [], lambda w, s, x, key: (function(x), s)


def dropout(rate):
    return [], [], lambda w, s, x, key: (x * jax.random.bernoulli(key, 1 - rate, x.shape) / (1 - rate), s)


def reshape(*shape):
    return activation(lambda x: x.reshape(-1, *shape))


def normalise(channels, momentum=0.99, epsilon=1e-3):
    def apply(w, s, x, key):
        axes = tuple(range(x.ndim - 1))
        mean, variance = jnp.mean(x, axes), jnp.var(x, axes)
        y = (x - mean) * lax.rsqrt(variance + epsilon) * w[0] + w[1]
        return y, [old * momentum + new * (1 - momentum) for old, new in zip(s, (mean, variance), strict=True)]

    return [jnp.ones(channels), jnp.zeros(channels)], [jnp.zeros(channels), jnp.ones(channels)], apply


def convolution(inputs, outputs, stride):
    def apply(w, s, x, key):
        return lax.conv_general_dilated(x, w[0], (stride, stride), "SAME", dimension_numbers=LAYOUT) + w[1], s

    return [weight(5, 5, inputs, outputs), jnp.zeros(outputs)], [], apply


def transposed(inputs, outputs, stride):
    def apply(w, s, x, key):
        return lax.conv_transpose(x, w[0], (stride, stride), "SAME", dimension_numbers=LAYOUT), s

    return [weight(5, 5, inputs, outputs)], [], apply


leaky = functools.partial(jax.nn.leaky_relu, negative_slope=0.3)


def up(inputs, outputs, stride):
    return [transposed(inputs, outputs, stride), normalise(outputs), activation(leaky)]


def down(inputs, outputs):
    return [convolution(inputs, outputs, 2), activation(leaky), dropout(0.3)]


def first(side):
    units = side * side * 256
    return [dense(100, units, bias=False), normalise(units), activation(leaky), reshape(side, side, 256)]


def players(kind):
    tanh = activation(jnp.tanh)
    if kind == "mlp":
        relu = activation(jax.nn.relu)
        return [dense(100, 128), relu, dense(128, 784), tanh], [dense(784, 128), relu, dense(128, 1)]
    if kind == "tutorial":
        generator = [*first(7), *up(256, 128, 1), *up(128, 64, 2), transposed(64, 1, 2), tanh]
        return generator, [*down(1, 64), *down(64, 128), reshape(7 * 7 * 128), dense(7 * 7 * 128, 1)]
    generator = [*first(4), *up(256, 128, 2), *up(128, 64, 2), *up(64, 32, 2), transposed(32, 3, 2), tanh]
    discriminator = [*down(3, 32), *down(32, 64), *down(64, 128), reshape(8 * 8 * 128), dense(8 * 8 * 128, 1)]
    return generator, discriminator


def run(layers, weights, statistics, x, key):
    moved = []
    for (_, _, apply), w, s, each in zip(layers, weights, statistics, jax.random.split(key, len(layers)), strict=True):
        x, s = apply(w, s, x, each)
        moved.append(s)
    return x, moved


def adam(weights, state, gradients, rate=2e-4, beta_1=0.5, beta_2=0.999, epsilon=1e-7):
    count, first, second = state
    count = count + 1
    first = jax.tree.map(lambda m, g: m + (g - m) * (1 - beta_1), first, gradients)
    second = jax.tree.map(lambda v, g: v + (g * g - v) * (1 - beta_2), second, gradients)
    step = rate * jnp.sqrt(1 - beta_2**count) / (1 - beta_1**count)
    weights = jax.tree.map(lambda w, m, v: w - step * m / (jnp.sqrt(v) + epsilon), weights, first, second)
    return weights, (count, first, second)


generator, discriminator = players(work.kind)
softplus = jax.nn.softplus


def train_step(state, real):
    g_weights, statistics, d_weights, g_adam, d_adam, key = state
    key, draw, *keys = jax.random.split(key, 6)
    latents = jax.random.normal(draw, (work.batch, 100))

    def generate(weights):
        return run(generator, weights, statistics, latents, keys[0])

    def score(weights, images, key):
        return run(discriminator, weights, [[] for _ in discriminator], images, key)[0]

    def d_loss(weights):
        real_score, fake_score = score(weights, real, keys[1]), score(weights, fake, keys[2])
        return jnp.mean(softplus(-real_score)) + jnp.mean(softplus(fake_score))

    fake, pull_back, statistics = jax.vjp(generate, g_weights, has_aux=True)
    d_now, gradients = jax.value_and_grad(d_loss)(d_weights)
    d_weights, d_adam = adam(d_weights, d_adam, gradients)
    g_now, slope = jax.value_and_grad(lambda fake: jnp.mean(softplus(-score(d_weights, fake, keys[3]))))(fake)
    g_weights, g_adam = adam(g_weights, g_adam, pull_back(slope)[0])
    return (g_weights, statistics, d_weights, g_adam, d_adam, key), (d_now, g_now)


@functools.partial(jax.jit, donate_argnums=0)
def many_steps(state, batches):
    state, losses = lax.scan(train_step, state, batches)
    return state, jax.tree.map(jnp.sum, losses)


one_step = jax.jit(train_step, donate_argnums=0)
data = work.images()
if work.kind == "mlp":
    data = data.reshape(len(data), 784)
steps = len(data) // work.batch
group = 50 if work.kind == "mlp" and jax.default_backend() == "cpu" else 1
weights = [[layer[0] for layer in network] for network in (generator, discriminator)]
moments = [(jnp.zeros(()), *(jax.tree.map(jnp.zeros_like, each) for _ in range(2))) for each in weights]
state = weights[0], [layer[1] for layer in generator], weights[1], *moments, jax.random.key(0)
rng = np.random.default_rng(0)


def epoch():
    global state
    order = rng.permutation(len(data))[: steps * work.batch].reshape(steps, work.batch)
    sums = np.zeros(2)
    for start in range(0, steps, group):
        batches = data[order[start : start + group]]
        state, losses = many_steps(state, batches) if group > 1 else one_step(state, batches[0])
        sums += [float(loss) for loss in losses]
        clock.stepped()
    return sums / steps


clock.take_turns(epoch)
