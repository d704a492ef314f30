"""Class labels as vectors of zeros with a single one."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class OneHot(keras.layers.Layer):
    """Turns integer labels into one-hot vectors.

    A `Dense` layer without bias on top of it is a label embedding whose
    gradient is dense: `keras.layers.Embedding` gives sparse ones on
    TensorFlow, which penalties and optimizers treat differently. A label
    outside the range becomes a vector of zeros.

    Args:
        num_classes: number of classes, at least 1.

    Returns:
        For labels of shape `(batch,)`, floats of shape `(batch, num_classes)`.

    Raises:
        ValueError: if `num_classes` is not a positive integer.
    """

    def __init__(self, num_classes, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(num_classes, int) or num_classes < 1:
            raise ValueError(f"`num_classes` must be an integer of at least 1. Received: num_classes={num_classes!r}")
        self.num_classes = num_classes

    def call(self, labels):
        # not ops.one_hot: torch refuses labels outside the range, the other backends do not
        classes = ops.arange(self.num_classes, dtype="int32")
        return ops.cast(ops.equal(ops.cast(labels, "int32")[..., None], classes), self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}
