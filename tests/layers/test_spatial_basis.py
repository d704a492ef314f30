"""SpatialBasis by hand."""

import numpy as np
from keras.ops import convert_to_numpy

from keras_gan.layers import SpatialBasis


def test_channel_c_is_a_picture_times_the_cth_number():
    layer = SpatialBasis(2)
    layer.build((None, 2))
    pictures = np.arange(8, dtype="float32").reshape(2, 2, 2)
    layer.pictures.assign(pictures)
    output = convert_to_numpy(layer(np.array([[1.0, 10.0]], "float32")))
    np.testing.assert_allclose(output, (pictures * [1.0, 10.0])[None])


def test_equal_seeds_give_equal_pictures():
    one, two, other = (SpatialBasis(4, seed=seed) for seed in (1, 1, 2))
    for layer in (one, two, other):
        layer.build((None, 3))
    np.testing.assert_array_equal(convert_to_numpy(one.pictures), convert_to_numpy(two.pictures))
    assert np.abs(convert_to_numpy(one.pictures) - convert_to_numpy(other.pictures)).max() > 0
