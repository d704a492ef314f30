"""Snapshots: everything that training depends on, out of a model as arrays, and back."""

import numpy as np


def state_variables(model):
    """Everything that training depends on, by name: weights, seeds, running means, both optimizers."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return {f"{index:04d}": variable for index, variable in enumerate(variables)}


def snapshot(model):
    """Arrays that stay as they are while training goes on: copies, unless the backend has made them."""
    return {name: np.require(variable.numpy(), None, "O") for name, variable in state_variables(model).items()}


def restore(model, arrays):
    """Assign a snapshot.

    Raises:
        ValueError: if the checkpoint was taken of networks of other shapes.
    """
    variables = state_variables(model)
    taken = {name: array for name, array in arrays.items() if name in variables or name.isdigit()}
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    if shapes != {name: array.shape for name, array in taken.items()}:
        raise ValueError(
            "The checkpoint does not fit the model. "
            f"Received: {len(taken)} arrays for {len(variables)} variables, or other shapes. "
            "Build and compile the networks that the run began with."
        )
    for name, variable in variables.items():
        variable.assign(taken[name])


def not_finite(arrays):
    """Names of the arrays in which something is NaN or infinite."""
    return {name for name, array in arrays.items() if not np.isfinite(array).all()}


def infinite_constants(model):
    """Names of the networks' variables that are so from the beginning by intent, such as a mask of -inf."""
    networks = [*model.generator.non_trainable_variables, *model.discriminator.non_trainable_variables]
    fixed = {id(variable) for variable in networks}
    arrays = {name: each.numpy() for name, each in state_variables(model).items() if id(each) in fixed}
    return {name for name in not_finite(arrays) if not np.isnan(arrays[name]).any()}
