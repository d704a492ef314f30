"""The batches of several steps in one element, for programs of several steps on TensorFlow."""

import collections
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from keras import tree

__all__ = ["Groups"]

ALIGNMENT = 64  # bytes, of the memory that TensorFlow takes as a tensor without a copy


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
    return tree.map_structure(lambda array: tensor_of_rows(array, rows), arrays)


def tensor_of_rows(array, rows):
    """Some rows of an array as a tensor, copied once: TensorFlow's copy of NumPy's took half of a thread's time."""
    import tensorflow as tf

    if array.dtype.kind not in "biuf":
        return tf.convert_to_tensor(array.take(rows, axis=0))
    taken = aligned((len(rows), *array.shape[1:]), array.dtype)
    array.take(rows, axis=0, out=taken, mode="clip")  # "raise" would copy once more
    return tf.experimental.dlpack.from_dlpack(taken.__dlpack__())


def aligned(shape, dtype):
    """An empty array that begins at a multiple of `ALIGNMENT`."""
    size = math.prod(shape) * dtype.itemsize
    memory = np.empty(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)
