"""Callbacks watch: they see a model's public methods, and run inside plain `fit`."""

from keras_gan.callbacks.checkpoints import best_whole, newest_whole
from keras_gan.callbacks.decay import Decay
from keras_gan.callbacks.health import Health
from keras_gan.callbacks.image_grid import ImageGrid
from keras_gan.callbacks.resume import Resume
from keras_gan.callbacks.snapshots import restore

__all__ = ["Decay", "Health", "ImageGrid", "Resume", "best_whole", "newest_whole", "restore"]
