"""Precision, recall, density and coverage: quality and variety, told apart by nearest neighbours."""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics.distances import near_origin, neighbour_radii, squared_distance_blocks
from keras_gan.metrics.features import as_pair


class PRDC(NamedTuple):
    """All lie in [0, 1] but density, which may exceed 1; 1 is best."""

    precision: float
    recall: float
    density: float
    coverage: float


def precision_recall(real_features, fake_features, k=5):
    """Draws a ball around each sample, as large as the distance to its k-th nearest neighbour in its own set.

    precision: share of fakes inside some ball of a real one
    recall:    share of reals inside some ball of a fake one
    density:   number of real balls around a fake, on average, divided by k
    coverage:  share of real balls that hold a fake

    Memory stays at one block of distances, 16 MB, whatever the number of samples.

    Args:
        real_features: array `(n, d)`, n > k.
        fake_features: array `(m, d)`, m > k.
        k: which neighbour sets the radius. 3 in the paper on precision and recall, 5 in the one on density.

    Returns:
        `PRDC(precision, recall, density, coverage)`.

    Raises:
        ValueError: if the arrays do not have the same `d`, hold at most `k` rows, or are not finite.

    Source: Kynkaanniemi et al., 2019, https://arxiv.org/abs/1904.06991 (precision, recall);
        Naeem et al., 2020, https://arxiv.org/abs/2002.09797 (density, coverage)
    """
    real, fake = near_origin(*as_pair(real_features, fake_features, at_least=k + 1))
    real_radii, fake_radii = neighbour_radii(real, k), neighbour_radii(fake, k)

    real_balls_around = np.zeros(len(fake))
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, squared in squared_distance_blocks(real, fake):
        in_real_ball = squared < real_radii[rows, None]
        real_balls_around += in_real_ball.sum(axis=0)
        covered[rows] = in_real_ball.any(axis=1)
        recalled[rows] = (squared < fake_radii).any(axis=1)
    return PRDC(
        precision=float((real_balls_around > 0).mean()),
        recall=float(recalled.mean()),
        density=float(1 / k * real_balls_around.mean()),  # in prdc's order, to the last bit
        coverage=float(covered.mean()),
    )
