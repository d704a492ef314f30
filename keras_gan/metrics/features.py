"""The arrays that metrics take: what they must be, checked in one place."""

import numpy as np


def as_features(features, name, at_least=2):
    """Returns `features` as float64 of shape `(n, d)`.

    Args:
        features: array of shape `(n, d)`, one row per image.
        name: what the caller calls the array, for the error.
        at_least: the smallest `n` the metric is defined for.

    Raises:
        ValueError: if the array has another rank, too few rows, or a value that is not finite.
    """
    features = np.asarray(features, dtype="float64")
    if features.ndim != 2 or len(features) < at_least:
        raise ValueError(
            f"`{name}` must be an array of features of shape (n, d) with n >= {at_least}. "
            f"Received: shape {features.shape}. Turn images into features with an extractor of keras_gan.metrics."
        )
    if not np.isfinite(features).all():
        bad = int((~np.isfinite(features)).any(axis=1).sum())
        raise ValueError(
            f"`{name}` must be finite. Received: {bad} of {len(features)} rows with NaN or infinity. "
            "A generator that diverged makes such images: go back to an earlier checkpoint."
        )
    return features


def as_pair(real, fake, at_least=2):
    """Returns both feature arrays as float64 `(n, d)`, `(m, d)`; raises ValueError if `d` differs."""
    real = as_features(real, "real_features", at_least)
    fake = as_features(fake, "fake_features", at_least)
    if real.shape[1] != fake.shape[1]:
        raise ValueError(
            "Real and fake features must come from the same extractor. "
            f"Received: {real.shape[1]} features for real images, {fake.shape[1]} for fake ones."
        )
    return real, fake


def as_probabilities(probabilities, name="probabilities"):
    """Returns class probabilities as float64 `(n, classes)`; raises ValueError if a row does not sum to 1."""
    probabilities = as_features(probabilities, name, at_least=1)
    sums = probabilities.sum(axis=1)
    if probabilities.min() < 0 or np.abs(sums - 1).max() > 1e-3:
        raise ValueError(
            f"Each row of `{name}` must hold class probabilities: at least 0 and summing to 1. Received: smallest "
            f"value {probabilities.min():.3g}, sums from {sums.min():.3g} to {sums.max():.3g}. Apply a softmax first."
        )
    return probabilities
