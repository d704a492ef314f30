"""MinibatchStandardDeviation by hand."""

import numpy as np
import pytest

from keras_gan.layers import MinibatchStandardDeviation


def test_two_samples_that_differ_by_two_have_a_deviation_of_one():
    images = np.stack([np.zeros((2, 2, 3)), np.full((2, 2, 3), 2.0)]).astype("float32")
    output = np.array(MinibatchStandardDeviation(group_size=2)(images))
    np.testing.assert_array_equal(output[..., :3], images)
    np.testing.assert_allclose(output[..., 3], np.ones((2, 2, 2)), rtol=1e-6)


def test_the_deviation_is_averaged_over_the_features():
    vectors = np.array([[0.0, 5.0], [6.0, 5.0]], "float32")  # deviations 3 and 0
    np.testing.assert_allclose(MinibatchStandardDeviation(2)(vectors)[:, 2], [1.5, 1.5], rtol=1e-4)


def test_sample_i_belongs_to_group_i_mod_the_number_of_groups():
    vectors = np.array([[0.0], [10.0], [2.0], [10.0]], "float32")  # groups (0, 2) and (10, 10)
    np.testing.assert_allclose(MinibatchStandardDeviation(2)(vectors)[:, 1], [1, 1e-4, 1, 1e-4], rtol=1e-4)


@pytest.mark.parametrize("batch", [1, 3, 5])
def test_a_batch_that_does_not_divide_is_one_group(batch):
    vectors = np.arange(batch, dtype="float32")[:, None]
    expected = np.sqrt(np.var(vectors) + 1e-8)
    np.testing.assert_allclose(MinibatchStandardDeviation(4)(vectors)[:, 1], np.full(batch, expected), rtol=1e-5)


def test_no_group_size_takes_the_whole_batch():
    vectors = np.array([[0.0], [0.0], [2.0], [2.0]], "float32")
    np.testing.assert_allclose(MinibatchStandardDeviation(None)(vectors)[:, 1], np.ones(4), rtol=1e-6)


def test_deviations_too_small_for_half_precision_are_still_right():
    vectors = np.array([[0.0], [4e-4]], "float16")  # variance 4e-8: float16 cannot hold it, nor the 1e-8 added to it
    output = np.array(MinibatchStandardDeviation(2, dtype="float16")(vectors), "float32")
    np.testing.assert_allclose(output[:, 1], np.full(2, np.sqrt(5e-8)), rtol=0.01)


@pytest.mark.parametrize("group_size", [0, -1, 1.5])
def test_impossible_group_sizes_are_refused(group_size):
    with pytest.raises(ValueError, match="Received: group_size="):
        MinibatchStandardDeviation(group_size)
