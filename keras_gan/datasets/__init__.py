"""Where training images come from: drawn, downloaded, or yours; and in which order."""

from keras_gan.datasets.load import load
from keras_gan.datasets.splits import NoSuchSplit
from keras_gan.datasets.stream import stream

__all__ = ["NoSuchSplit", "load", "stream"]
