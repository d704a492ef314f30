"""Functions that build `(generator, discriminator)`: two Keras models, samples in [-1, 1], one logit each."""

from keras_gan.architectures.dcgan import dcgan
from keras_gan.architectures.mlp import mlp
from keras_gan.architectures.r3gan import r3gan
from keras_gan.architectures.resnet import resnet

ALL = (mlp, dcgan, resnet, r3gan)

__all__ = ["ALL", "dcgan", "mlp", "r3gan", "resnet"]
