"""The memorisation check: are samples nearer to training images than fresh real images are?"""

from typing import NamedTuple

import numpy as np

from keras_gan.metrics.distances import nearest
from keras_gan.metrics.features import as_features, as_pair


class Memorisation(NamedTuple):
    """What `memorisation` found.

    distance_ratio: median distance of samples to the training set, over that of held-out real images; below 1, the
        samples hug the training set.
    copied_share: share of samples at most as far from the training set as the nearest 1 % of the held-out images are;
        0.01 is honest, or the share of held-out images that occur in the training set, if that is larger.
    authenticity: share of samples that are farther from their nearest training image than that image is from its own
        nearest neighbour.
    """

    distance_ratio: float
    copied_share: float
    authenticity: float


def memorisation(train_features, held_out_features, fake_features):
    """Compares distances to the nearest training image: of samples, and of real images never trained on.

    Args:
        train_features: array `(n, d)`: all the images the generator was trained on. A copied image that is left out
            here goes unseen.
        held_out_features: array `(m, d)`: real images it was not trained on.
        fake_features: array `(s, d)`: the samples.

    Returns:
        `Memorisation(distance_ratio, copied_share, authenticity)`.

    Raises:
        ValueError: if the arrays do not have the same `d`, hold fewer than two rows, or are not finite.

    Source: Meehan et al., 2020, https://arxiv.org/abs/2004.05675 (held-out distances as the yardstick);
        Alaa et al., 2022, https://arxiv.org/abs/2102.08921 (authenticity)
    """
    train, fake = as_pair(train_features, fake_features)
    held_out = as_features(held_out_features, "held_out_features")
    held_out_distance, _ = nearest(held_out, train)
    fake_distance, originals = nearest(fake, train)
    yardstick = np.median(held_out_distance)
    return Memorisation(
        distance_ratio=float(np.median(fake_distance) / yardstick) if yardstick > 0 else 1.0,
        copied_share=float((fake_distance <= np.quantile(held_out_distance, 0.01)).mean()),
        authenticity=float((fake_distance > _distance_to_next(train, originals)).mean()),
    )


def _distance_to_next(train, originals):
    """Distance from each named training image to its nearest other one, `(len(originals),)`."""
    unique, position = np.unique(originals, return_inverse=True)
    distance, _ = nearest(train[unique], train, but=unique)
    return distance[position]
