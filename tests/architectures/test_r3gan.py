"""R3GAN's sizes and initial weights, by hand."""

import numpy as np
import pytest
from keras.ops import convert_to_numpy, convert_to_tensor

from keras_gan.architectures import r3gan

TINY = {"latent_dim": 3, "width": 16, "group_width": 8, "blocks": 1}


def test_the_sizes_are_those_of_the_paper():
    generator, discriminator = r3gan((32, 32, 3))
    expand, grouped, contract = (768 + 1) * 1536, (9 * 16 + 1) * 1536, 1536 * 768
    blocks = 4 * 2 * (expand + grouped + contract)  # four scales of two blocks
    assert generator.count_params() == 64 * 768 + 4 * 4 * 768 + blocks + (768 + 1) * 3
    assert discriminator.count_params() == 3 * 768 + blocks + 4 * 4 * 768 + (768 + 1)


def test_maps_beyond_32_pixels_are_narrower():
    generator, _ = r3gan((128, 128, 1), **{**TINY, "width": 32})
    widths = [generator.get_layer(f"generator_scale_{i}_block_1_sum").output.shape[-1] for i in range(1, 7)]
    assert widths == [32, 32, 32, 32, 16, 8]


def test_at_first_the_residual_blocks_add_nothing():
    """With every block's last layer at zero, the discriminator is linear in the image."""
    _, discriminator = r3gan((28, 28, 1), seed=0, **TINY)
    one, two = np.random.default_rng(0).normal(size=(2, 1, 28, 28, 1)).astype("float32")
    scores = [convert_to_numpy(discriminator(convert_to_tensor(x))) for x in (one, two, one + two)]
    np.testing.assert_allclose(scores[0] + scores[1], scores[2], rtol=1e-4, atol=1e-4)
    assert np.abs(scores[0]).max() > 1e-2


def test_the_other_layers_shrink_with_the_number_of_blocks():
    generator, _ = r3gan((32, 32, 1), seed=0, width=64, blocks=2, group_width=16)
    kernel = generator.get_layer("generator_scale_1_block_1_expand").get_weights()[0]
    gain = np.sqrt(2 / 1.04) * 8 ** (-1 / 4)  # four scales of two blocks
    np.testing.assert_allclose(kernel.std(), gain / np.sqrt(64), rtol=0.05)
    grouped = generator.get_layer("generator_scale_1_block_1_grouped").get_weights()[0]
    np.testing.assert_allclose(grouped.std(), gain / np.sqrt(9 * 16), rtol=0.05)


def test_channels_that_cannot_be_cut_into_groups_are_refused():
    with pytest.raises(ValueError, match="`group_width` must divide.*Received: group_width=16"):
        r3gan((64, 64, 1), width=12)
