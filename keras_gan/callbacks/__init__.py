"""Callbacks watch: they see a model's public methods, and run inside plain `fit`."""

from keras_gan.callbacks.image_grid import ImageGrid
from keras_gan.callbacks.resume import Resume, newest_whole, restore

__all__ = ["ImageGrid", "Resume", "newest_whole", "restore"]
