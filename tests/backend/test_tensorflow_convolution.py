"""Convolutions whose kernels' slopes are products of matrices are Keras's convolutions."""

import contextlib

import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_gan import processor
from keras_gan.backend import tensorflow_convolution
from keras_gan.backend.tensorflow_convolution import kernels_by_products

LAYERS = {
    "halving": (layers.Conv2D(3, 5, 2, "same"), (8, 8, 2)),
    "of an odd side": (layers.Conv2D(3, 4, 2, "same"), (7, 9, 2)),
    "valid": (layers.Conv2D(3, (3, 2), 2, "valid"), (8, 9, 2)),
    "of a stride longer than the kernel": (layers.Conv2D(3, (1, 2), 3, "valid"), (8, 8, 2)),
    "unstrided": (layers.Conv2D(3, 3, padding="same", use_bias=False), (4, 4, 2)),
    "doubling": (layers.Conv2DTranspose(2, 5, 2, "same"), (4, 4, 3)),
    "doubling by an even kernel": (layers.Conv2DTranspose(2, 4, 2, "same"), (4, 3, 3)),
    "doubling, valid": (layers.Conv2DTranspose(2, 3, 2, "valid"), (4, 4, 3)),
    "unstrided, transposed": (layers.Conv2DTranspose(2, 3, 1, "same"), (4, 4, 3)),
}
OTHERS = {
    "of float32": (layers.Conv2D(3, 5, 2, "same", dtype="float32"), (8, 8, 2)),
    "of large maps": (layers.Conv2D(3, 5, 2, "same", dtype="bfloat16"), (8, 18, 2)),
    "of a point": (layers.Conv2D(3, 1, dtype="bfloat16"), (8, 8, 2)),
    "in groups": (layers.Conv2D(4, 3, groups=2, padding="same", dtype="bfloat16"), (4, 4, 2)),
    "dilated": (layers.Conv2D(3, 3, dilation_rate=2, padding="same", dtype="bfloat16"), (8, 8, 2)),
    "of sequences": (layers.Conv1D(3, 3, dtype="bfloat16"), (8, 2)),
    "to large maps": (layers.Conv2DTranspose(3, 3, 2, "same", dtype="bfloat16"), (9, 9, 2)),
}


@pytest.fixture
def products(monkeypatch):
    """As on a processor with AMX; a list that gets an entry for every such product."""
    made, function = [], tensorflow_convolution.kernel_slopes
    monkeypatch.setattr(processor, "has", lambda *flags: True)
    monkeypatch.setattr(tensorflow_convolution, "kernel_slopes", lambda *given: made.append(given) or function(*given))
    return made


def slopes_of(layer, shape, context):
    """What a layer gives, its slopes, and those of a penalty on the slopes at its input."""
    random = np.random.default_rng(0)
    x = tf.constant(random.standard_normal((3, *shape)), layer.compute_dtype)

    @tf.function
    def run():
        with context(), tf.GradientTape() as tape, tf.GradientTape() as inner:
            inner.watch(x)
            y = layer(x)
            score = tf.reduce_sum(tf.sin(tf.cast(y, tf.float32)))
            slope = inner.gradient(score, x)
            penalty = tf.reduce_sum(tf.cast(slope, tf.float32) ** 2)
            kernel = layer.trainable_variables[0].value
        return y, slope, tape.gradient({"score": score, "penalty": penalty}, kernel)

    return [np.asarray(ops.cast(each, "float64")) for each in run()]


@pytest.mark.parametrize("name", LAYERS)
def test_slopes_are_those_of_keras(name, products):
    template, shape = LAYERS[name]
    layer = type(template).from_config(template.get_config() | {"dtype": "bfloat16", "name": None})
    layer.build((3, *shape))
    ours = slopes_of(layer, shape, kernels_by_products)
    assert products, "nothing was made by a product"
    for mine, keras_own in zip(ours, slopes_of(layer, shape, contextlib.nullcontext), strict=True):
        np.testing.assert_allclose(mine, keras_own, rtol=0.03, atol=0.03 * abs(keras_own).max())


@pytest.mark.parametrize("name", OTHERS)
def test_what_does_not_suit_stays_with_keras(name, products):
    layer, shape = OTHERS[name]
    layer.build((3, *shape))
    with kernels_by_products(), tf.GradientTape() as tape:
        y = layer(tf.ones((3, *shape), layer.compute_dtype))
    assert tape.gradient(y, layer.trainable_variables[0].value) is not None
    assert not products


def test_without_amx_nothing_is_replaced(monkeypatch):
    monkeypatch.setattr(processor, "has", lambda *flags: False)
    before = tf.nn.convolution
    with kernels_by_products():
        assert tf.nn.convolution is before


def test_a_layer_that_calls_tensorflow_is_served_as_tensorflow_serves_it(products):
    x, kernel = tf.ones((1, 8, 8, 2), tf.bfloat16), tf.ones((3, 3, 2, 4), tf.bfloat16)
    wanted = tf.nn.convolution(input=x, filters=kernel, name="named")
    back = tf.nn.conv_transpose(input=wanted, filters=kernel, output_shape=(1, 8, 8, 2), strides=[1], padding="VALID")
    with kernels_by_products():
        np.testing.assert_array_equal(tf.nn.convolution(input=x, filters=kernel, name="named"), wanted)
        np.testing.assert_array_equal(
            tf.nn.convolution(np.ones((1, 8, 8, 2)), np.ones((3, 3, 2, 4)), [1]).shape, wanted.shape
        )
        again = tf.nn.conv_transpose(
            input=wanted, filters=kernel, output_shape=(1, 8, 8, 2), strides=[1], padding="VALID"
        )
    np.testing.assert_array_equal(again, back)
