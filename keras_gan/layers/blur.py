"""Resampling by two with a fixed binomial filter, so that nothing aliases."""

import keras
from keras import ops


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
        return halved(halved(inputs, axis=1), axis=2)

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
        return doubled(doubled(inputs, axis=1), axis=2)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, height and height * 2, width and width * 2, channels)


def halved(x, axis):
    """Output i is (x[2i-1] + 3 x[2i] + 3 x[2i+1] + x[2i+2]) / 8 along an axis."""
    first, second = every(x, axis, 0, 2), every(x, axis, 1, 2)
    before, after = neighbours(second, first, axis)
    return (before + 3 * first + 3 * second + after) / 8


def doubled(x, axis):
    """Outputs 2i and 2i+1 are (x[i-1] + 3 x[i]) / 4 and (3 x[i] + x[i+1]) / 4 along an axis."""
    before, after = neighbours(x, x, axis)
    pairs = ops.stack([(before + 3 * x) / 4, (3 * x + after) / 4], axis=axis + 1)
    shape = list(ops.shape(x))
    shape[axis] = shape[axis] * 2
    return ops.reshape(pairs, shape)


def neighbours(left, right, axis):
    """`left` moved one place forwards and `right` one place backwards; each repeats the edge it meets."""
    before = ops.concatenate([every(right, axis, 0, 1, 1), every(left, axis, 0, 1, -1)], axis=axis)
    after = ops.concatenate([every(right, axis, 1, 1), every(left, axis, -1, 1)], axis=axis)
    return before, after


def every(x, axis, start, step, stop=None):
    return x[(slice(None),) * axis + (slice(start, stop, step),)]
