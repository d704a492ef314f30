"""Gradients on JAX."""

import functools

import jax
from jax import numpy as jnp
from keras import ops

from keras_gan.backend.pure import Pure, Scope, assign, values

__all__ = [
    "record",
    "gradients",
    "slopes",
    "input_gradients",
    "update",
    "due",
    "when",
    "stateful",
    "normal",
    "devices",
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


def due(counter, interval, ahead=0):
    """Whether a counter, or the number that far ahead of it, is a multiple of `interval`: a condition for `when`."""
    return ops.equal((counter.value + ahead) % interval, 0)


def when(condition, function):
    """Run `function`, which may assign to variables and returns nothing, where `condition` holds."""
    pure = Pure(function)
    jax.eval_shape(pure, [])  # finds out which variables the function changes
    kept = values(pure.changed)
    pure.keep(jax.lax.cond(condition, lambda: pure([])[1], lambda: kept))


def stateful(step):
    """A step that assigns to variables, as Keras calls it: here pure, `(state, data) -> (logs, state)`.

    The state is the values of all variables.
    """

    @functools.wraps(step)
    def stateless(self, state, data):
        groups = [self.trainable_variables, self.non_trainable_variables, self.metrics_variables]
        if len(state) == 4:  # training; evaluation has no optimizer
            groups.insert(2, self.optimizer.variables)
        with Scope(sum(groups, []), sum(state, [])) as scope:
            logs = step(self, data)
        return logs, tuple([scope.get_current_value(variable) for variable in group] for group in groups)

    return stateless


def normal(shape, seed):
    """Standard normal noise, float32; `seed` is a `keras.random.SeedGenerator`."""
    return jax.random.normal(seed.next(), shape)


def devices():
    """Names of the devices that training can use."""
    return [str(device) for device in jax.devices()]
