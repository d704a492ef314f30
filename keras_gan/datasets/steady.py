"""tf.data pipelines that do not tune themselves.

The thread that tunes a pipeline is not always woken when an iterator ends: in TensorFlow 2.21 about one epoch in ten
then waits for it, up to a minute. Without it every stage that is left to AUTOTUNE runs on all processors, up to 16.
"""

import sys

from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter


def steady(data):
    """A tf.data dataset that does not tune itself, unless its own options say so; other data as they are."""
    tf = sys.modules.get("tensorflow")
    if tf is None or not isinstance(data, tf.data.Dataset) or data.options().autotune.enabled is not None:
        return data
    options = tf.data.Options()
    options.autotune.enabled = False
    return data.with_options(options)


class InOrder(ArrayDataAdapter):
    """Arrays as Keras reads them in `evaluate` and `predict`, steadily."""

    def __init__(self, x, y=None, batch_size=None, steps=None):
        super().__init__(x, y, batch_size=batch_size, steps=steps)
        self.arrays = x, y

    def get_tf_dataset(self):
        return steady(super().get_tf_dataset())
