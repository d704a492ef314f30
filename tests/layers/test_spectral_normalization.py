"""SpectralNormalization against NumPy's singular values."""

import keras
import numpy as np
import pytest
from keras import layers
from keras.ops import convert_to_numpy

from keras_gan.layers import SpectralNormalization

WRAPPED = {
    "dense": (lambda: layers.Dense(5, name="wrapped"), (2, 7)),
    "conv": (lambda: layers.Conv2D(5, 3, name="wrapped"), (2, 6, 6, 4)),
    "transposed": (lambda: layers.Conv2DTranspose(5, 3, strides=2, name="wrapped"), (2, 4, 4, 3)),
    "embedding": (lambda: layers.Embedding(6, 5, name="wrapped"), (2,)),
}


def largest_singular_value(wrapper):
    kernel = convert_to_numpy(wrapper.kernel)
    if isinstance(wrapper.layer, layers.Conv2DTranspose):
        kernel = np.swapaxes(kernel, -1, -2)
    return np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]


def test_a_diagonal_kernel_is_divided_by_its_largest_entry():
    wrapper = SpectralNormalization(layers.Dense(3, use_bias=False))
    wrapper.build((None, 3))
    wrapper.kernel.assign(np.diag([4.0, 2.0, 1.0]))
    for _ in range(40):
        wrapper(np.eye(3, dtype="float32"), training=True)
    np.testing.assert_allclose(
        convert_to_numpy(wrapper(np.eye(3, dtype="float32"))), np.diag([1.0, 0.5, 0.25]), atol=1e-6
    )


def test_one_step_of_power_iteration_is_the_one_of_the_paper():
    wrapper = SpectralNormalization(layers.Dense(2, use_bias=False))
    wrapper.build((None, 2))
    wrapper.kernel.assign([[3.0, 0.0], [0.0, 4.0]])
    wrapper.u.assign([[0.8], [0.6]])
    u, sigma = wrapper.power_iteration()
    # W u = (2.4, 2.4); v = (1, 1) / sqrt 2; W^T v = (3, 4) / sqrt 2; u' = (.6, .8); v^T W u' = (1.8 + 3.2) / sqrt 2
    np.testing.assert_allclose(convert_to_numpy(u), [[0.6], [0.8]], rtol=1e-6)
    np.testing.assert_allclose(convert_to_numpy(sigma), 5 / np.sqrt(2), rtol=1e-6)


@pytest.mark.parametrize("kind", WRAPPED)
def test_sigma_converges_to_the_largest_singular_value(kind):
    make, shape = WRAPPED[kind]
    wrapper = SpectralNormalization(make())
    inputs = np.ones(shape, "int32" if kind == "embedding" else "float32")
    for _ in range(100):
        wrapper(inputs, training=True)
    np.testing.assert_allclose(
        convert_to_numpy(wrapper.power_iteration()[1]), largest_singular_value(wrapper), rtol=1e-3
    )


@pytest.mark.parametrize("kind", WRAPPED)
def test_the_output_is_that_of_the_divided_kernel_and_the_kernel_stays(kind):
    make, shape = WRAPPED[kind]
    wrapper, plain = SpectralNormalization(make()), make()
    inputs = np.random.default_rng(0).integers(1, 5, shape).astype("int32" if kind == "embedding" else "float32")
    plain(inputs)
    wrapper(inputs)
    before = convert_to_numpy(wrapper.kernel)
    plain.set_weights([before / convert_to_numpy(wrapper.power_iteration()[1]), *wrapper.layer.get_weights()[1:]])
    np.testing.assert_allclose(
        convert_to_numpy(wrapper(inputs, training=True)), convert_to_numpy(plain(inputs)), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_array_equal(convert_to_numpy(wrapper.kernel), before)


def test_only_training_calls_move_u():
    wrapper = SpectralNormalization(layers.Dense(5))
    wrapper(np.ones((1, 7), "float32"))
    before = convert_to_numpy(wrapper.u)
    wrapper(np.ones((1, 7), "float32"), training=False)
    np.testing.assert_array_equal(convert_to_numpy(wrapper.u), before)
    wrapper(np.ones((1, 7), "float32"), training=True)
    assert np.abs(convert_to_numpy(wrapper.u) - before).max() > 1e-3


def test_a_kernel_of_zeros_stays_zeros_and_keeps_its_u():
    wrapper = SpectralNormalization(layers.Dense(3, kernel_initializer="zeros"))
    output = wrapper(np.ones((1, 4), "float32"), training=True)
    np.testing.assert_array_equal(convert_to_numpy(output), np.zeros((1, 3)))
    assert np.abs(convert_to_numpy(wrapper.u)).max() > 0


def test_the_gradient_flows_through_sigma():
    """One step on (x . w / |w| - 5)^2 at w = (3, 0), x = (1, 1): the slope is -8/3 across w and 0 along it."""
    wrapper = SpectralNormalization(layers.Dense(1, use_bias=False))
    model = keras.Sequential([keras.Input((2,)), wrapper])
    wrapper.kernel.assign([[3.0], [0.0]])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse")
    model.fit(np.ones((4, 2), "float32"), np.full((4, 1), 5.0, "float32"), epochs=1, verbose=0)
    np.testing.assert_allclose(convert_to_numpy(wrapper.kernel), [[3.0], [8 / 3]], atol=1e-5)


def test_a_regularizer_sees_the_trainable_kernel():
    wrapper = SpectralNormalization(layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(1.0)))
    wrapper.build((None, 1))
    wrapper.kernel.assign([[3.0]])
    wrapper(np.ones((1, 1), "float32"), training=True)
    np.testing.assert_allclose(convert_to_numpy(sum(wrapper.losses)), 9.0)


def test_other_layers_are_refused():
    with pytest.raises(ValueError, match="wraps one of Dense.*Received: layer=.*Flatten"):
        SpectralNormalization(layers.Flatten())
