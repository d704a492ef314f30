"""Models train two players."""

from keras_gan.models.base import TwoPlayerModel
from keras_gan.models.gan import GAN

__all__ = ["GAN", "TwoPlayerModel"]
