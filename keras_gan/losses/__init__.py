"""Losses compare the discriminator's scores of real and fake samples."""

from keras_gan import choice
from keras_gan.losses.base import AdversarialLoss
from keras_gan.losses.cross_entropy import BinaryCrossentropy, Minimax
from keras_gan.losses.hinge import Hinge
from keras_gan.losses.least_squares import LeastSquares
from keras_gan.losses.relativistic import RelativisticAverage, RelativisticPairing
from keras_gan.losses.wasserstein import Wasserstein

BY_NAME = {
    "bce": BinaryCrossentropy,
    "minimax": Minimax,
    "least_squares": LeastSquares,
    "lsgan": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic_average": RelativisticAverage,
    "relativistic_pairing": RelativisticPairing,
}
ALL = list(dict.fromkeys(BY_NAME.values()))


def get(loss):
    """The loss of that name, of that config, or the loss itself.

    Raises:
        ValueError: for an unknown name, or anything that is no adversarial loss.
    """
    return choice.find(loss, AdversarialLoss, BY_NAME, "loss")


__all__ = [
    "AdversarialLoss",
    "BinaryCrossentropy",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "RelativisticAverage",
    "RelativisticPairing",
    "Wasserstein",
    "get",
]
