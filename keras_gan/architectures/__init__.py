"""Functions that build `(generator, discriminator)`: two Keras models, samples in [-1, 1], one logit each."""

from keras_gan.architectures.dcgan import dcgan
from keras_gan.architectures.mlp import mlp

ALL = (mlp, dcgan)

__all__ = ["ALL", "dcgan", "mlp"]
