"""The kernel distance between two sets of features (KID, when the features are Inception's)."""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics.features import as_pair


class KernelEstimate(NamedTuple):
    """Mean over subsets, and the standard deviation from one subset to the next: 0 where each is the whole set."""

    mean: float
    deviation: float


def kernel_distance(real_features, fake_features, subsets=100, subset_size=None, seed=0):
    """Squared maximum mean discrepancy under the kernel (<x, y> / d + 1)^3, without bias.

    Unlike the Frechet distance, its expectation does not depend on the number of samples: it is 0 for two sets from
    one distribution, and single values scatter around that, also below 0.

    Args:
        real_features: array `(n, d)`.
        fake_features: array `(m, d)`.
        subsets: how many pairs of subsets are compared.
        subset_size: samples in each, at least 2; at most the smaller of n and m is used. None takes 1,000, or half of
            the smaller set, if that is less, so that subsets differ.
        seed: chooses the subsets.

    Returns:
        `KernelEstimate(mean, deviation)`.

    Raises:
        ValueError: if the arrays do not have the same `d`, hold fewer than two rows, or are not finite; for a
            smaller subset.

    Source: Binkowski et al., 2018, https://arxiv.org/abs/1801.01401
    """
    real, fake = as_pair(real_features, fake_features)
    size = usual_subset_size(real, fake) if subset_size is None else min(subset_size, len(real), len(fake))
    if size < 2:
        raise ValueError(f"Pairs of samples need a subset of at least 2. Received: subset_size={subset_size}.")
    # RandomState, and real before fake, as torch-fidelity draws: equal seeds then give its very numbers.
    random = np.random.RandomState(seed)
    values = []
    for _ in range(subsets):
        some_real = real[random.choice(len(real), size, replace=False)]
        some_fake = fake[random.choice(len(fake), size, replace=False)]
        values.append(squared_mean_discrepancy(some_real, some_fake))
    return KernelEstimate(float(np.mean(values)), float(np.std(values)))


def usual_subset_size(real, fake):
    return max(2, min(1000, len(real) // 2, len(fake) // 2))


def squared_mean_discrepancy(real, fake):
    """The unbiased estimate from float64 arrays `(n, d)` and `(m, d)`: pairs of a sample with itself are left out."""
    n, m = len(real), len(fake)
    within_real = (_kernel(real, real).sum() - _kernel_with_itself(real).sum()) / (n * (n - 1))
    within_fake = (_kernel(fake, fake).sum() - _kernel_with_itself(fake).sum()) / (m * (m - 1))
    return within_real + within_fake - 2 * _kernel(real, fake).mean()


def _kernel(left, right):
    base = left @ right.T / left.shape[1] + 1
    return base * base * base


def _kernel_with_itself(features):
    return (np.square(features).mean(axis=1) + 1) ** 3
