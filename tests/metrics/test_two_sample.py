import numpy as np
import pytest

from keras_gan.metrics import frechet_distance, two_sample_test
from keras_gan.metrics.two_sample import chance_of_guessing
from tests.metrics import fixed_features as others


def test_the_p_value_is_that_of_a_fair_coin():
    # 8, 9 or 10 right of 10: (45 + 10 + 1) / 1024.
    assert chance_of_guessing(8, 10) == pytest.approx(56 / 1024, rel=1e-12)
    assert chance_of_guessing(0, 10) == pytest.approx(1, rel=1e-12)
    assert chance_of_guessing(10_000, 10_000) == pytest.approx(0, abs=1e-300)


def test_two_shifted_gaussians_are_told_apart_as_well_as_can_be():
    # N(0, 1) and N(2, 1): the best rule, x < 1, is right with probability Phi(1) = 0.8413.
    random = np.random.default_rng(0)
    found = two_sample_test(random.normal(0, 1, (4000, 1)), random.normal(2, 1, (4000, 1)))
    assert found.accuracy == pytest.approx(0.8413, abs=0.02)
    assert found.p_value < 1e-100


def test_identical_sets_are_a_coin_toss():
    real, _ = others.pair()
    found = two_sample_test(real, real)
    assert found.accuracy == 0.5
    assert found.p_value > 0.4


def test_of_a_larger_set_that_is_sorted_any_are_taken():
    random = np.random.default_rng(0)
    classes = np.repeat(np.arange(4.0), 500)[:, None]
    real = np.concatenate([classes, random.normal(size=(2000, 1))], axis=1)
    fake = np.concatenate([random.integers(0, 4, (500, 1)), random.normal(size=(500, 1))], axis=1)
    assert two_sample_test(real, fake).p_value > 0.01 and two_sample_test(fake, real).p_value > 0.01


def test_under_one_distribution_small_p_values_are_rare():
    random = np.random.default_rng(0)
    p = [two_sample_test(*random.normal(size=(2, 200, 4)), seed=seed).p_value for seed in range(10)]
    assert sum(x < 0.05 for x in p) <= 3


def test_sees_what_means_and_covariances_hide():
    # A circle and a round Gaussian of equal mean and covariance.
    random = np.random.default_rng(0)
    angles = random.uniform(0, 2 * np.pi, 2000)
    ring = np.sqrt(2) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    blob = random.normal(size=(2000, 2))
    assert frechet_distance(ring, blob) < 0.05
    assert two_sample_test(ring, blob).accuracy > 0.8
