import numpy as np
import pytest

from keras_gan.metrics import kernel_distance
from keras_gan.metrics.kernel import squared_mean_discrepancy
from tests.metrics import fixed_features as others


def test_a_hand_worked_case():
    # d = 1. Kernels (xy + 1)^3: real pair (0, 1): 1; fake pair (1, 2): 27; crossed (0,1) 1, (0,2) 1, (1,1) 8, (1,2) 27.
    # 1 + 27 - 2 * (1 + 1 + 8 + 27) / 4 = 9.5
    assert squared_mean_discrepancy(np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])) == pytest.approx(9.5, rel=1e-12)


def test_of_two_gaussians_it_is_the_closed_form():
    # In one dimension (xy + 1)^3 compares the first three moments: 3 m1^2 + 3 m2^2 + m3^2 of their differences.
    # N(0, 1) has (0, 1, 0), N(1/2, 1) has (1/2, 5/4, 13/8): 3/4 + 3/16 + 169/64 = 3.578125.
    random = np.random.default_rng(0)
    real, fake = random.normal(0, 1, (20_000, 1)), random.normal(0.5, 1, (20_000, 1))
    found = kernel_distance(real, fake, subsets=100, subset_size=500)
    assert found.mean == pytest.approx(3.578125, abs=4 * found.deviation / 10)


def test_has_no_bias_where_both_sets_have_one_distribution():
    random = np.random.default_rng(1)
    real, fake = random.normal(size=(4000, 8)), random.normal(size=(4000, 8))
    found = kernel_distance(real, fake, subsets=100, subset_size=50)
    assert abs(found.mean) < 4 * found.deviation / 10


def test_on_identical_sets_only_the_pairs_of_a_sample_with_itself_keep_it_from_zero():
    real, _ = others.pair()
    kernel = (real @ real.T / real.shape[1] + 1) ** 3
    alone = np.diag(kernel).mean()
    apart = (kernel.sum() - np.diag(kernel).sum()) / (600 * 599)
    found = kernel_distance(real, real, subsets=2, subset_size=600)
    assert found.mean == pytest.approx(-2 / 600 * (alone - apart), rel=1e-9)


def test_a_subset_of_one_has_no_pairs():
    with pytest.raises(ValueError, match="Received: subset_size=1"):
        kernel_distance(*others.pair(), subset_size=1)


def test_equals_torch_fidelity_to_the_same_seed():
    found = kernel_distance(*others.pair(), subsets=20, subset_size=200, seed=2020)
    assert found == pytest.approx(others.TORCH_FIDELITY_KID, rel=1e-9)


def test_equals_clean_fid_where_the_subset_is_the_whole():
    real, fake = others.pair()
    found = kernel_distance(real[:500], fake, subsets=2, subset_size=1000)
    assert found.mean == pytest.approx(others.CLEAN_KID_OF_FIRST_500, rel=1e-9)
    assert found.deviation == pytest.approx(0, abs=1e-12)
