"""Blurred resampling by hand."""

import numpy as np
import pytest

from keras_gan.layers import BlurDownsample, BlurUpsample


def row(*numbers):
    return np.array(numbers, "float32").reshape(1, 1, -1, 1)


def test_a_row_of_two_is_doubled_by_quarters():
    output = np.array(BlurUpsample()(row(0, 4)))
    np.testing.assert_allclose(output[0, 0, :, 0], [0, 1, 3, 4])
    np.testing.assert_array_equal(output[0, 1], output[0, 0])


def test_a_point_is_halved_by_eighths():
    images = np.concatenate([row(0, 0, 8, 0, 0, 0)] * 2, axis=1)
    np.testing.assert_allclose(np.array(BlurDownsample()(images))[0, 0, :, 0], [1, 3, 0])


def test_edges_are_repeated():
    images = np.concatenate([row(8, 0, 0, 0)] * 2, axis=1)
    np.testing.assert_allclose(np.array(BlurDownsample()(images))[0, 0, :, 0], [4, 0])  # (8 + 3 * 8) / 8


def test_upsampling_is_the_transpose_of_downsampling_inside_the_edges():
    """The sum of down(a) * b equals that of a * up(b) / 4, which ties the two filters together."""
    a, b = np.random.default_rng(0).normal(size=(1, 12, 8, 2)), np.random.default_rng(1).normal(size=(1, 6, 4, 2))
    b[:, [0, -1]] = b[:, :, [0, -1]] = 0
    down, up = (np.array(layer(x.astype("float32"))) for layer, x in ((BlurDownsample(), a), (BlurUpsample(), b)))
    np.testing.assert_allclose(np.sum(down * b), np.sum(a * up) / 4, rtol=1e-4)


@pytest.mark.parametrize("layer", [BlurDownsample(), BlurUpsample()])
def test_a_constant_image_stays_constant(layer):
    output = np.array(layer(np.full((1, 6, 4, 2), 0.7, "float32")))
    np.testing.assert_allclose(output, np.full_like(output, 0.7), rtol=1e-6)


def test_odd_sides_are_refused():
    with pytest.raises(ValueError, match="even.*Received: input shape"):
        BlurDownsample()(np.zeros((1, 5, 4, 1)))
