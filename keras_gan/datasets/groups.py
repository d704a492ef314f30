"""The batches of several steps in one element, for programs of several steps on TensorFlow."""

import collections
from concurrent.futures import ThreadPoolExecutor

from keras import ops, tree

__all__ = ["Groups"]


class Groups:
    """One epoch of an `EpochStream` per iteration, of which a thread gathers one group ahead.

    tf.data took 60 ms at every epoch for what happens once in it, a twentieth of a dense network's second.

    Args:
        epochs: an `EpochStream`, on which Keras has called `on_epoch_begin`.
    """

    def __init__(self, epochs):
        self.epochs = epochs
        self.left = iter(())

    def __iter__(self):
        begun = Groups(self.epochs)
        begun.left = elements(self.epochs)
        return begun

    def __next__(self):
        return next(self.left)


def elements(epochs):
    order, size, ahead = epochs.current_order, epochs.batch_size * epochs.group, collections.deque()
    with ThreadPoolExecutor(1) as thread:
        for start in range(0, len(order), size):
            ahead.append(thread.submit(gathered, epochs.arrays, order[start : start + size]))
            if len(ahead) == 2:
                yield ahead.popleft().result()
    yield from (each.result() for each in ahead)  # one, after which Keras asks for no more


def gathered(arrays, rows):
    return tree.map_structure(lambda array: ops.convert_to_tensor(array.take(rows, axis=0)), arrays)
