import numpy as np
import pytest

from keras_gan.metrics import feature_statistics, frechet_distance, frechet_distance_from_statistics
from tests.metrics import fixed_features as others


def test_of_two_gaussians_it_is_the_closed_form():
    # Diagonal covariances commute: |(3, 4)|^2 + (2 - 1)^2 + (5 - 2)^2 = 25 + 1 + 9.
    value = frechet_distance_from_statistics([0, 0], np.diag([4.0, 25.0]), [3, 4], np.diag([1.0, 4.0]))
    assert value == pytest.approx(35, rel=1e-12)


def test_a_hand_worked_case_in_one_dimension():
    # Means 1 and 5, unbiased variances 2 and 8: 4^2 + (sqrt 8 - sqrt 2)^2 = 16 + 2.
    assert frechet_distance([[0.0], [2.0]], [[3.0], [7.0]]) == pytest.approx(18, rel=1e-12)


def test_statistics_are_those_of_numpy():
    real, _ = others.pair()
    mean, covariance = feature_statistics(real)
    np.testing.assert_allclose(mean, real.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(covariance, np.cov(real, rowvar=False), rtol=1e-10)


def test_equals_torch_fidelity_and_clean_fid():
    value = frechet_distance(*others.pair())
    assert value == pytest.approx(others.TORCH_FIDELITY_FID, rel=1e-9)
    assert value == pytest.approx(others.CLEAN_FID, rel=1e-9)


# sqrtm itself is good to about 1e-8 of the trace, where the covariance is singular.
@pytest.mark.parametrize(
    ("features", "expected", "tolerance"),
    [
        (others.rank_deficient(), others.SQRTM_RANK_DEFICIENT, 1e-7),
        (others.ill_conditioned(), others.SQRTM_ILL_CONDITIONED, 1e-9),
    ],
    ids=["rank deficient", "ill conditioned"],
)
def test_equals_scipy_sqrtm_where_covariances_are_hard(features, expected, tolerance):
    real, fake = features
    from_statistics = frechet_distance_from_statistics(*feature_statistics(real), *feature_statistics(fake))
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=tolerance)
    assert from_statistics == pytest.approx(frechet_distance(real, fake), rel=1e-11)


@pytest.mark.parametrize("features", [others.pair()[0], others.rank_deficient()[0], others.ill_conditioned()[0]])
def test_is_zero_to_rounding_on_identical_sets(features):
    trace = features.var(axis=0).sum()
    assert 0 <= frechet_distance(features, features) < 1e-12 * trace
    mean, covariance = feature_statistics(features)
    assert 0 <= frechet_distance_from_statistics(mean, covariance, mean, covariance) < 1e-12 * trace


def test_does_not_change_with_units_beyond_their_square():
    real, fake = others.pair()
    assert frechet_distance(1000 * real, 1000 * fake) == pytest.approx(1e6 * frechet_distance(real, fake), rel=1e-9)


def test_float32_features_lose_nothing_to_a_large_mean():
    real, fake = (np.float32(x) for x in others.pair())
    exact = frechet_distance(real, fake)
    assert frechet_distance(np.float64(real) + 1e4, np.float64(fake) + 1e4) == pytest.approx(exact, rel=1e-6)


def test_refuses_features_of_two_extractors():
    with pytest.raises(ValueError, match="same extractor. Received: 3 features for real images, 4 for fake"):
        frechet_distance(np.zeros((5, 3)), np.zeros((5, 4)))


def test_refuses_nan_rather_than_hide_a_divergence():
    features = np.ones((5, 3))
    features[2, 1] = np.nan
    with pytest.raises(ValueError, match="1 of 5 rows with NaN"):
        frechet_distance(np.ones((5, 3)), features)
