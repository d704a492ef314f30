"""The slope of a bilinear resize, differentiable itself, as TensorFlow's own is not.

Without that a penalty on slopes sees nothing of the weights before such a layer, and nothing says so.
"""

import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry

__all__ = ["complete_resize"]


def complete_resize():
    """Gives TensorFlow the slope below, for all of the process."""
    if gradient_registry._registry["ResizeBilinearGrad"]["type"] is None:  # "not differentiable"
        gradient_registry._registry["ResizeBilinear"]["type"] = slopes  # private, since a name can be registered once


def slopes(op, dy):
    """The same numbers; and since resizing is linear, what they change by is a resize."""
    images, how = op.inputs[0], {name: op.get_attr(name) for name in ("align_corners", "half_pixel_centers")}

    @tf.custom_gradient
    def pull_back(dy):
        def change(d_slope):
            return tf.raw_ops.ResizeBilinear(images=d_slope, size=tf.shape(dy)[1:3], **how)

        return tf.raw_ops.ResizeBilinearGrad(grads=dy, original_image=images, **how), change

    return [pull_back(dy), None]
