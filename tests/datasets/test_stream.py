"""The order of training data depends on the seed and on the examples seen, and on nothing else."""

import numpy as np
import pytest

from keras_gan.datasets.stream import EpochStream, epoch_order, stream

ROWS = np.arange(10, dtype="float32")[:, None]


def flat(batches):
    return np.concatenate([np.asarray(batch).ravel() for batch in batches])


def test_an_epoch_holds_every_example_once():
    assert sorted(flat(stream(ROWS, 3, seed=1))) == list(range(10))


def test_batches_have_the_size_asked_for_and_the_last_holds_the_rest():
    assert [len(batch) for batch in stream(ROWS, 4, seed=1)] == [4, 4, 2]


def test_the_next_epoch_has_another_order():
    data = stream(ROWS, 3, seed=1)
    assert list(flat(data)) != list(flat(data))


@pytest.mark.parametrize("seen", [0, 3, 10, 16])
def test_it_can_start_anywhere(seen):
    whole = stream(ROWS, 1, seed=5)
    expected = np.concatenate([flat(whole), flat(whole)])
    rest = stream(ROWS, 1, seed=5, examples_seen=seen)
    assert list(np.concatenate([flat(rest), flat(rest)])[: 20 - seen]) == list(expected[seen:])


def test_equal_seeds_give_equal_orders_and_others_do_not():
    assert list(epoch_order(3, 0, 50)) == list(epoch_order(3, 0, 50))
    assert list(epoch_order(3, 0, 50)) != list(epoch_order(4, 0, 50))


def test_an_array_that_is_not_in_one_piece_is_copied_once_and_not_for_every_batch():
    turned = np.arange(24.0).reshape(2, 3, 4).T
    ours = EpochStream(turned, 2, 0, lambda: (0, 0)).arrays
    assert ours.flags.c_contiguous and np.array_equal(ours, turned)
    assert np.shares_memory(EpochStream(ours, 2, 0, lambda: (0, 0)).arrays, ours)


def test_labels_stay_with_their_images():
    for images, labels in stream(ROWS, 4, seed=0, labels=np.arange(10)):
        assert list(images.numpy().ravel()) == list(labels.numpy())


def test_a_long_epoch_goes_through_the_data_again():
    order = epoch_order(0, 0, 4, length=10)
    assert sorted(order[:4]) == sorted(order[4:8]) == [0, 1, 2, 3] and len(order) == 10
