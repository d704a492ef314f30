"""The DCGAN's maps and sizes, counted by hand."""

import keras
import numpy as np
import pytest

from keras_gan.architectures import dcgan


def maps(network, kind):
    """Shapes of the outputs of every layer of a kind, first to last."""
    return [layer.output.shape[1:] for layer in network.layers if isinstance(layer, kind)]


def test_the_28x28_generator_makes_its_image_from_the_14x14_map():
    generator, _ = dcgan()
    assert maps(generator, keras.layers.Reshape) == [(7, 7, 128)]
    assert maps(generator, keras.layers.Conv2DTranspose) == [(14, 14, 64), (28, 28, 1)]
    norms = 4 * (128 + 64)
    assert generator.count_params() == 64 * 7 * 7 * 128 + 16 * 128 * 64 + (36 * 64 + 1) + norms == 535_553


def test_the_28x28_discriminator_ends_in_a_dense_layer_over_all_of_its_map():
    _, discriminator = dcgan()
    assert maps(discriminator, keras.layers.Conv2D) == [(14, 14, 32), (7, 7, 64)]
    convolutions, dense = (16 + 1) * 32 + (16 * 32 + 1) * 64, (7 * 7 * 64 + 1) * 256
    assert discriminator.count_params() == convolutions + dense + 256 + 1 == 836_705


def test_the_longer_side_starts_at_eight_pixels_or_less():
    starts = {16: 8, 18: 5, 28: 7, 30: 8, 32: 8, 48: 6, 64: 8, 128: 8}
    for side, start in starts.items():
        generator, _ = dcgan((side, side, 1), generator_width=1, discriminator_width=1)
        assert maps(generator, keras.layers.Reshape)[0][:2] == (start, start)


def test_sides_that_are_no_multiple_are_cropped_around_the_centre():
    generator, _ = dcgan((30, 18, 3), generator_width=2, discriminator_width=2)
    crop = generator.get_layer("generator_crop")
    assert crop.input.shape[1:] == (32, 20, 3) and crop.cropping == ((1, 1), (1, 1))


def test_doubling_stops_at_512_channels():
    generator, _ = dcgan((128, 128, 1), generator_width=128, discriminator_width=1)
    assert maps(generator, keras.layers.Reshape) == [(8, 8, 512)]


@pytest.mark.parametrize(
    "image_shape", [(27, 28, 1), (28, 33, 3), (14, 28, 1), (28, 130, 1), (28, 28, 2), (28, 28), (1, 28, 28), 28, None]
)
def test_other_image_shapes_are_refused_at_construction(image_shape):
    with pytest.raises(ValueError, match="image_shape.*Received: image_shape="):
        dcgan(image_shape)


@pytest.mark.parametrize(
    "name", ["latent_dim", "generator_width", "discriminator_width", "discriminator_units", "num_classes"]
)
@pytest.mark.parametrize("size", [0, -1, 2.5, "8", True])
def test_sizes_that_are_no_positive_integers_are_refused_by_name(name, size):
    with pytest.raises(ValueError, match=f"`{name}` must be an integer of at least 1. Received: {name}="):
        dcgan(**{name: size})


def test_numpy_integers_are_sizes_too():
    generator, _ = dcgan((np.int64(16), np.int64(16), np.int64(1)), latent_dim=np.int32(4), generator_width=1)
    assert generator.input_shape == (None, 4)
