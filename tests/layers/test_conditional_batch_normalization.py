"""ConditionalBatchNormalization by hand."""

import numpy as np
from keras.ops import convert_to_numpy

from keras_gan.layers import ConditionalBatchNormalization

X = np.array([[-1.0], [1.0], [-1.0], [1.0]], "float32")  # mean 0, variance 1
CLASSES = np.eye(2, dtype="float32")[[0, 0, 1, 1]]


def test_each_class_has_its_own_scale_and_offset():
    layer = ConditionalBatchNormalization(epsilon=0.0)
    layer.build([X.shape, CLASSES.shape])
    layer.gamma.kernel.assign([[1.0], [-0.5]])  # scales 2 and 0.5
    layer.beta.kernel.assign([[0.0], [10.0]])
    np.testing.assert_allclose(
        convert_to_numpy(layer([X, CLASSES], training=True)), [[-2], [2], [9.5], [10.5]], rtol=1e-5
    )


def test_at_first_it_only_normalises():
    images = np.random.default_rng(0).normal(3.0, 2.0, (2, 4, 4, 3)).astype("float32")
    output = convert_to_numpy(ConditionalBatchNormalization()([images, CLASSES[1:3]], training=True))
    np.testing.assert_allclose(output.mean((0, 1, 2)), np.zeros(3), atol=1e-5)
    np.testing.assert_allclose(output.std((0, 1, 2)), np.ones(3), rtol=1e-3)


def test_inference_uses_the_moving_statistics():
    layer = ConditionalBatchNormalization(momentum=0.5, epsilon=0.0)
    shifted = X + 4.0
    layer([shifted, CLASSES], training=True)  # moving mean 2, moving variance 1
    np.testing.assert_allclose(convert_to_numpy(layer([shifted, CLASSES], training=False)), shifted - 2.0, rtol=1e-5)
