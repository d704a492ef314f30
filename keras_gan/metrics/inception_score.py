"""The inception score: are single samples clear, and all of them together varied?"""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics.features import as_probabilities


class InceptionScore(NamedTuple):
    """Mean over the splits, and the standard deviation from one split to the next."""

    mean: float
    deviation: float


def inception_score(probabilities, splits=10, seed=0):
    """exp of the mean Kullback-Leibler divergence from the average prediction to each single one.

    It lies between 1 (every sample is read alike) and the number of classes (each sample is read with certainty, each
    class equally often). It knows nothing of the real images: report it beside the score of real ones.

    Args:
        probabilities: array `(n, classes)`, rows summing to 1: what a classifier reads in the samples.
        splits: parts that are scored one by one.
        seed: shuffles the samples before they are split, so that samples in order of class do no harm.

    Returns:
        `InceptionScore(mean, deviation)`.

    Raises:
        ValueError: if a row is no distribution, or there are fewer samples than splits.

    Source: Salimans et al., 2016, https://arxiv.org/abs/1606.03498
    """
    probabilities = as_probabilities(probabilities)
    if not 1 <= splits <= len(probabilities):
        raise ValueError(
            f"`splits` must lie between 1 and the number of samples, {len(probabilities)}. Received: splits={splits}."
        )
    # RandomState, as torch-fidelity shuffles: equal seeds then give its very numbers.
    shuffled = probabilities[np.random.RandomState(seed).permutation(len(probabilities))]
    edges = [i * len(shuffled) // splits for i in range(splits + 1)]
    scores = [np.exp(_mean_divergence(shuffled[i:j])) for i, j in zip(edges, edges[1:], strict=False)]
    return InceptionScore(float(np.mean(scores)), float(np.std(scores)))


def _mean_divergence(probabilities):
    average = probabilities.mean(axis=0)
    # 0 log 0 is 0: where a probability is 0 the ratio is replaced by 1.
    ratio = np.divide(probabilities, average, out=np.ones_like(probabilities), where=probabilities > 0)
    return (probabilities * np.log(ratio)).sum(axis=1).mean()
