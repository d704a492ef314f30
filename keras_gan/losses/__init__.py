"""Losses compare the discriminator's scores of real and fake samples."""

import difflib

import keras

from keras_gan.losses.base import AdversarialLoss
from keras_gan.losses.cross_entropy import BinaryCrossentropy, Minimax

BY_NAME = {
    "bce": BinaryCrossentropy,
    "minimax": Minimax,
}
ALL = list(BY_NAME.values())


def get(loss):
    """The loss of that name, of that config, or the loss itself.

    Raises:
        ValueError: for an unknown name, or anything that is no adversarial loss.
    """
    if isinstance(loss, dict):
        loss = keras.saving.deserialize_keras_object(loss)
    if isinstance(loss, AdversarialLoss):
        return loss
    if isinstance(loss, type) and issubclass(loss, AdversarialLoss):
        return loss()
    if isinstance(loss, str) and loss in BY_NAME:
        return BY_NAME[loss]()
    near = difflib.get_close_matches(str(loss), BY_NAME, 1)
    raise ValueError(
        f"Expected `loss` to be one of {sorted(BY_NAME)} or a keras_gan.losses.AdversarialLoss. "
        f"Received: loss={loss!r}." + (f" Did you mean {near[0]!r}?" if near else "")
    )


__all__ = ["AdversarialLoss", "BinaryCrossentropy", "Minimax", "get"]
