"""Continued: data of which a run has already seen the beginning."""

import itertools

import numpy as np
from keras.src.trainers.data_adapters.data_adapter import DataAdapter

from keras_gan.datasets.steady import steady


class Continued(DataAdapter):
    """The data of another adapter, without the first batches of the first iteration.

    They are read and dropped, since nothing but reading brings a source there.

    Args:
        adapter: Keras's adapter of the source.
        batches: how many to leave out.
    """

    def __init__(self, adapter, batches):
        self.adapter = adapter
        self.batches = batches

    def _batches_to_skip(self):
        batches, self.batches = self.batches, 0
        return np.int64(batches)

    def get_tf_dataset(self):
        import tensorflow as tf

        dataset = self.adapter.get_tf_dataset()

        def rest(_):
            return dataset.skip(tf.numpy_function(self._batches_to_skip, [], tf.int64))

        return steady(tf.data.Dataset.from_tensors(0).flat_map(rest))

    def get_numpy_iterator(self):
        return self._rest(self.adapter.get_numpy_iterator())

    def get_jax_iterator(self):
        return self._rest(self.adapter.get_jax_iterator())

    def get_torch_dataloader(self):
        return Iterations(lambda: self._rest(self.adapter.get_torch_dataloader()))

    def _rest(self, batches):
        return itertools.islice(batches, int(self._batches_to_skip()), None)

    def on_epoch_begin(self):
        self.adapter.on_epoch_begin()

    def on_epoch_end(self):
        self.adapter.on_epoch_end()

    @property
    def num_batches(self):
        return self.adapter.num_batches

    @property
    def batch_size(self):
        return self.adapter.batch_size

    @property
    def has_partial_batch(self):
        return self.adapter.has_partial_batch

    @property
    def partial_batch_size(self):
        return self.adapter.partial_batch_size


class Iterations:
    """Iterates by what a function returns, anew each time."""

    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return self.start()
