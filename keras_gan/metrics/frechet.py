"""The Frechet distance between two sets of features (FID, when the features are Inception's)."""

import numpy as np

from keras_gan.metrics.features import as_features, as_pair


def frechet_distance(real_features, fake_features):
    """Compares the means and covariances of two sets of features, in float64.

    |mean_r - mean_f|^2 + trace(C_r + C_f - 2 (C_r C_f)^(1/2))

    It is 0 for equal sets and grows without bound; its unit is that of the features, squared. Fewer samples give a
    larger value, also for real images, so compare only values of equal counts.

    Args:
        real_features: array `(n, d)`. Fewer samples than features is allowed.
        fake_features: array `(m, d)`.

    Returns:
        A float, at least 0.

    Raises:
        ValueError: if the arrays do not have the same `d`, hold fewer than two rows, or are not finite.

    Source: Heusel et al., 2017, https://arxiv.org/abs/1706.08500
    """
    real, fake = as_pair(real_features, fake_features)
    return _distance(real.mean(0), _factor(real), fake.mean(0), _factor(fake))


def frechet_distance_from_statistics(real_mean, real_covariance, fake_mean, fake_covariance):
    """The same distance from means `(d,)` and covariances `(d, d)`, such as other libraries publish.

    Eigenvalues of a covariance are known to about 1e-16 of the largest one, and their square roots to 1e-8 of its
    square root: where a covariance is singular, `frechet_distance` on the features is the more exact.
    """
    real_factor, fake_factor = _factor_of_covariance(real_covariance), _factor_of_covariance(fake_covariance)
    return _distance(np.asarray(real_mean, "float64"), real_factor, np.asarray(fake_mean, "float64"), fake_factor)


def feature_statistics(features):
    """Returns the mean `(d,)` and the unbiased covariance `(d, d)` of features `(n, d)`, in float64."""
    features = as_features(features, "features")
    mean = features.mean(0)
    centred = features - mean
    return mean, centred.T @ centred / (len(features) - 1)


def _distance(real_mean, real_factor, fake_mean, fake_factor):
    # With C_r = R'R and C_f = F'F, the trace of the square root of C_r C_f is the sum of the singular values of RF'.
    # No matrix is squared or rooted on the way, so singular and ill-conditioned covariances lose no digits.
    cross = np.linalg.svd(real_factor @ fake_factor.T, compute_uv=False).sum()
    traces = np.square(real_factor).sum() + np.square(fake_factor).sum()
    return float(max(np.square(real_mean - fake_mean).sum() + traces - 2 * cross, 0.0))


def _factor(features):
    """Returns R of shape `(min(n, d), d)` such that R'R is the covariance."""
    centred = (features - features.mean(0)) / np.sqrt(len(features) - 1)
    return centred if len(centred) <= centred.shape[1] else np.linalg.qr(centred, mode="r")


def _factor_of_covariance(covariance):
    values, vectors = np.linalg.eigh(np.asarray(covariance, "float64"))
    rounding = len(values) * np.finfo("float64").eps * values[-1]
    values = np.where(values > rounding, values, 0)
    return np.sqrt(values)[:, None] * vectors.T
