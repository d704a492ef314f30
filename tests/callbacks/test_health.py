"""Health tells of illnesses that were brought about on purpose, and of nothing in a healthy run."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import symptoms
from tests.conftest import tiny_players


def lines_of(gan, images, epochs=3, **arguments):
    lines = []
    health = kg.callbacks.Health(images=images, report=lines.append, **arguments)
    history = gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=[health]).history
    return lines, history


def gan_of(g_rate=1e-3, d_rate=1e-3, **arguments):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0)
    gan.compile(g_optimizer=keras.optimizers.Adam(g_rate), d_optimizer=keras.optimizers.Adam(d_rate), **arguments)
    return gan


def test_a_healthy_run_hears_nothing(images):
    assert lines_of(gan_of(1e-4, 1e-4), images * 0.1)[0] == []


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_nan_weights_stop_training_and_name_the_player(player, images):
    gan = gan_of()
    getattr(gan, player).trainable_variables[1].assign(np.full(16, np.nan))
    lines, history = lines_of(gan, images)
    assert len(history["loss"]) == 1 and f"the {player}" in lines[0]
    assert "step 4" in lines[0] and "checkpoint" in lines[0]


def test_a_diverged_state_is_never_saved(images, tmp_path):
    gan = gan_of()
    spoil = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: epoch == 1 and gan.generator.trainable_variables[1].assign([np.nan] * 16)
    )
    lines = []
    callbacks = [spoil, kg.callbacks.Health(report=lines.append), kg.callbacks.Resume(tmp_path, every_batches=4)]
    gan.fit(images, batch_size=16, epochs=3, verbose=0, callbacks=callbacks)
    assert "batch-0000000004.checkpoint" in lines[0]
    assert sorted(path.name for path in tmp_path.iterdir())[-1] == "batch-0000000004.checkpoint"


def test_a_frozen_generator_is_called_vanishing_gradients(images):
    lines, _ = lines_of(gan_of(g_rate=1e-12), images)
    assert any("vanishing gradients since epoch 2" in line for line in lines)


def test_dominance_and_collapse_are_told_once_with_since_when(images):
    gan = gan_of(g_rate=1e-12, d_rate=1e-2)
    gan.generator.layers[-2].kernel.assign(np.zeros((16, 64)))
    lines, _ = lines_of(gan, images, epochs=10)
    assert sum("dominance" in line for line in lines) == 1
    assert sum("mode collapse since epoch 1: samples differ by 0%" in line for line in lines) == 1


def test_an_illness_of_choice_stops_training(images):
    gan = gan_of(g_rate=1e-12)
    _, history = lines_of(gan, images, epochs=9, stop_on=["vanishing gradients"])
    assert len(history["loss"]) == 3


def test_missing_classes_are_named():
    assert "class 1" in symptoms.missing_classes(np.zeros((4, 2)), lambda samples: np.array([0, 2, 2, 0]))
    assert symptoms.missing_classes(np.zeros((3, 2)), lambda samples: np.array([0, 1, 2])) is None


def test_oscillation_is_large_swings_that_turn():
    assert symptoms.oscillation([1, 5, 1, 6, 1, 5]) is not None
    assert symptoms.oscillation([1, 2, 3, 4, 5, 6]) is None
    assert symptoms.oscillation([1.0, 1.1, 1.0, 1.1, 1.0, 1.1]) is None


def test_diversity_is_the_root_mean_square_distance():
    np.testing.assert_allclose(symptoms.diversity(np.array([[0.0, 0.0], [1.0, 1.0]])), 1.0)


def test_an_unknown_illness_is_refused():
    with pytest.raises(ValueError, match="stop_on"):
        kg.callbacks.Health(stop_on=["flu"])
