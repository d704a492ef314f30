"""Mode coverage: which classes, or which modes of a toy mixture, the samples reach."""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics.distances import nearest
from keras_gan.metrics.features import as_features, as_probabilities


class ClassCoverage(NamedTuple):
    """Number of classes reached, and the Kullback-Leibler divergence to the data's classes, in nats (0 is best)."""

    reached: int
    divergence: float


class MixtureCoverage(NamedTuple):
    """Number of modes with a good sample, and the share of samples that are good, in [0, 1]."""

    reached: int
    high_quality: float


def class_coverage(fake_classes, data_shares, least_share=0.1):
    """Compares the classes that a classifier reads in samples with those of the data.

    divergence = sum over classes of fake_share * log(fake_share / data_share)

    Args:
        fake_classes: integers `(n,)` in [0, classes): what the classifier reads.
        data_shares: array `(classes,)`: each class's share (or count) in the data, all above 0.
        least_share: a class is reached when its share among the samples is at least this part of its share in the
            data. A classifier misreads some samples, so one reading proves little; 0 counts even that.

    Returns:
        `ClassCoverage(reached, divergence)`.

    Raises:
        ValueError: if a class is not among those of `data_shares`, or a share is not positive.

    Source: Srivastava et al., 2017, https://arxiv.org/abs/1705.07761
    """
    data_shares = np.asarray(data_shares, "float64")
    fake_classes = np.asarray(fake_classes)
    if data_shares.ndim != 1 or data_shares.min() <= 0:
        raise ValueError(f"`data_shares` must be one positive share per class. Received: {data_shares}.")
    if (
        fake_classes.ndim != 1
        or not len(fake_classes)
        or not 0 <= fake_classes.min() <= fake_classes.max() < len(data_shares)
    ):
        raise ValueError(
            f"`fake_classes` must be integers of shape (n,) in [0, {len(data_shares)}). "
            f"Received: shape {fake_classes.shape}, values {np.unique(fake_classes)[:12]}."
        )
    shares = np.bincount(fake_classes, minlength=len(data_shares)) / len(fake_classes)
    data_shares = data_shares / data_shares.sum()
    present = shares > 0
    reached = present & (shares >= least_share * data_shares)
    divergence = shares[present] * np.log(shares[present] / data_shares[present])
    return ClassCoverage(int(reached.sum()), float(divergence.sum()))


def confident_share(probabilities, above=0.9):
    """Share of samples that a classifier reads with more than this probability, from `(n, classes)`."""
    return float((as_probabilities(probabilities).max(axis=1) > above).mean())


def class_agreement(fake_classes, labels):
    """Share of samples in which the classifier reads the class that was asked for; both `(n,)` integers."""
    fake_classes, labels = np.asarray(fake_classes), np.asarray(labels)
    if fake_classes.shape != labels.shape or labels.ndim != 1:
        raise ValueError(
            "One asked label per sample is needed, as integers of shape (n,). "
            f"Received: labels {labels.shape}, samples {fake_classes.shape}."
        )
    return float((fake_classes == labels).mean())


def mixture_coverage(samples, centres, deviation):
    """Modes reached and share of good samples on a toy mixture of round Gaussians.

    A sample is good within 3 deviations of its nearest centre. In two dimensions 98.9 % of true samples are.

    Args:
        samples: array `(n, d)`.
        centres: array `(modes, d)`.
        deviation: standard deviation of each Gaussian along each axis, in the unit of the samples.

    Returns:
        `MixtureCoverage(reached, high_quality)`.

    Source: Srivastava et al., 2017, https://arxiv.org/abs/1705.07761
    """
    distance, mode = nearest(as_features(samples, "samples", 1), as_features(centres, "centres", 1))
    good = distance <= 3 * deviation
    return MixtureCoverage(len(np.unique(mode[good])), float(good.mean()))
