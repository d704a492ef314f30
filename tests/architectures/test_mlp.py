"""The MLP's sizes, counted by hand."""

import pytest

from keras_gan.architectures import mlp


def test_the_default_is_the_classic_100_128_784_and_784_128_1():
    generator, discriminator = mlp()
    assert generator.count_params() == (100 + 1) * 128 + (128 + 1) * 784 == 114_064
    assert discriminator.count_params() == (784 + 1) * 128 + (128 + 1) * 1 == 100_609


def test_each_player_may_have_its_own_hidden_layers():
    generator, discriminator = mlp((2,), latent_dim=3, hidden=(4, 5), discriminator_hidden=6)
    assert generator.count_params() == (3 + 1) * 4 + (4 + 1) * 5 + (5 + 1) * 2
    assert discriminator.count_params() == (2 + 1) * 6 + (6 + 1) * 1


def test_ten_classes_add_ten_inputs_to_the_generator_and_an_embedding_to_the_discriminator():
    generator, discriminator = mlp(num_classes=10)
    assert generator.count_params() == 114_064 + 10 * 128
    assert discriminator.count_params() == 100_609 + 10 * 128


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"hidden": (8, -1)}, {"generator_hidden": 1.5}, {"latent_dim": 0}])
def test_impossible_sizes_are_refused_by_name(wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be an integer of at least 1. Received"):
        mlp(**wrong)
