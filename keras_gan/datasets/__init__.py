"""Where training images come from: drawn, downloaded, or yours."""

from keras_gan.datasets.load import load as load
