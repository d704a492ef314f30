"""TensorFlow's normal noise, against the same numbers made by NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.backend.tensorflow_noise import noise

STATE = [7, 3]  # seed 7, asked for the fourth time


def mixed(bits):
    for _ in range(2):
        bits = (bits ^ (bits >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return bits ^ (bits >> np.uint64(32))


def expected(rows, size):
    golden = np.array([0x9E3779B97F4A7C15], np.uint64)
    key = mixed(mixed(np.uint64(STATE[0]) * golden) + np.uint64(STATE[1]) * golden)
    pairs = -(-size // 2)
    bits = mixed(key + np.arange(1, rows * pairs + 1, dtype=np.uint64) * golden)
    low, high = ((bits >> np.uint64(places)) % np.uint64(2**32) / 2.0**32 for places in (0, 32))
    polar = np.sqrt(-2 * np.log(np.minimum(high + 2.0**-33, 1))) * np.exp(2j * np.pi * low)
    return np.hstack([polar.real.reshape(rows, pairs), polar.imag.reshape(rows, pairs)])[:, :size]


@pytest.mark.parametrize("shape", [(5,), (4, 6), (4, 7), (3, 2, 5, 1)])
@pytest.mark.parametrize("compiled", [False, True])
def test_noise_is_splitmix_by_box_and_muller_with_and_without_xla(shape, compiled):
    drawn = tf.function(lambda: noise(shape, tf.constant(STATE, tf.uint32)), jit_compile=compiled)()
    wanted = expected(shape[0], int(np.prod(shape[1:])))
    np.testing.assert_allclose(drawn, wanted.reshape(shape), atol=2e-5)
    assert drawn.dtype == tf.float32


def test_noise_is_standard_normal_and_its_halves_know_nothing_of_each_other():
    drawn = noise((20_000, 10), tf.constant(STATE, tf.uint32)).numpy()
    correlations = np.corrcoef(drawn.T) - np.eye(10)
    assert np.abs(correlations).max() < 5 / np.sqrt(20_000)
    squares = np.corrcoef(drawn.T**2) - np.eye(10)  # cosine and sine of one radius: uncorrelated in their squares too
    assert np.abs(squares).max() < 5 / np.sqrt(20_000)
    quantiles = np.quantile(drawn, [0.0228, 0.1587, 0.5, 0.8413, 0.9772])
    np.testing.assert_allclose(quantiles, [-2, -1, 0, 1, 2], atol=0.03)
