"""keras_gan: the GAN library that Keras never shipped."""

from keras_gan import callbacks, datasets, losses, penalties
from keras_gan.models import GAN, TwoPlayerModel

__version__ = "0.1.0"
__all__ = ["GAN", "TwoPlayerModel", "callbacks", "datasets", "losses", "penalties"]
