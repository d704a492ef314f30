"""Optimizers that two players need and Keras has not."""

from keras_gan.optimizers.player_optimizers import PlayerOptimizers
from keras_gan.optimizers.scheduled_adam import ScheduledAdam

__all__ = ["PlayerOptimizers", "ScheduledAdam"]
