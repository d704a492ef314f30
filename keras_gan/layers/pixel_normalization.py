"""Normalisation of each pixel over its channels."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class PixelNormalization(keras.layers.Layer):
    """Scales the vector at each position to a root mean square of one.

    x / sqrt(mean over channels of x^2 + epsilon)

    Nothing is learned, and samples do not mix. On latents, of shape
    `(batch, n)`, it puts them on the sphere of radius sqrt(n).

    Args:
        epsilon: added to the mean square; keeps a zero vector at zero.

    Returns:
        The shape and type of the input, `(batch, ..., channels)`.

    Source: Karras et al., 2018, https://arxiv.org/abs/1710.10196
    """

    def __init__(self, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, inputs):
        x = ops.cast(inputs, "float32")  # squares leave the range of float16, and epsilon its precision
        x = x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + self.epsilon)
        return ops.cast(x, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
