"""The order of training data: a pure function of the seed and of how many examples were seen."""

import math

import numpy as np
from keras import tree
from keras.src.trainers.data_adapters.data_adapter import DataAdapter

from keras_gan.datasets.groups import Groups
from keras_gan.datasets.steady import steady

BATCHES_AHEAD = 2


def epoch_order(seed, epoch_start, count, length=None):
    """The order of one epoch.

    Args:
        seed: int.
        epoch_start: examples seen when the epoch began.
        count: size of the data.
        length: size of the epoch, default `count`; a longer one goes through the data again.

    Returns:
        int64 array `(length,)` of rows, each permutation of `range(count)` in full before the next.
    """
    rng = np.random.default_rng([seed, epoch_start])
    length = count if length is None else length
    rounds = [rng.permutation(count) for _ in range(math.ceil(length / count))]
    return np.concatenate(rounds)[:length]


def stream(images, batch_size, seed, labels=None, examples_seen=0):
    """The tf.data pipeline that training uses: shuffled batches, one epoch per iteration.

    Iterating again goes on with the next epoch, in another order. All images
    are used in every epoch; the last batch may be smaller.

    Args:
        images: array `(n, ...)`.
        batch_size: int.
        seed: int.
        labels: array `(n,)`, or None.
        examples_seen: where to begin; anywhere, also inside an epoch, whose
            remaining batches then come first.

    Returns:
        A `tf.data.Dataset` of `images`, or of `(images, labels)`. Given to `fit` as it is, it is
        exact to resume.
    """
    import tensorflow as tf

    count, offset = len(images), examples_seen % len(images)
    position = [examples_seen - offset, offset]

    def next_position():
        here = tuple(position)
        position[:] = here[0] + count, 0
        return here

    arrays = tree.map_structure(np.asarray, images if labels is None else (images, labels))
    epochs = EpochStream(arrays, batch_size, seed, next_position)

    def next_order():
        epochs.on_epoch_begin()
        return epochs.current_order

    dataset = epochs.dataset(next_order)
    if not offset:
        dataset = dataset.apply(tf.data.experimental.assert_cardinality(epochs.num_batches))
    dataset.keras_gan_stream = epochs, position  # for `fit`
    return dataset


def stream_of(dataset, model):
    """The `EpochStream` behind a dataset that `stream` made, or None.

    Args:
        dataset: anything.
        model: whose `data_position()` the stream follows, from where it stands.
    """
    epochs, position = getattr(dataset, "keras_gan_stream", (None, None))
    if epochs is None:
        return None
    model.data_ahead = int(sum(position)) - int(model.examples_seen.numpy())

    def follow():
        epoch_start, into_epoch = model.data_position()
        offset = (epoch_start + model.data_ahead) % epochs.count
        start = epoch_start + model.data_ahead - offset
        position[:] = start + epochs.count, 0
        return start, offset + into_epoch

    return EpochStream(epochs.arrays, epochs.batch_size, epochs.seed, follow)


def as_memory(array):
    """The array with its bytes as this machine writes them, and as TensorFlow reads them, one example after another.

    Of any other, `take` would copy the whole for every batch.
    """
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))


class EpochStream(DataAdapter):
    """Feeds arrays to `fit`, and begins where the model stopped.

    Keras asks for a new iteration at every epoch. This adapter then asks where
    in the data the model stands, so that a resumed run goes on inside an epoch.

    Args:
        arrays: an array `(n, ...)`, or several in a tuple or dict.
        batch_size: int.
        seed: int, or a callable that returns it, or None to keep the order of the arrays.
        position: callable returning `(epoch_start, offset)`, both in examples.
        steps_per_epoch: batches per epoch, where that is not all of the data once.
    """

    def __init__(self, arrays, batch_size, seed, position, steps_per_epoch=None):
        self.arrays = tree.map_structure(as_memory, arrays)
        self.seed = seed
        self.position = position
        self.count = len(tree.flatten(arrays)[0])
        self._batch_size = batch_size
        self.epoch_length = steps_per_epoch * batch_size if steps_per_epoch else self.count
        self.group = 1  # batches in one element, for programs of several steps

    def on_epoch_begin(self):
        epoch_start, offset = self.position()
        if self.seed is None:
            order = np.arange(self.epoch_length) % self.count
        else:
            seed = self.seed() if callable(self.seed) else self.seed
            order = epoch_order(seed, epoch_start, self.count, self.epoch_length)
        self.current_order = order[offset:]

    def get_tf_dataset(self):
        return Groups(self) if self.group > 1 else self.dataset(lambda: self.current_order)

    def dataset(self, next_order):
        """One epoch per iteration, in the order that `next_order()` gives then."""
        import tensorflow as tf

        arrays = tree.flatten(self.arrays)
        types = [tf.as_dtype(array.dtype) for array in arrays]

        size = self._batch_size

        def rows(_):  # by the batch: to deal them one by one and batch them took a tenth of a dense network's step
            order = tf.ensure_shape(tf.numpy_function(next_order, [], tf.int64), [None])
            starts = tf.data.Dataset.range(0, tf.size(order, tf.int64), size)
            return starts.map(lambda start: order[start : start + size])

        def gather(rows):  # by NumPy, since a tensor of all data would be a second copy of them
            taken = tf.numpy_function(lambda rows: [array.take(rows, axis=0) for array in arrays], [rows], types)
            for tensor, array in zip(taken, arrays, strict=True):
                tensor.set_shape((None, *array.shape[1:]))
            return tree.pack_sequence_as(self.arrays, taken)

        batches = tf.data.Dataset.from_tensors(0).flat_map(rows)
        return steady(batches.map(gather, num_parallel_calls=BATCHES_AHEAD).prefetch(BATCHES_AHEAD))

    def __iter__(self):
        """One epoch of NumPy batches, as JAX and torch take them."""
        for start in range(0, len(self.current_order), self._batch_size):
            rows = self.current_order[start : start + self._batch_size]
            batch = tree.map_structure(lambda array, rows=rows: array[rows], self.arrays)
            yield batch if isinstance(batch, tuple) else (batch,)

    def get_numpy_iterator(self):
        return self

    def get_jax_iterator(self):
        return self

    def get_torch_dataloader(self):
        import torch

        class Batches(torch.utils.data.IterableDataset):
            def __iter__(batches):
                return (tree.map_structure(torch.from_numpy, batch) for batch in self)

        return torch.utils.data.DataLoader(Batches(), batch_size=None)

    @property
    def num_batches(self):
        return math.ceil(self.epoch_length / self._batch_size)

    @property
    def batch_size(self):
        return self._batch_size

    @property
    def partial_batch_size(self):
        return self.epoch_length % self._batch_size or None

    @property
    def has_partial_batch(self):
        return self.partial_batch_size is not None
