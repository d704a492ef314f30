"""GroupedConv2D by hand, and against the layer it replaces."""

import keras
import numpy as np
from keras.ops import convert_to_numpy

from keras_gan.layers import GroupedConv2D


def test_each_group_of_outputs_reads_its_own_inputs():
    layer = GroupedConv2D(2, 1, groups=2, use_bias=False)
    layer.build((None, 1, 1, 4))
    layer.kernel.assign([[[[1.0, 10.0], [2.0, 20.0]]]])
    output = convert_to_numpy(layer(np.array([[[[1.0, 2.0, 3.0, 4.0]]]])))
    np.testing.assert_allclose(output, [[[[1 + 2 * 2, 3 * 10 + 4 * 20]]]])


def test_it_gives_the_numbers_of_keras():
    images = np.random.default_rng(0).normal(size=(2, 6, 6, 8)).astype("float32")
    arguments = {"filters": 12, "kernel_size": 3, "strides": 2, "padding": "same", "groups": 4}
    ours, theirs = GroupedConv2D(**arguments), keras.layers.Conv2D(**arguments)
    ours.build(images.shape), theirs.build(images.shape)
    theirs.set_weights(ours.get_weights())
    np.testing.assert_allclose(convert_to_numpy(ours(images)), convert_to_numpy(theirs(images)), atol=1e-5)
