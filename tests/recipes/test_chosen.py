"""What `keras-gan train` takes for each architecture where nothing is said."""

import numpy as np
import pytest

from keras_gan import architectures, losses, penalties
from keras_gan.cli import Architecture
from keras_gan.recipes import chosen
from keras_gan.recipes.image_generation import Recipe, recipe_of, restored, train
from keras_gan.recipes.run_folder import RunFolder

NAMES = [build.__name__ for build in architectures.ALL]
GAMES = {
    "mlp": (losses.BinaryCrossentropy, []),
    "dcgan": (losses.BinaryCrossentropy, [penalties.R1]),
    "resnet": (losses.Hinge, []),
    "r3gan": (losses.RelativisticPairing, [penalties.R1, penalties.R2]),
}


def test_every_architecture_is_known_everywhere():
    assert set(GAMES) == set(NAMES) == set(chosen.SETTINGS) == set(chosen.PENALTIES) == {*Architecture}


@pytest.mark.parametrize("architecture", NAMES)
def test_every_architecture_has_a_game_of_its_own(architecture):
    gan = Recipe(architecture=architecture, precision="float32").build((28, 28, 1), 10)
    assert (type(gan.adversarial_loss), [type(each) for each in gan.penalties]) == GAMES[architecture]
    assert all(each.interval == 4 for each in gan.penalties)


@pytest.mark.parametrize("side", [28, 32, 64, 128])
@pytest.mark.parametrize("architecture", ["resnet", "r3gan"])
def test_networks_are_for_a_cpu_at_every_side(architecture, side):
    sizes = chosen.sizes(architecture, (side, side, 3))
    players = getattr(architectures, architecture)((side, side, 3), **sizes)
    assert max(each.count_params() for each in players) < 3_000_000


def test_weights_of_penalties_grow_with_the_area_unless_they_are_said():
    recipe = Recipe(architecture="r3gan", r2=3.0).settled((56, 56, 1))
    assert [each.weight for each in recipe.penalties()] == [4 * chosen.PENALTIES["r3gan"]["r1"], 3.0]
    assert not Recipe(architecture="r3gan", r1=0.0, r2=0.0).settled((28, 28, 1)).penalties()


def test_a_run_keeps_its_networks_when_the_choice_changes(tmp_path, monkeypatch):
    run = RunFolder.new(tmp_path, "old")
    data = np.zeros((8, 28, 28, 1), "float32"), None
    monkeypatch.setattr(chosen, "sizes", lambda *of: {"width": 8, "group_width": 4, "blocks": 1})
    gan = train(Recipe(architecture="r3gan", epochs=1, batch_size=8), run, data, report=lambda line: None)
    monkeypatch.undo()
    twin = restored(recipe_of(run), run)
    assert twin.generator.count_params() == gan.generator.count_params()
    config = run.read_config()
    assert (config["r1"], config["r2"]) == (0.5, 0.5)
    run.write_config({name: value for name, value in config.items() if name != "sizes"})
    assert recipe_of(run).sizes == {}, "a run from before there were sizes has the architecture's own"
