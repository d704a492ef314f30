"""Gradients on TensorFlow."""

import contextlib
import functools

import keras
import tensorflow as tf
from keras import ops, tree

from keras_gan.backend.tensorflow_layers import exact_moments, in_few_passes
from keras_gan.backend.tensorflow_noise import noise
from keras_gan.backend.tensorflow_resize import complete_resize

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

complete_resize()
ZERO = tf.UnconnectedGradients.ZERO


def record(function, variables):
    """Run `function()` once and keep the pass.

    Returns:
        What the function returned, and `pull_back(slopes)`: from slopes of
        the same structure to one gradient per variable.
    """
    values = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        outputs = function()

    def pull_back(slopes):
        return tape.gradient(tree.flatten(outputs), values, output_gradients=tree.flatten(slopes))

    return outputs, pull_back


def gradients(function, variables):
    """The gradient of the scalar in `(scalar, extra) = function()`, and the extra."""
    values = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        scalar, extra = function()
    return tape.gradient(scalar, values), extra


def slopes(function, tensors):
    """The slope of the scalar in `(scalar, extra) = function(tensors)` at every tensor, and the extra."""
    flat = tree.flatten(tensors)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(flat)
        scalar, extra = function(tensors)
    slope = tape.gradient(scalar, flat, unconnected_gradients=ZERO)
    return tree.pack_sequence_as(tensors, slope), extra


def input_gradients(critic, inputs):
    """The slope of each sample's score at its input, itself differentiable.

    Batch statistics that the critic's pass would move stay where they are.
    """
    inputs = tf.convert_to_tensor(inputs)
    with keras.StatelessScope(), exact_moments(), tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        score = tf.reduce_sum(critic(inputs))
    return tape.gradient(score, inputs, unconnected_gradients=ZERO)


def update(optimizer, gradients, variables):
    """One step of `optimizer`."""
    optimizer.apply(gradients, variables)


def due(counter, interval, ahead=0):
    """Whether a counter, or the number that far ahead of it, is a multiple of `interval`: a condition for `when`."""
    return ops.equal((counter.value + ahead) % interval, 0)


def when(condition, function):
    """Run `function`, which may assign to variables and returns nothing, where `condition` holds."""

    def run():
        function()
        return True

    tf.cond(condition, run, lambda: False)


def stateful(step):
    """A step that assigns to variables, as Keras calls it: here with nothing happening before its batch is there.

    In a graph only what needs the batch waits for it: when the data ran out, a
    counter or a random seed could already have moved.
    """

    @functools.wraps(step)
    def step_after_data(self, data):
        with contextlib.ExitStack() as stack:
            stack.enter_context(tf.control_dependencies([x for x in tree.flatten(data) if tf.is_tensor(x)]))
            if not self.jit_compile and self.program_steps == 1:  # XLA needs no help; a program says itself
                stack.enter_context(in_few_passes())
            return step(self, data)

    return step_after_data


def normal(shape, seed):
    """Standard normal noise, float32; `seed` is a `keras.random.SeedGenerator`."""
    return noise(shape, seed.next())


def devices():
    """Names of the devices that training can use."""
    return [device.name for device in tf.config.list_logical_devices()]
