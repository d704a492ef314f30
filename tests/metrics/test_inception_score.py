import numpy as np
import pytest

from keras_gan.metrics import inception_score
from tests.metrics import fixed_features as others


def test_certain_and_even_predictions_score_the_number_of_classes():
    assert inception_score(np.tile(np.eye(4), (5, 1)), splits=1).mean == pytest.approx(4, rel=1e-12)


def test_one_class_scores_one():
    assert inception_score(np.tile([[1.0, 0.0]], (20, 1))).mean == pytest.approx(1, rel=1e-12)


def test_a_hand_worked_case():
    # Rows (3/4, 1/4) and (1/4, 3/4), average (1/2, 1/2): exp(3/4 log 3/2 + 1/4 log 1/2).
    value = inception_score([[0.75, 0.25], [0.25, 0.75]], splits=1).mean
    assert value == pytest.approx(1.5**0.75 * 0.5**0.25, rel=1e-12)


def test_equals_torch_fidelity_to_the_same_seed():
    found = inception_score(others.probabilities(), splits=5, seed=2020)
    assert found == pytest.approx(others.TORCH_FIDELITY_INCEPTION_SCORE, rel=1e-9)


def test_refuses_logits():
    with pytest.raises(ValueError, match="Apply a softmax first"):
        inception_score([[2.0, -1.0]] * 10)


def test_refuses_more_splits_than_samples():
    with pytest.raises(ValueError, match="number of samples, 4. Received: splits=10"):
        inception_score(np.full((4, 2), 0.5))
