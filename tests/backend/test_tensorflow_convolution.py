"""Convolutions whose kernels' slopes are products of matrices are Keras's convolutions."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import keras_gan as kg
from keras_gan import processor
from keras_gan.backend import tensorflow_convolution
from keras_gan.backend.tensorflow_convolution import kernels_by_products
from keras_gan.penalties import R1

LAYERS = {
    "halving": (layers.Conv2D(3, 5, 2, "same"), (8, 8, 2)),
    "of an odd side": (layers.Conv2D(3, 4, 2, "same"), (7, 9, 2)),
    "valid": (layers.Conv2D(3, (3, 2), 2, "valid"), (8, 9, 2)),
    "of unequal strides": (layers.Conv2D(3, 3, (1, 2), "same"), (4, 8, 2)),
    "of a stride longer than the kernel": (layers.Conv2D(3, (1, 2), 3, "valid"), (8, 8, 2)),
    "unstrided": (layers.Conv2D(3, 3, padding="same", use_bias=False), (4, 4, 2)),
    "dilated": (layers.Conv2D(3, 3, dilation_rate=2, padding="same"), (8, 8, 2)),
    "of sequences": (layers.Conv1D(3, 3), (8, 2)),
    "doubling": (layers.Conv2DTranspose(2, 5, 2, "same"), (4, 4, 3)),
    "doubling by an even kernel": (layers.Conv2DTranspose(2, 4, 2, "same"), (4, 3, 3)),
    "doubling, valid": (layers.Conv2DTranspose(2, 3, 2, "valid"), (4, 4, 3)),
    "doubling, less one": (layers.Conv2DTranspose(2, 3, 2, "same", output_padding=0), (4, 4, 3)),
    "unstrided, transposed": (layers.Conv2DTranspose(2, 3, 1, "same"), (4, 4, 3)),
}
OTHERS = {
    "of float32": (layers.Conv2D(3, 5, 2, "same", dtype="float32"), (8, 8, 2)),
    "of large maps": (layers.Conv2D(3, 5, 2, "same", dtype="bfloat16"), (8, 18, 2)),
    "of a point": (layers.Conv2D(3, 1, dtype="bfloat16"), (8, 8, 2)),
    "of each channel": (layers.DepthwiseConv2D(3, dtype="bfloat16"), (8, 8, 2)),
    "from large maps": (layers.Conv2DTranspose(3, 3, 2, "same", dtype="bfloat16"), (9, 9, 2)),
}


@pytest.fixture
def products(monkeypatch):
    """As on a processor with AMX; a list that gets an entry for every such product."""
    made, function = [], tensorflow_convolution.kernel_slopes
    monkeypatch.setattr(processor, "has", lambda *flags: True)
    monkeypatch.setattr(tensorflow_convolution, "kernel_slopes", lambda *given: made.append(given) or function(*given))
    return made


def test_a_kernel_of_two_by_two_by_hand():
    """A kernel's slope at (0, 0) is the sum over outputs of slope times the input they meet there, and so on."""
    wide = tf.constant([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], tf.float32)[..., None]
    slopes = tf.constant([[[1, 10], [100, 1000]]], tf.float32)[..., None]
    found = tensorflow_convolution.kernel_slopes(wide, slopes, (2, 2, 1, 1), (1, 1), "VALID")
    np.testing.assert_array_equal(found[..., 0, 0], [[5421, 6532], [8754, 9865]])
    padded = tensorflow_convolution.kernel_slopes(wide, slopes, (2, 2, 1, 1), (2, 2), "SAME")
    np.testing.assert_array_equal(padded[..., 0, 0], [[1 + 30 + 700 + 9000, 2 + 800], [4 + 60, 5]])


def slopes_of(layer, shape, context):
    """What a layer gives, its slope, its kernel's, and its kernel's for a penalty on the first."""

    @tf.function(input_signature=[tf.TensorSpec((None, *shape), layer.compute_dtype)])
    def run(x):
        kernel = layer.trainable_variables[0].value
        with context(), tf.GradientTape(persistent=True) as tape:
            with tf.GradientTape() as inner:
                inner.watch(x)
                score = tf.reduce_sum(tf.sin(tf.cast(layer(x), tf.float32)))
            slope = inner.gradient(score, x)
            penalty = tf.reduce_sum(tf.cast(slope, tf.float32) ** 2)
            return slope, tape.gradient(score, kernel), tape.gradient(penalty, kernel)

    x = tf.constant(np.random.default_rng(0).standard_normal((3, *shape)), layer.compute_dtype)
    return [np.asarray(ops.cast(each, "float64")) for each in run(x)]


@pytest.mark.parametrize("name", LAYERS)
def test_slopes_are_those_of_keras(name, products):
    template, shape = LAYERS[name]
    layer = type(template).from_config(template.get_config() | {"dtype": "bfloat16", "name": None})
    layer.build((3, *shape))
    ours = slopes_of(layer, shape, kernels_by_products)
    assert products, "nothing was made by a product"
    for mine, keras_own in zip(ours, slopes_of(layer, shape, contextlib.nullcontext), strict=True):
        np.testing.assert_allclose(mine, keras_own, rtol=0.02, atol=0.02 * abs(keras_own).max())


@pytest.mark.parametrize("name", OTHERS)
def test_what_does_not_suit_stays_as_it_was(name, products):
    layer, shape = OTHERS[name]
    layer.build((3, *shape))
    assert slopes_of(layer, shape, kernels_by_products)[1].any()
    assert not products


def fitted():
    """The weights of a small class of networks after three steps in bfloat16 with a penalty."""
    keras.utils.set_random_seed(0)
    bfloat16 = {"dtype": "mixed_bfloat16", "padding": "same"}
    up = [layers.Dense(32), layers.Reshape((4, 4, 2)), layers.Conv2DTranspose(1, 4, 2, activation="tanh", **bfloat16)]
    down = [layers.Conv2D(4, 3, 2, **bfloat16), layers.LeakyReLU(), layers.Flatten(), layers.Dense(1)]
    generator = keras.Sequential([keras.Input((4,)), *up])
    gan = kg.GAN(generator, keras.Sequential([keras.Input((8, 8, 1)), *down]), seed=0)
    gan.compile(g_optimizer=keras.optimizers.SGD(0.1), d_optimizer=keras.optimizers.SGD(0.1), penalties=[R1(0.5)])
    images = np.random.default_rng(0).uniform(-1, 1, (24, 8, 8, 1)).astype("float32")
    gan.fit(images, batch_size=8, verbose=0)
    return [ops.convert_to_numpy(each) for each in gan.trainable_variables]


def test_fit_trains_by_products_to_the_same_weights(products, monkeypatch):
    ours = fitted()
    assert len(products) >= 3, "a kernel of each player, and the penalty's"
    monkeypatch.setattr(processor, "has", lambda *flags: False)
    del products[:]
    for mine, keras_own in zip(ours, fitted(), strict=True):
        np.testing.assert_allclose(mine, keras_own, atol=2e-3)
    assert not products
