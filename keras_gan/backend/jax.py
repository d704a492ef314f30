"""Gradients on JAX."""

import functools
import itertools

import jax
import keras
from jax import numpy as jnp
from keras import tree

from keras_gan.backend.pure import Pure, Scope, assign, values

__all__ = [
    "record",
    "gradients",
    "slopes",
    "input_gradients",
    "update",
    "when",
    "normal",
    "replica",
    "across_replicas",
    "replicas_of",
    "devices",
    "random_state",
    "set_random_state",
    "stateful",
    "make_train_function",
    "prefers_one_program",
]


def record(function, variables):
    """Run `function()` once and keep the pass.

    Returns:
        What the function returned, and `pull_back(slopes)`: from slopes of
        the same structure to one gradient per variable.
    """
    pure = Pure(function, variables)
    outputs, pull, changes = jax.vjp(pure, values(variables), has_aux=True)
    pure.keep(changes)
    return outputs, lambda slopes: pull(slopes)[0]


def gradients(function, variables):
    """The gradient of the scalar in `(scalar, extra) = function()`, and the extra."""
    pure = Pure(function, variables)
    gradient, (extra, changes) = jax.grad(pure.scalar, has_aux=True)(values(variables))
    pure.keep(changes)
    return gradient, extra


def slopes(function, tensors):
    """The slope of the scalar in `(scalar, extra) = function(tensors)` at every tensor, and the extra."""
    pure = Pure(function)
    slope, (extra, changes) = jax.grad(pure.scalar, argnums=1, has_aux=True)([], tensors)
    pure.keep(changes)
    return slope, extra


def input_gradients(critic, inputs):
    """The slope of each sample's score at its input, itself differentiable.

    Batch statistics that the critic's pass would move stay where they are.
    """
    pure = Pure(lambda inputs: jnp.sum(critic(inputs)))
    return jax.grad(pure, argnums=1, has_aux=True)([], inputs)[0]


def update(optimizer, gradients, variables):
    """One step of `optimizer`."""
    new_values, new_state = optimizer.stateless_apply(values(optimizer.variables), gradients, values(variables))
    assign(list(variables) + optimizer.variables, new_values + new_state)


def when(condition, function):
    """Run `function`, which may assign to variables and returns nothing, where `condition` holds."""
    pure = Pure(function)
    jax.eval_shape(pure, [])  # finds out which variables the function changes
    kept = values(pure.changed)
    pure.keep(jax.lax.cond(condition, lambda: pure([])[1], lambda: kept))


def normal(shape, seed):
    """Standard normal noise, float32; `seed` is a `keras.random.SeedGenerator`."""
    return jax.random.normal(seed.next(), shape)


def replica():
    """Which replica this is, and how many there are: one, since JAX sees the whole batch, on however many devices."""
    return 0, 1


def across_replicas(value):
    """The sum of every replica's value: there is one."""
    return value


def replicas_of(model):
    return 1


def devices():
    """Names of the devices that training can use."""
    return [str(device) for device in jax.devices()]


def random_state():
    """Random states outside of variables: none here."""
    return {}


def set_random_state(arrays):
    """Nothing to set."""


def stateful(step):
    """JAX's steps are pure: `(state, data) -> (logs, state)`, with the values of all variables as state."""

    @functools.wraps(step)
    def stateless(self, state, data):
        groups = [self.trainable_variables, self.non_trainable_variables, self.metrics_variables]
        if len(state) == 4:  # training; evaluation has no optimizer
            groups.insert(2, self.optimizer.variables)
        with Scope(sum(groups, []), sum(state, [])) as scope:
            logs = step(self, data)
        return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)

    return stateless


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
        return tree.map_structure(lambda log: log[-1], logs), state

    def train(state, iterator):
        batches = [next(iterator), *itertools.islice(iterator, steps - 1)]
        for _, alike in itertools.groupby(batches, lambda batch: [x.shape for x in tree.flatten(batch)]):
            logs, state = program(state, list(alike))
        return logs, state

    return train


def prefers_one_program(model):
    """Whether many steps in one XLA program are faster here: on a CPU for dense networks, whose steps cost little."""
    return jax.default_backend() == "cpu" and not slow_in_a_loop(model) and keras.distribution.distribution() is None


def slow_in_a_loop(model):
    """Whether there are convolutions on a CPU, for which XLA then takes six times as long."""
    return jax.default_backend() == "cpu" and any(len(weight.shape) > 2 for weight in model.weights)
