"""The classifier two-sample test: can a small classifier tell fakes from real images it has not seen?"""

import math
from typing import NamedTuple

import numpy as np

from keras_gan.metrics.features import as_pair

HIDDEN_UNITS = 512
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)  # of the ridge, as a share of the training samples


class TwoSample(NamedTuple):
    """Held-out accuracy in [0, 1], 0.5 being best, and its p-value under "both sets have one distribution"."""

    accuracy: float
    p_value: float


def two_sample_test(real_features, fake_features, seed=0):
    """Trains a small non-linear classifier on half of both sets, and scores it on the other half.

    The classifier is a ridge regression on the features and on 512 random rectified mixtures of them. It finds
    differences that the Frechet distance cannot see, since that one looks at means and covariances only.

    Args:
        real_features: array `(n, d)`, at least 8 rows.
        fake_features: array `(m, d)`, at least 8 rows. Of the larger set as many are drawn, so that guessing scores
            0.5.
        seed: chooses them, the halves and the mixtures.

    Returns:
        `TwoSample(accuracy, p_value)`. The p-value is the exact chance that guessing does as well or better.

    Raises:
        ValueError: if the arrays do not have the same `d`, hold fewer than 8 rows, or are not finite.

    Source: Lopez-Paz and Oquab, 2017, https://arxiv.org/abs/1610.06545
    """
    real, fake = as_pair(real_features, fake_features, at_least=8)
    random = np.random.default_rng(seed)
    # One order for both sets: where they are equal, a sample cannot be learnt as real and then be asked as fake.
    count = min(len(real), len(fake))
    real, fake = (each if len(each) == count else _some_of(each, count, seed) for each in (real, fake))
    order = random.permutation(count)
    train, chosen, held_out = np.split(order, [count * 3 // 8, count // 2])

    mixtures = random.normal(size=(real.shape[1], HIDDEN_UNITS)) / np.sqrt(real.shape[1])
    offsets = random.uniform(-1, 1, HIDDEN_UNITS)
    both = np.concatenate([real[train], fake[train]])
    mean, deviation = both.mean(axis=0), both.std(axis=0) + 1e-9

    def inputs(features):
        standard = (features - mean) / deviation
        return np.concatenate([standard, np.maximum(standard @ mixtures + offsets, 0), np.ones((len(standard), 1))], 1)

    weights = _ridge_path(inputs(real[train]), inputs(fake[train]))
    right = [_right(w, inputs(real[chosen]), inputs(fake[chosen])) for w in weights]
    best = weights[int(np.argmax(right))]
    right = _right(best, inputs(real[held_out]), inputs(fake[held_out]))
    return TwoSample(right / (2 * len(held_out)), chance_of_guessing(right, 2 * len(held_out)))


def _some_of(features, count, seed):
    """Any of them: images of a folder come class by class."""
    return features[np.random.default_rng([seed, 1]).permutation(len(features))[:count]]


def chance_of_guessing(right, asked):
    """The probability that a fair coin gets at least `right` of `asked` answers right."""
    log_chances = [
        math.lgamma(asked + 1) - math.lgamma(i + 1) - math.lgamma(asked - i + 1) - asked * math.log(2)
        for i in range(right, asked + 1)
    ]
    return min(math.fsum(map(math.exp, log_chances)), 1.0)


def _ridge_path(real_inputs, fake_inputs):
    """Weights that answer +1 for real and -1 for fake, one vector for each penalty."""
    count = len(real_inputs) + len(fake_inputs)
    moments = real_inputs.T @ real_inputs + fake_inputs.T @ fake_inputs
    target = real_inputs.sum(axis=0) - fake_inputs.sum(axis=0)
    values, vectors = np.linalg.eigh(moments)
    return [vectors @ ((vectors.T @ target) / (values + penalty * count)) for penalty in PENALTIES]


def _right(weights, real_inputs, fake_inputs):
    return int((real_inputs @ weights > 0).sum() + (fake_inputs @ weights <= 0).sum())
