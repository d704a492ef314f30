"""Resampling by two with a fixed binomial filter, so that nothing aliases."""

import keras
import numpy as np
from keras import ops

FILTER = np.outer((1, 3, 3, 1), (1, 3, 3, 1)) / 64


@keras.saving.register_keras_serializable(package="keras_gan")
class BlurDownsample(keras.layers.Layer):
    """Halves height and width with the filter (1, 3, 3, 1) / 8 along each.

    Edges are repeated outwards, so a constant image stays constant.

    Returns:
        For `(batch, height, width, channels)` with even sides,
        `(batch, height / 2, width / 2, channels)`.

    Raises:
        ValueError: when built for an odd side.

    Source: Zhang, 2019, https://arxiv.org/abs/1904.11486
    """

    def build(self, input_shape):
        if any(side is not None and side % 2 for side in input_shape[1:3]):
            raise ValueError(
                "BlurDownsample halves images whose height and width are even. "
                f"Received: input shape {tuple(input_shape)}. Pad or crop by one pixel first."
            )

    def call(self, inputs):
        channels = inputs.shape[-1]
        kernel = ops.cast(np.repeat(FILTER[:, :, None, None], channels, axis=2), self.compute_dtype)
        padded = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="symmetric")
        return ops.depthwise_conv(padded, kernel, strides=2, padding="valid", data_format="channels_last")

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, height and height // 2, width and width // 2, channels)


@keras.saving.register_keras_serializable(package="keras_gan")
class BlurUpsample(keras.layers.Layer):
    """Doubles height and width with the filter (1, 3, 3, 1) / 4 along each.

    That is bilinear interpolation: each new pixel is 3/4 of the nearest old
    one and 1/4 of the next. Edges are repeated outwards.

    Returns:
        For `(batch, height, width, channels)`,
        `(batch, 2 height, 2 width, channels)`.

    Source: Karras et al., 2019, https://arxiv.org/abs/1812.04948
    """

    def call(self, inputs):
        # without XLA, this and the depthwise convolution above are ten times faster on a CPU than sums of slices
        _, height, width, _ = ops.shape(inputs)
        doubled = ops.image.resize(
            inputs, (2 * height, 2 * width), interpolation="bilinear", data_format="channels_last"
        )
        return ops.cast(doubled, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, height and height * 2, width and width * 2, channels)
