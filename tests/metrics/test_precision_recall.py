import numpy as np
import pytest

from keras_gan.metrics import distances, precision_recall
from tests.metrics import fixed_features as others


def test_a_hand_worked_case_on_a_line():
    # k = 1. Real 0, 1, 3 have radii 1, 1, 2. Fake 1.5, 2.5, 10 have radii 1, 1, 7.5.
    # In real balls: 1.5 (of 1 and of 3), 2.5 (of 3), 10 (none): precision 2/3, density (2 + 1 + 0) / 3.
    # In fake balls: 0 none (distances 1.5, 2.5, 10), 1 (of 1.5), 3 (of 2.5; also 10, at 7 < 7.5): recall 2/3.
    # Real balls with a fake: that of 0 none, that of 1 has 1.5, that of 3 has both: coverage 2/3.
    found = precision_recall([[0.0], [1.0], [3.0]], [[1.5], [2.5], [10.0]], k=1)
    assert found == pytest.approx((2 / 3, 2 / 3, 1.0, 2 / 3), rel=1e-12)


def test_equal_distances_are_equal_to_the_last_bit():
    # Whole numbers 0 to 99 have balls of radius 1, without their edge: a copy is in its original's ball alone.
    real = np.arange(100.0)[:, None]
    copies = real[np.random.default_rng(0).choice(100, 30, replace=False)]
    found = precision_recall(real, copies, k=1)
    assert (found.precision, found.density, found.coverage) == (1, 1, 0.3)


def test_one_far_image_moves_no_other():
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(2, 400, 4))
    far = np.concatenate([[[1e7, 0, 0, 0]], real[1:]])
    np.testing.assert_allclose(precision_recall(far, fake), precision_recall(real, fake), atol=0.02)


@pytest.mark.parametrize("k", [3, 5])
def test_equals_prdc_exactly(k):
    assert precision_recall(*others.pair(), k=k)._asdict() == others.PRDC[k]


def test_the_size_of_a_block_does_not_matter(monkeypatch):
    whole = precision_recall(*others.pair())
    monkeypatch.setattr(distances, "BLOCK", 37 * 500)
    assert precision_recall(*others.pair()) == whole


@pytest.mark.parametrize("k", [1, 5])
def test_identical_sets_score_one_throughout(k):
    real, _ = others.pair()
    assert precision_recall(real, real, k=k) == pytest.approx((1, 1, 1, 1), rel=1e-12)


def test_a_missing_mode_costs_recall_and_coverage_but_no_precision():
    random = np.random.default_rng(0)
    left, right = random.normal(-10, 1, (200, 2)), random.normal(10, 1, (200, 2))
    found = precision_recall(np.concatenate([left, right]), random.normal(-10, 1, (400, 2)))
    assert found.precision > 0.9
    assert found.recall < 0.55
    assert found.coverage < 0.55


def test_needs_more_samples_than_neighbours():
    with pytest.raises(ValueError, match="n >= 6. Received: shape \\(5, 2\\)"):
        precision_recall(np.zeros((5, 2)), np.zeros((9, 2)), k=5)
