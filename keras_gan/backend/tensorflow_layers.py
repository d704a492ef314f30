"""Batch normalisation and dropout in few passes over the memory, and in a form that has two derivatives."""

import contextlib

import keras
import tensorflow as tf
from keras.src.backend import random
from keras.src.backend.common.stateless_scope import in_stateless_scope

from keras_gan.backend.replaced import replaced
from keras_gan.backend.tensorflow_adam import adam_in_one_pass
from keras_gan.backend.tensorflow_convolution import kernels_by_products

__all__ = ["exact_moments", "in_few_passes", "layers_in_few_passes"]

PARTS = 2**16  # of dropout's rate


@contextlib.contextmanager
def in_few_passes():
    """For its own time, a step does without XLA what XLA would do for it: go through the memory once and not often."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(adam_in_one_pass())
        if not tf.config.list_physical_devices("GPU"):
            stack.enter_context(layers_in_few_passes())
            stack.enter_context(kernels_by_products())
        yield


@contextlib.contextmanager
def layers_in_few_passes():
    """For its own time, Keras's layers train by TensorFlow's kernel for batch normalisation, and with less randomness.

    What Keras writes as a dozen operations, each of which goes through all activations, took a tenth of a step of a
    convolutional GAN on a CPU, and a fifth to a third of one in bfloat16.
    """
    with (
        replaced(keras.layers.BatchNormalization, "call", normalised_by_one_kernel),
        replaced(random, "dropout", dropped_by_half_words),
    ):
        yield


def normalised_by_one_kernel(keras_call):
    def call(self, inputs, training=None, mask=None):
        fits = inputs.dtype in (tf.float32, tf.bfloat16) and self.axis in (-1, len(inputs.shape) - 1)
        plain = mask is None and not self.synchronized and not getattr(self, "renorm", False)
        plain = plain and type(self)._moments is keras.layers.BatchNormalization._moments
        if not (training and self.trainable and fits and plain) or in_stateless_scope():  # penalties make one
            return keras_call(self, inputs, training=training, mask=mask)
        is_map, channels = len(inputs.shape) == 4, self.moving_mean.shape[0]
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs if is_map else tf.reshape(inputs, (-1, 1, 1, channels)),
            scale=tf.cast(self.gamma, tf.float32) if self.scale else tf.ones(channels),
            offset=tf.cast(self.beta, tf.float32) if self.center else tf.zeros(channels),
            mean=tf.zeros(0),
            variance=tf.zeros(0),
            epsilon=self.epsilon,
        )
        examples = tf.cast(tf.size(inputs) // channels, tf.float32)
        variance *= (examples - 1) / examples  # the kernel divides by examples - 1, Keras by examples
        for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(tf.cast(moving, tf.float32) * self.momentum + now * (1 - self.momentum))
        return tf.cast(y if is_map else tf.reshape(y, tf.shape(inputs)), self.compute_dtype)

    return call


def dropped_by_half_words(keras_dropout):
    """Dropout that draws 16 bits for a unit instead of 32, and multiplies once; its rate is exact to 1 / 65536."""

    def dropout(inputs, rate, noise_shape=None, seed=None):
        lost = round(rate * PARTS) if isinstance(rate, (int, float)) else 0
        if noise_shape is not None or not 0 < lost < PARTS or not isinstance(seed, keras.random.SeedGenerator):
            return keras_dropout(inputs, rate, noise_shape, seed)
        units = tf.size(inputs)
        words = tf.random.stateless_uniform([(units + 1) // 2], tf.cast(seed.next(), tf.int32), None, None, tf.int32)
        parts = tf.reshape(tf.reshape(tf.bitcast(words, tf.uint16), [-1])[:units], tf.shape(inputs))
        return inputs * (tf.cast(parts >= lost, inputs.dtype) * tf.constant(PARTS / (PARTS - lost), inputs.dtype))

    return dropout


def exact_moments():
    """Lets normalisation be differentiated twice.

    `tf.nn.moments`, which Keras calls, stops the gradient at the mean inside the
    variance. A first derivative can spare it, a penalty's cannot: it was wrong by
    30 % through BatchNormalization and 85 % through GroupNormalization.
    """

    def moments(x, axes, shift=None, keepdims=False, name=None):
        mean = tf.reduce_mean(x, axes, keepdims=True)
        variance = tf.reduce_mean(tf.math.squared_difference(x, mean), axes, keepdims=keepdims)
        return (mean if keepdims else tf.squeeze(mean, axes)), variance

    return replaced(tf.nn, "moments", lambda _: moments)
