"""The batches of several steps in one element, for programs of several steps on TensorFlow."""

import collections
from concurrent.futures import ThreadPoolExecutor

from keras import ops, tree

__all__ = ["Groups"]


class Groups:
    """One epoch of an `EpochStream` per iteration, a thread ahead of the training.

    tf.data took 60 ms at every epoch for what happens once in it, a twentieth of a dense network's second.

    Args:
        epochs: an `EpochStream`, on which Keras has called `on_epoch_begin`.
    """

    def __init__(self, epochs):
        self.epochs = epochs
        self.left = iter(())

    def __iter__(self):
        begun = Groups(self.epochs)
        begun.left = begun.elements()
        return begun

    def __next__(self):
        return next(self.left)

    def elements(self):
        order, size = self.epochs.current_order, self.epochs.batch_size * self.epochs.group
        with ThreadPoolExecutor(1) as thread:
            ahead = collections.deque()
            for start in range(0, len(order), size):
                ahead.append(thread.submit(self.gathered, order[start : start + size]))
                if len(ahead) == 2:
                    yield ahead.popleft().result()
            yield from (each.result() for each in ahead)

    def gathered(self, rows):
        return tree.map_structure(lambda array: ops.convert_to_tensor(array.take(rows, axis=0)), self.epochs.arrays)
