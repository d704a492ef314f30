"""The slopes of convolutions' kernels in bfloat16 where maps are small: there oneDNN is slower than in float32.

It sums along the rows of a map, of which AMX takes 32 positions at once, and maps of GANs have 4 or 8. One product of
matrices for each position in the kernel sums over all rows of all examples.
"""

import contextlib

import numpy as np
import tensorflow as tf

from keras_gan import processor
from keras_gan.backend.replaced import replaced

__all__ = ["kernels_by_products"]

SMALL = 8  # positions in a row; measured 1.3 to 7 times as fast up to here, and no faster at 10


@contextlib.contextmanager
def kernels_by_products():
    """For its own time, Keras's convolutions in bfloat16 differentiate small maps so, if the processor has AMX."""
    if not processor.has("amx_bf16"):
        yield
        return
    with replaced(tf.nn, "convolution", narrowing), replaced(tf.nn, "conv_transpose", widening):
        yield


def narrowing(tf_convolution):
    def convolution(input, filters, strides=None, padding="VALID", data_format=None, dilations=None, name=None):
        kernel = tf.convert_to_tensor(filters)
        if suits(input, kernel, strides, padding, data_format, dilations) and input.shape[3] == kernel.shape[2]:
            reach = 1 if padding == "SAME" else kernel.shape[1]
            if (input.shape[2] - reach) // pair(strides)[1] < SMALL:
                return narrowed(input, kernel, pair(strides), padding)
        return tf_convolution(input, kernel, strides, padding, data_format, dilations, name)

    return convolution


def widening(tf_conv_transpose):
    def conv_transpose(
        input, filters, output_shape, strides, padding="SAME", data_format=None, dilations=None, name=None
    ):
        kernel = tf.convert_to_tensor(filters)
        if suits(input, kernel, strides, padding, data_format, dilations) and input.shape[2] <= SMALL:
            return widened(input, kernel, output_shape, pair(strides), padding)
        return tf_conv_transpose(input, kernel, output_shape, strides, padding, data_format, dilations, name)

    return conv_transpose


def suits(x, kernel, strides, padding, data_format, dilations):
    """Whether these are maps in bfloat16, channels last, of known sides, and a kernel of more than a point."""
    if not tf.is_tensor(x) or not x.dtype == kernel.dtype == tf.bfloat16 or kernel.shape[:-2] == (1, 1):
        return False
    plain = data_format in (None, "NHWC") and padding in ("SAME", "VALID") and pair(dilations) == (1, 1)
    return plain and len(x.shape) == len(kernel.shape) == 4 and None not in x.shape[1:] and len(pair(strides)) == 2


def pair(number):
    """As TensorFlow reads strides and dilations: one for both axes, or none at all for 1."""
    return (number or 1,) * 2 if isinstance(number, int | None) else tuple(number)


def narrowed(x, kernel, strides, padding):
    """A convolution whose slopes are made of this one, the next and a product: it can be differentiated again."""

    @tf.custom_gradient
    def convolution(x, kernel):
        def slopes(dy):
            dx = widened(dy, kernel, tf.shape(x), strides, padding)
            return tf.ensure_shape(dx, x.shape), kernel_slopes(x, dy, kernel.shape, strides, padding)

        return tf.nn.conv2d(x, kernel, strides, padding), slopes

    return convolution(x, kernel)


def widened(x, kernel, shape, strides, padding):
    """The transposed convolution, which makes maps of `shape`."""

    @tf.custom_gradient
    def transposed(x, kernel):
        def slopes(dy):
            return narrowed(dy, kernel, strides, padding), kernel_slopes(dy, x, kernel.shape, strides, padding)

        return tf.nn.conv2d_transpose(x, kernel, shape, strides, padding), slopes

    return transposed(x, kernel)


def kernel_slopes(wide, narrow, shape, strides, padding):
    """What a kernel of `shape` is to change between maps before (wide) and after a convolution (its slopes, narrow)."""
    places, sides = [], []
    for axis in (1, 2):
        reached = (narrow.shape[axis] - 1) * strides[axis - 1] + shape[axis - 1]
        before = max(reached - wide.shape[axis], 0) // 2 if padding == "SAME" else 0
        sides.append((before, max(reached - wide.shape[axis] - before, 0)))
        places.append(np.arange(shape[axis - 1])[:, None] + np.arange(narrow.shape[axis]) * strides[axis - 1])
    wide = tf.pad(wide, [(0, 0), *sides, (0, 0)])
    rows, columns = places
    places = rows[:, None, :, None] * wide.shape[2] + columns[None, :, None, :]  # of each position in the kernel
    wide = tf.reshape(tf.transpose(wide, (1, 2, 0, 3)), (wide.shape[1] * wide.shape[2], -1))
    narrow = tf.reshape(tf.transpose(narrow, (1, 2, 0, 3)), (1, -1, shape[3]))

    def row(places):
        met = tf.reshape(tf.gather(wide, places.ravel()), (shape[1], -1, shape[2]))
        return tf.matmul(met, narrow, transpose_a=True)

    return tf.stack([row(each) for each in places])  # a row at a time, since together they fill much memory
