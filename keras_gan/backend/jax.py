"""Gradients on JAX."""

import functools

import jax
import keras
from jax import numpy as jnp

__all__ = ["record", "gradients", "slopes", "input_gradients", "update", "when", "normal", "replica", "stateful"]


def record(function, variables):
    """Run `function()` once and keep the pass.

    Returns:
        What the function returned, and `pull_back(slopes)`: from slopes of
        the same structure to one gradient per variable.
    """
    pure = Pure(function, variables)
    outputs, pull, changes = jax.vjp(pure, values(variables), has_aux=True)
    pure.keep(changes)

    def pull_back(slopes):
        return pull(slopes)[0]

    return outputs, pull_back


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
    slope, _ = jax.grad(pure, argnums=1, has_aux=True)([], inputs)
    return slope


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
    """Which replica this is, and how many there are: one, since JAX computes on the whole batch as if on one device."""
    return 0, 1


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


class Pure:
    """A function that reads and assigns to variables, made pure: `(values, *arguments) -> (outputs, changes)`.

    `values` stand for those of `variables`; `changes` are the new values of the variables that were assigned to,
    which are `changed`. Nothing is assigned before `keep(changes)`.
    """

    def __init__(self, function, variables=()):
        self.function, self.variables = function, variables

    def __call__(self, values, *arguments):
        with Scope(self.variables, values) as scope:
            outputs = self.function(*arguments)
        self.changed = list(scope.changed.values())
        return outputs, [scope.get_current_value(variable) for variable in self.changed]

    def scalar(self, values, *arguments):
        """The same for a function that returns `(scalar, extra)`, as `jax.grad` wants it."""
        (scalar, extra), changes = self(values, *arguments)
        return scalar, (extra, changes)

    def keep(self, changes):
        assign(self.changed, changes)


class Scope(keras.StatelessScope):
    """Sees what the scope around it sees, holds back what is assigned inside, and remembers to which variables."""

    def __init__(self, variables, values):
        super().__init__(zip(variables, values, strict=True), collect_losses=True)
        self.changed = {}

    def __enter__(self):
        super().__enter__()
        around = getattr(self.original_scope, "state_mapping", {})
        self.state_mapping = {**around, **self.state_mapping}
        return self

    def add_update(self, update):
        super().add_update(update)
        self.changed[id(update[0])] = update[0]


def values(variables):
    return [variable.value for variable in variables]


def assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
