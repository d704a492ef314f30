"""OneHot by hand."""

import numpy as np
import pytest

from keras_gan.layers import OneHot


def test_labels_become_rows_of_the_identity():
    np.testing.assert_array_equal(OneHot(3)(np.array([2, 0], "int32")), [[0, 0, 1], [1, 0, 0]])


def test_a_label_outside_the_range_becomes_zeros():
    np.testing.assert_array_equal(OneHot(3)(np.array([3, -1], "int32")), np.zeros((2, 3)))


@pytest.mark.parametrize("num_classes", [0, -3, 2.5, None])
def test_impossible_class_counts_are_refused(num_classes):
    with pytest.raises(ValueError, match="Received: num_classes="):
        OneHot(num_classes)
