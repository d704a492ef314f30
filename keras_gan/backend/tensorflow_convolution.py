"""The slopes of convolutions' kernels in bfloat16 where maps are small: there oneDNN is slower than in float32.

It sums along the rows of a map, of which AMX takes 32 positions at once, and maps of GANs have 4 or 8. A product of
matrices for each position in the kernel sums over all rows of all examples.
"""

import contextlib

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry

from keras_gan import processor
from keras_gan.backend.replaced import replaced

__all__ = ["kernels_by_products"]

SMALL = 8  # positions in a row of the smaller map; measured 1.3 to 7 times as fast up to here, and no faster at 10


@contextlib.contextmanager
def kernels_by_products():
    """For its own time, the slopes of kernels over small maps in bfloat16 are made this way, if there is AMX."""
    if not processor.has("amx_bf16"):
        yield
        return
    with replaced(type(gradient_registry), "lookup", with_products):
        yield


def with_products(lookup):
    """TensorFlow's way from an operation to the function that differentiates it, with two of them changed."""

    def changed(registry, name):
        tensorflow_slopes = lookup(registry, name)
        if registry is gradient_registry and name == "Conv2D":
            return lambda op, dy: convolution_slopes(tensorflow_slopes, op, dy)
        if registry is gradient_registry and name == "Conv2DBackpropInput":  # the transposed convolution
            return lambda op, dy: transposed_slopes(tensorflow_slopes, op, dy)
        return tensorflow_slopes

    return changed


def convolution_slopes(tensorflow_slopes, op, dy):
    wide, kernel = op.inputs
    slopes = tensorflow_slopes(op, dy)  # what is not used of them is cut off the graph
    if suits(op, wide, dy, kernel):
        slopes[1] = kernel_slopes(wide, dy, kernel.shape, *strides_and_padding(op))
    return slopes


def transposed_slopes(tensorflow_slopes, op, dy):
    _, kernel, narrow = op.inputs
    slopes = tensorflow_slopes(op, dy)
    if suits(op, dy, narrow, kernel):
        slopes[1] = kernel_slopes(dy, narrow, kernel.shape, *strides_and_padding(op))
    return slopes


def suits(op, wide, narrow, kernel):
    """Whether it pays, and all sides are known, channels come last and the kernel has more than one position."""
    if tf.executing_eagerly() or kernel.dtype != tf.bfloat16:
        return False
    known = all(tensor.shape[1:].is_fully_defined() for tensor in (wide, narrow)) and kernel.shape.is_fully_defined()
    if not known or narrow.shape[2] > SMALL:
        return False
    plain = tf.compat.as_str(op.get_attr("data_format")) == "NHWC" and set(op.get_attr("dilations")) == {1}
    in_groups = wide.shape[3] != kernel.shape[2]
    return plain and not in_groups and kernel.shape[:2] != (1, 1) and strides_and_padding(op)[1] != "EXPLICIT"


def strides_and_padding(op):
    return op.get_attr("strides")[1:3], tf.compat.as_str(op.get_attr("padding"))


def kernel_slopes(wide, narrow, shape, strides, padding):
    """The sums over all examples and positions that are the slopes of a kernel.

    Args:
        wide: `(batch, height, width, inputs)`, what a convolution takes, or what its transpose is to change.
        narrow: `(batch, rows, columns, outputs)`, the other one's.
        shape: of the kernel, `(height, width, inputs, outputs)`.
        strides: two numbers.
        padding: "SAME" or "VALID".
    """
    met, sides = [], []  # along each axis: which of wide's positions each of the kernel's meets, and what to pad
    for axis in (1, 2):
        size, steps, stride = shape[axis - 1], narrow.shape[axis], strides[axis - 1]
        reached = (steps - 1) * stride + size
        before = max(reached - wide.shape[axis], 0) // 2 if padding == "SAME" else 0
        sides.append((before, max(reached - wide.shape[axis] - before, 0)))
        met.append(np.arange(size)[:, None] + np.arange(steps) * stride)
    wide = tf.pad(wide, [(0, 0), *sides, (0, 0)])
    positions = met[0][:, None, :, None] * wide.shape[2] + met[1][None, :, None, :]
    wide = tf.reshape(tf.transpose(wide, (1, 2, 0, 3)), (wide.shape[1] * wide.shape[2], -1))
    narrow = tf.reshape(tf.transpose(narrow, (1, 2, 0, 3)), (1, -1, shape[3]))
    rows = []
    for row in positions:
        with tf.control_dependencies(rows[-1:]):  # one after the other, since together they fill much memory
            factors = tf.reshape(tf.gather(wide, row.ravel()), (shape[1], -1, shape[2]))
            rows.append(tf.matmul(factors, narrow, transpose_a=True))
    return tf.stack(rows)
