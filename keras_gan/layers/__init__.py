"""What Keras lacks, or has in a form that a GAN cannot use."""

from keras_gan.layers.blur import BlurDownsample, BlurUpsample
from keras_gan.layers.conditional_batch_normalization import ConditionalBatchNormalization
from keras_gan.layers.grouped_conv import GroupedConv2D
from keras_gan.layers.minibatch_standard_deviation import MinibatchStandardDeviation
from keras_gan.layers.one_hot import OneHot
from keras_gan.layers.pixel_normalization import PixelNormalization
from keras_gan.layers.spatial_basis import SpatialBasis
from keras_gan.layers.spectral_normalization import SpectralNormalization

ALL = (
    BlurDownsample,
    BlurUpsample,
    ConditionalBatchNormalization,
    GroupedConv2D,
    MinibatchStandardDeviation,
    OneHot,
    PixelNormalization,
    SpatialBasis,
    SpectralNormalization,
)

__all__ = ["ALL", *(each.__name__ for each in ALL)]
