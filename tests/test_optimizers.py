"""PlayerOptimizers answers for both players wherever Keras looks at one optimizer."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.optimizers import PlayerOptimizers


def compiled(players, **kwargs):
    gan = kg.GAN(*players, seed=0)
    gan.compile(**kwargs)
    return gan


def test_one_instance_for_both_players_is_refused(players):
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="optimizer of its own"):
        compiled(players, g_optimizer=adam, d_optimizer=adam)


def test_it_has_no_learning_rate_of_its_own(players):
    assert not hasattr(compiled(players).optimizer, "learning_rate")


def test_its_variables_are_the_discriminators_then_the_generators(players):
    optimizer = compiled(players).optimizer
    assert optimizer.variables == optimizer.discriminator.variables + optimizer.generator.variables


def test_a_learning_rate_callback_reaches_both_players(players, images):
    gan = compiled(players)
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.125)
    history = gan.fit(images, verbose=0, callbacks=[schedule]).history
    assert float(gan.optimizer.generator.learning_rate) == float(gan.optimizer.discriminator.learning_rate) == 0.125
    assert {"learning_rate_generator", "learning_rate_discriminator"} <= set(history)


def test_apply_sends_each_gradient_to_its_player(players):
    gan = compiled(players, g_optimizer=keras.optimizers.SGD(1.0), d_optimizer=keras.optimizers.SGD(0.5))
    variables = gan.trainable_variables
    before = [v.numpy() for v in variables]
    gan.optimizer.apply([keras.ops.ones(v.shape) for v in variables], variables)
    generator = {id(v) for v in gan.generator.trainable_variables}
    for old, variable in zip(before, variables, strict=True):
        step = 1.0 if id(variable) in generator else 0.5
        np.testing.assert_allclose(variable.numpy(), old - step, rtol=1e-6)


def test_it_survives_a_config_round_trip():
    ours = PlayerOptimizers(keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.2))
    twin = PlayerOptimizers.from_config(ours.get_config())
    assert twin.get_config() == ours.get_config()


def test_weights_are_set_player_by_player(players):
    gan = compiled(players)
    weights = [np.full(v.shape, i, v.dtype) for i, v in enumerate(gan.optimizer.variables)]
    gan.optimizer.set_weights(weights)
    for variable, expected in zip(gan.optimizer.variables, weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), expected)
