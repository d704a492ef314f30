"""Penalties measure the slopes of the discriminator."""

from keras_gan.penalties.base import Penalty

ALL = []

__all__ = ["Penalty"]
