"""Groups of batches: the rows of an `EpochStream` in its order, and no thread that stays."""

import gc
import threading

import keras
import numpy as np
import pytest

from keras_gan.datasets.groups import Groups, tensor_of_rows
from keras_gan.datasets.stream import EpochStream


def stream(count, group, seed=0):
    arrays = {"images": np.arange(count, dtype="float32")[:, None], "labels": np.arange(count, dtype=">i4")}
    epochs = EpochStream(arrays, 4, seed, lambda: (0, 3))
    epochs.group = group
    epochs.on_epoch_begin()
    return epochs


@pytest.mark.parametrize("count", [3, 4, 27, 32])
def test_groups_hold_the_rows_of_the_epoch_in_its_order(count):
    epochs = stream(count, group=2)
    groups = list(iter(Groups(epochs)))
    sizes = [len(group["images"]) for group in groups]
    assert all(size == 8 for size in sizes[:-1]) and sum(sizes) == count - 3
    for name, column in (("images", "float32"), ("labels", "int32")):
        rows = [keras.ops.convert_to_numpy(group[name]).ravel() for group in groups]
        np.testing.assert_array_equal(np.concatenate(rows) if rows else np.zeros(0), epochs.current_order)
        assert all(each.dtype == column for each in rows)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float16", "float32", "float64", "bfloat16"])
def test_rows_of_any_type_become_tensors_that_keep_them(dtype):
    """Their memory is NumPy's: it must live as long as the tensor, and be no other tensor's."""
    array = np.random.default_rng(0).integers(0, 2, (50, 3, 5)).astype(np.dtype(dtype))
    rows = [np.random.default_rng(i).permutation(50)[:7] for i in range(40)]
    tensors = [tensor_of_rows(array.swapaxes(1, 2), chosen) for chosen in rows]
    gc.collect()
    for tensor, chosen in zip(tensors, rows, strict=True):
        assert tensor.dtype == dtype
        np.testing.assert_array_equal(tensor.numpy(), array.swapaxes(1, 2)[chosen])


@pytest.mark.parametrize("taken", [0, 1, 4])
def test_no_thread_stays_after_an_epoch_or_one_that_was_left(taken):
    before = threading.active_count()
    groups = iter(Groups(stream(35, group=2)))
    for _ in range(taken):  # all four, but Keras does not ask for a fifth
        next(groups)
    if taken < 4:
        del groups
    assert threading.active_count() == before
