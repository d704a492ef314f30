"""SNGAN's sizes, counted by hand."""

import keras
import pytest

from keras_gan.architectures import resnet
from keras_gan.layers import ConditionalBatchNormalization, SpectralNormalization


def test_the_generator_for_32_pixels_is_the_papers():
    generator, _ = resnet()
    dense = (128 + 1) * 4 * 4 * 256
    block = 2 * (9 * 256 + 1) * 256 + (256 + 1) * 256 + 2 * 4 * 256  # two 3x3, one 1x1, two norms
    assert generator.count_params() == dense + 3 * block + 4 * 256 + (9 * 256 + 1) * 3


def test_the_discriminator_for_32_pixels_is_the_papers():
    _, discriminator = resnet()
    conv = (9 * 128 + 1) * 128
    first = (9 * 3 + 1) * 128 + conv + (3 + 1) * 128
    second = 2 * conv + (128 + 1) * 128
    trainable = sum(int(keras.ops.size(w)) for w in discriminator.trainable_weights)
    assert trainable == first + second + 4 * conv + (128 + 1) == 1_053_825


def test_every_layer_of_the_discriminator_is_spectrally_normalised():
    _, discriminator = resnet(discriminator_width=2, generator_width=2, num_classes=3)
    weighted = [layer for layer in discriminator.layers if layer.trainable_weights]
    assert len(weighted) == 2 + 2 + 2 + 2 + 2 + 2  # four blocks, two shortcuts, logits and label embedding
    assert all(isinstance(layer, SpectralNormalization) for layer in weighted)


def test_the_images_meet_no_relu_before_the_first_convolution():
    _, discriminator = resnet(generator_width=1, discriminator_width=1)
    names = {layer.name for layer in discriminator.layers}
    assert "discriminator_block_1_relu_1" not in names and "discriminator_block_2_relu_1" in names


def test_the_features_are_summed_over_all_positions():
    _, discriminator = resnet((64, 64, 1), generator_width=1, discriminator_width=1)
    assert discriminator.get_layer("discriminator_sum").scale == 2 * 2


@pytest.mark.parametrize(("side", "blocks"), [(28, 2), (32, 3), (64, 4), (128, 5)])
def test_with_classes_each_norm_of_the_generator_is_conditional(side, blocks):
    generator, _ = resnet((side, side, 1), generator_width=1, discriminator_width=1, num_classes=3)
    norms = [layer for layer in generator.layers if isinstance(layer, ConditionalBatchNormalization)]
    assert len(norms) == 2 * blocks + 1


@pytest.mark.parametrize("image_shape", [(28, 32, 1), (48, 48, 3), (31, 31, 1)])
def test_other_sizes_are_refused(image_shape):
    with pytest.raises(ValueError, match="Received: image_shape="):
        resnet(image_shape)
