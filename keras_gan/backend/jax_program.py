"""Many steps as one program on JAX: a scan inside XLA."""

import functools
import itertools

import jax
import keras
from jax import numpy as jnp
from keras import tree

from keras_gan.backend.convolutions import has_convolutions

__all__ = ["make_train_function", "prefers_one_program"]


def make_train_function(model, steps):
    """The function that `fit` calls for every `steps` steps: one XLA program without a return to Python between them.

    Batches of unequal size, as at an epoch's end, go in programs of their own.
    None, for Keras's own loop, where that is faster by far.
    """
    if slow_in_a_loop(model):
        return None

    @functools.partial(jax.jit, donate_argnums=0)
    def program(state, batches):
        batches = tree.map_structure(lambda *each: jnp.stack(each), *batches)
        state, logs = jax.lax.scan(lambda state, batch: model.train_step(state, batch)[::-1], state, batches)
        return of_first_broken_step(logs), state

    def train(state, iterator):
        batches = [next(iterator), *itertools.islice(iterator, steps - 1)]
        for _, alike in itertools.groupby(batches, lambda batch: [x.shape for x in tree.flatten(batch)]):
            logs, state = program(state, list(alike))
        return logs, state

    return train


def of_first_broken_step(logs):
    """Of the logs of all steps those of the last, or of the first that are not all finite, for Health."""
    broken = ~jnp.all(jnp.stack([jnp.isfinite(log) for log in logs.values()]), axis=0)
    index = jnp.where(jnp.any(broken), jnp.argmax(broken), -1)
    return tree.map_structure(lambda log: log[index], logs)


def prefers_one_program(model):
    """Whether many steps in one XLA program are faster here: on a CPU for dense networks, whose steps cost little."""
    return jax.default_backend() == "cpu" and not slow_in_a_loop(model) and keras.distribution.distribution() is None


def slow_in_a_loop(model):
    """Whether there are convolutions on a CPU, for which XLA then takes six times as long."""
    return jax.default_backend() == "cpu" and has_convolutions(model)
