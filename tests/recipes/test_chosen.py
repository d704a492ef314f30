"""What `keras-gan train` takes for each architecture where nothing is said."""

import pytest

from keras_gan import architectures, losses
from keras_gan.cli import Architecture
from keras_gan.recipes import chosen
from keras_gan.recipes.image_generation import Recipe

NAMES = [build.__name__ for build in architectures.ALL]


def test_every_architecture_is_known_everywhere():
    assert set(NAMES) == set(chosen.SETTINGS) == set(chosen.PENALTIES) == {each.value for each in Architecture}


@pytest.mark.parametrize("architecture", NAMES)
def test_every_architecture_has_a_game_of_its_own_and_networks_for_a_cpu(architecture):
    recipe = Recipe(architecture=architecture, precision="float32")
    gan = recipe.build((28, 28, 1), 10)
    assert isinstance(gan.adversarial_loss, losses.BY_NAME[recipe.loss])
    weights = {type(each).__name__.lower(): float(each.weight) for each in gan.penalties}
    assert weights == chosen.PENALTIES[architecture]
    assert max(gan.generator.count_params(), gan.discriminator.count_params()) < 1_500_000


def test_weights_of_penalties_grow_with_the_area_unless_they_are_said():
    weights = [each.weight for each in Recipe(architecture="r3gan", r2=3.0).penalties((56, 56, 1))]
    assert weights == [4 * chosen.PENALTIES["r3gan"]["r1"], 3.0]
    assert not Recipe(architecture="r3gan", r1=0.0, r2=0.0).penalties((28, 28, 1))
