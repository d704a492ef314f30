"""Many steps as one program on TensorFlow: a loop, most often inside XLA."""

import contextlib
from inspect import isgenerator

import tensorflow as tf
from keras import tree

from keras_gan import processor
from keras_gan.backend.convolutions import has_convolutions
from keras_gan.backend.tensorflow_layers import in_few_passes

__all__ = ["make_train_function", "prefers_one_program"]

LARGE = 100e6  # multiplications by weights in a forward pass of both players; measured between 77 and 103


def make_train_function(model, steps):
    """The function that `fit` calls for every `steps` steps: one program without a return to Python between them.

    The iterator's elements hold the batches of that many steps, one after the
    other, as `Groups` does. What is left at an epoch's end, and a batch of
    `train_on_batch`, of which Keras makes a generator, goes step by step.
    """

    compiled = model.jit_compile or xla_is_faster(model)

    def train_step(data):
        with contextlib.nullcontext() if compiled else in_few_passes():
            return model.train_step(data)

    @tf.function(jit_compile=compiled)
    def program(data):
        batches = tree.map_structure(lambda x: tf.reshape(x, [steps, x.shape[0] // steps, *x.shape[1:]]), data)

        def step(index, logs):
            now = train_step(tree.map_structure(lambda x: x[index], batches))
            finite = tf.reduce_all([tf.math.is_finite(value) for value in logs.values()])  # else they stay, for Health
            return index + 1, {name: tf.where(finite, value, logs[name]) for name, value in now.items()}

        return tf.while_loop(lambda index, _: index < steps, step, (tf.constant(0), model.get_metrics_result()))[1]

    one_step = tf.function(train_step, reduce_retracing=True)

    def train(iterator):
        data = next(iterator)
        rows = tree.flatten(data)[0].shape[0]
        batch = model.fed_with["batch size"] if not isgenerator(iterator) else rows
        if rows == steps * batch:
            return program(data)
        for start in range(0, rows, batch):
            logs = one_step(tree.map_structure(lambda x, start=start: x[start : start + batch], data))
        return logs

    return train


def xla_is_faster(model):
    """Where matrices are small, or oneDNN has nothing that TensorFlow's XLA lacks: that multiplies without AVX-512."""
    weights = sum(variable.value.shape.num_elements() for variable in model.trainable_variables)
    return model.fed_with["batch size"] * weights < LARGE or not processor.has("avx512f")


def prefers_one_program(model):
    """Whether many steps in one program are faster here: on a CPU for dense networks, whose steps cost little.

    Convolutions are faster in oneDNN's kernels, which XLA does not call.
    """
    if tf.config.list_physical_devices("GPU") or tf.distribute.has_strategy():
        return False
    layers = [layer for network in (model.generator, model.discriminator) for layer in network._flatten_layers()]
    return not has_convolutions(model) and all(layer.supports_jit for layer in layers)
