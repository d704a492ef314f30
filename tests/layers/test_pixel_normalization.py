"""PixelNormalization by hand."""

import numpy as np

from keras_gan.layers import PixelNormalization


def test_three_numbers_get_a_root_mean_square_of_one():
    # mean square of (1, 2, 2) is 3
    np.testing.assert_allclose(
        PixelNormalization()(np.array([[1.0, 2.0, 2.0]])), [np.array([1, 2, 2]) / np.sqrt(3)], rtol=1e-6
    )


def test_every_pixel_is_normalised_alone():
    images = np.array([[[[3.0, 4.0], [0.0, 0.1]]]])
    expected = np.array([[[[3 / np.sqrt(12.5), 4 / np.sqrt(12.5)], [0.0, np.sqrt(2)]]]])
    np.testing.assert_allclose(PixelNormalization()(images), expected, rtol=1e-4)


def test_a_vector_of_zeros_stays_zeros():
    np.testing.assert_array_equal(PixelNormalization()(np.zeros((1, 4))), np.zeros((1, 4)))


def test_large_numbers_survive_half_precision():
    output = np.array(PixelNormalization(dtype="float16")(np.full((1, 4), 1000.0)), "float32")
    np.testing.assert_allclose(output, np.ones((1, 4)), rtol=1e-3)
