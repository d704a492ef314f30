"""What Keras lacks and a GAN needs."""

from keras_gan.layers.one_hot import OneHot

ALL = (OneHot,)

__all__ = ["ALL", "OneHot"]
