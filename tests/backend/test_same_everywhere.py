"""From the same weights, data and noise, every backend ends in the same weights."""

import game
import keras
import numpy as np
import pytest

pytestmark = [
    pytest.mark.usefixtures("noise_of_numpy"),
    pytest.mark.skipif(not game.OTHERS, reason="only one backend is installed"),
]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    return game.elsewhere(game.OTHERS[0], tmp_path_factory.mktemp("games"), "play")


@pytest.mark.parametrize(("name", "loss", "penalty"), [pytest.param(*each, id=each[0]) for each in game.every_game()])
def test_five_steps_of_every_loss_with_every_penalty(elsewhere, name, loss, penalty):
    here = game.play_one(loss, penalty)
    np.testing.assert_allclose(here, elsewhere[name], atol=1e-4, rtol=1e-4)


def test_a_compiled_step_equals_an_eager_one():
    eager, compiled = (game.play(game.gan(run_eagerly=eagerly), game.real_batches(2)) for eagerly in (True, False))
    np.testing.assert_allclose(eager, compiled, atol=1e-5)


@pytest.mark.parametrize("other", game.OTHERS)
def test_a_file_written_here_goes_on_elsewhere(other, tmp_path):
    model = game.gan(discriminator_steps=2, ema_half_life_images=100)
    batches = game.real_batches(2 * game.STEPS)
    game.play(model, batches[: game.STEPS])
    model.save(tmp_path / "gan.keras")
    here = game.play(model, batches[game.STEPS :])
    reloaded = game.play(keras.saving.load_model(tmp_path / "gan.keras"), batches[game.STEPS :])
    np.testing.assert_array_equal(reloaded, here)
    there = game.elsewhere(other, tmp_path, "go_on", tmp_path / "gan.keras")["weights"]
    np.testing.assert_allclose(there, here, atol=1e-4)
