"""Gradients on TensorFlow."""

import contextlib
import functools
import math

import keras
import tensorflow as tf
from keras import tree

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

GOLDEN = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: SplitMix64's increment
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


@contextlib.contextmanager
def exact_moments():
    """Lets normalisation be differentiated twice.

    `tf.nn.moments`, which Keras calls, stops the gradient at the mean inside the
    variance. A first derivative can spare it, a penalty's cannot: it was wrong by
    30 % through BatchNormalization and 85 % through GroupNormalization.
    """
    original = tf.nn.moments

    def moments(x, axes, shift=None, keepdims=False, name=None):
        mean = tf.reduce_mean(x, axes, keepdims=True)
        variance = tf.reduce_mean(tf.math.squared_difference(x, mean), axes, keepdims=keepdims)
        return (mean if keepdims else tf.squeeze(mean, axes)), variance

    tf.nn.moments = moments
    try:
        yield
    finally:
        tf.nn.moments = original


def update(optimizer, gradients, variables):
    """One step of `optimizer`."""
    optimizer.apply(gradients, variables)


def when(condition, function):
    """Run `function`, which may assign to variables and returns nothing, where `condition` holds."""

    def run():
        function()
        return True

    tf.cond(condition, run, lambda: False)


def normal(shape, seed):
    """Standard normal noise, float32; `seed` is a `keras.random.SeedGenerator`.

    Equal with and without XLA, which no random op of TensorFlow is, philox
    included: the bits are SplitMix64 of (seed, how often it was asked, position),
    and normal by Box and Muller.

    Source: Steele et al., 2014, https://doi.org/10.1145/2714064.2660195
    """
    state = tf.cast(seed.next(), tf.uint64)
    key = mixed(mixed(state[0] * GOLDEN) + state[1] * GOLDEN)
    shape = tf.cast(shape, tf.int64)
    start = first_row(shape[0]) * tf.reduce_prod(shape[1:])
    positions = start + tf.range(1, tf.reduce_prod(shape) + 1)
    bits = mixed(key + tf.cast(positions, tf.uint64) * GOLDEN)
    first = (tf.cast(shifted(bits, 40), tf.float32) + 0.5) * 2.0**-24
    second = tf.cast(shifted(bits, 16) & 0xFFFFFF, tf.float32) * 2.0**-24
    return tf.reshape(tf.sqrt(-2.0 * tf.math.log(first)) * tf.cos(2.0 * math.pi * second), shape)


def mixed(bits):
    """SplitMix64's finaliser of uint64."""
    bits = (bits ^ shifted(bits, 30)) * tf.constant(0xBF58476D1CE4E5B9, tf.uint64)
    bits = (bits ^ shifted(bits, 27)) * tf.constant(0x94D049BB133111EB, tf.uint64)
    return bits ^ shifted(bits, 31)


def shifted(bits, places):
    return tf.bitwise.right_shift(bits, tf.constant(places, tf.uint64))


def first_row(rows):
    """Where this replica's rows begin in the batch of all, so that no two draw the same noise."""
    index, count = replica()
    if count == 1:
        return tf.constant(0, tf.int64)
    return tf.cast(index, tf.int64) * -(-across_replicas(rows) // count)


def across_replicas(value):
    """The sum of every replica's value."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return value
    return context.all_reduce(tf.distribute.ReduceOp.SUM, value)


def replica():
    """Which replica this is, and how many there are."""
    context = tf.distribute.get_replica_context()
    if context is None:
        return 0, tf.distribute.get_strategy().num_replicas_in_sync
    return context.replica_id_in_sync_group, context.num_replicas_in_sync


def replicas_of(model):
    """How many replicas a model was made for, asked from outside of them."""
    return model.distribute_strategy.num_replicas_in_sync


def devices():
    """Names of the devices that training can use."""
    return [device.name for device in tf.config.list_logical_devices()]


def random_state():
    """Random states outside of variables: none here."""
    return {}


def set_random_state(arrays):
    """Nothing to set."""


def stateful(step):
    """Let nothing of a step happen before its batch is there.

    In a graph only what needs the batch waits for it: when the data ran out, a
    counter or a random seed could already have moved.
    """

    @functools.wraps(step)
    def step_after_data(self, data):
        with tf.control_dependencies([tensor for tensor in tree.flatten(data) if tf.is_tensor(tensor)]):
            return step(self, data)

    return step_after_data


def make_train_function(model, steps):
    """The function that `fit` calls for every `steps` steps: one XLA program without a return to Python between them.

    The iterator's elements hold the batches of that many steps, one after the
    other, as `EpochStream` groups them. What is left at an epoch's end, and a
    batch of `train_on_batch`, goes step by step.
    """

    @tf.function(jit_compile=True)
    def program(data):
        batches = tree.map_structure(lambda x: tf.reshape(x, [steps, x.shape[0] // steps, *x.shape[1:]]), data)

        def step(index, logs):
            now = model.train_step(tree.map_structure(lambda x: x[index], batches))
            finite = tf.reduce_all([tf.math.is_finite(value) for value in logs.values()])  # else they stay, for Health
            return index + 1, {name: tf.where(finite, value, logs[name]) for name, value in now.items()}

        return tf.while_loop(lambda index, _: index < steps, step, (tf.constant(0), model.get_metrics_result()))[1]

    one_step = tf.function(model.train_step, reduce_retracing=True)

    def train(iterator):
        data = next(iterator)
        rows = tree.flatten(data)[0].shape[0]
        batch = model.fed_with["batch size"] if isinstance(iterator, tf.data.Iterator) else rows
        if rows == steps * batch:
            return program(data)
        for start in range(0, rows, batch):
            logs = one_step(tree.map_structure(lambda x, start=start: x[start : start + batch], data))
        return logs

    return train


def prefers_one_program(model):
    """Whether many steps in one XLA program are faster here: on a CPU for dense networks, whose steps cost little.

    Convolutions are faster in oneDNN's kernels, which XLA does not call.
    """
    if tf.config.list_physical_devices("GPU") or tf.distribute.has_strategy():
        return False
    layers = [layer for network in (model.generator, model.discriminator) for layer in network._flatten_layers()]
    convolutional = any(len(weight.shape) > 2 for layer in layers for weight in layer.weights)
    return not convolutional and all(layer.supports_jit for layer in layers)
