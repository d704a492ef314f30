"""Every schedule where a user gives it: it follows the examples seen through a whole `fit`."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.augmentation import Augmentation
from keras_gan.optimizers import ScheduledAdam
from keras_gan.penalties import R1
from keras_gan.schedules import LearningRate, Linear
from tests.conftest import tiny_players

SGD = keras.optimizers.SGD
BATCH, EPOCH = 16, 64  # examples: four batches an epoch


def fit(gan, images, epochs=1, **kwargs):
    return gan.fit(images, batch_size=BATCH, epochs=epochs, verbose=0, **kwargs).history


def linear_players():
    """A generator of grey pictures and a discriminator that is linear, so that its slope is the same everywhere."""
    layers = keras.layers
    generator = keras.Sequential([keras.Input((6,)), layers.Dense(64, "tanh"), layers.Reshape((8, 8, 1))])
    discriminator = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)])
    generator.set_weights([0 * weight for weight in generator.get_weights()])
    return generator, discriminator


def still(**game):
    """A GAN of linear players that do not move."""
    gan = kg.GAN(*linear_players(), seed=0)
    gan.compile(SGD(0.0), SGD(0.0), **game)
    return gan


def weights(gan):
    return np.concatenate([weight.ravel() for weight in gan.generator.get_weights() + gan.discriminator.get_weights()])


def test_a_learning_rate_that_has_fallen_to_zero_leaves_the_weights_alone(images, players):
    gan = kg.GAN(*players, seed=0)
    gan.compile(*(SGD(LearningRate(Linear(0.1, 0.0, EPOCH), BATCH)) for _ in range(2)))
    start = weights(gan)
    fit(gan, images)
    moved = weights(gan)
    fit(gan, images)
    assert np.abs(moved - start).max() > 1e-3
    np.testing.assert_array_equal(weights(gan), moved)


def test_a_beta_2_that_has_risen_to_one_remembers_for_ever(images, players):
    gan = kg.GAN(*players, seed=0)
    gan.compile(*(ScheduledAdam(1e-3, 0.5, Linear(0.5, 1.0, EPOCH), BATCH) for _ in range(2)))
    fit(gan, images)
    velocities = [each for player in gan.optimizer.optimizers for each in player._velocities]
    before = [each.numpy() for each in velocities]
    assert all(np.abs(each).max() > 0 for each in before)
    fit(gan, images)
    for now, then in zip(velocities, before, strict=True):
        np.testing.assert_array_equal(now.numpy(), then)


@pytest.mark.parametrize("interval", [1, 2])
def test_a_penalty_weighs_what_its_schedule_says_at_each_batch(interval, images):
    free = still()
    # before the batches 0, 16, 32 and 48 examples were seen; a lazy penalty takes the first and the third, doubled
    mean_weight = {1: (8 + 6 + 4 + 2) / 4, 2: 2 * (8 + 4) / 4}[interval]
    gan = still(penalties=R1(Linear(8.0, 0.0, EPOCH), interval))
    gan.discriminator.set_weights(free.discriminator.get_weights())
    squared_slope = np.square(free.discriminator.get_weights()[0]).sum()
    found = np.subtract(fit(gan, images, epochs=2)["d_loss"], fit(free, images, epochs=2)["d_loss"])
    np.testing.assert_allclose(found, [mean_weight / 2 * squared_slope, 0.0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("seen_before", [0, 2000])
def test_the_averaged_generator_ramps_up_and_then_follows_its_half_life(seen_before, images, players):
    half_life = Linear(40.0, 8.0, seen_before + EPOCH)
    gan = kg.GAN(*players, seed=0, ema_half_life_images=half_life)
    gan.compile(SGD(1.0), SGD(1.0))
    gan.examples_seen.assign(seen_before)
    live = []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: live.append(gan.generator.get_weights())
    )
    mean = gan.averaged_generator.get_weights()
    fit(gan, images, callbacks=[record])
    for seen, now in zip(range(seen_before + BATCH, seen_before + EPOCH + 1, BATCH), live, strict=True):
        keep = 0.5 ** (BATCH / min(float(half_life.value_at(seen)), 0.05 * seen))
        mean = [weight + (average - weight) * keep for average, weight in zip(mean, now, strict=True)]
    for ours, expected in zip(gan.averaged_generator.get_weights(), mean, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-5)


class Brighter(Augmentation):
    """Adds `probability` to every pixel."""

    def __call__(self, images, seed):
        return images + self.probability


def test_an_augmentation_is_as_strong_as_its_schedule_says(images):
    gan = still(loss="wasserstein", augmentation=Brighter(Linear(0.8, 0.0, EPOCH)))
    kernel, _ = gan.discriminator.get_weights()
    g_loss = fit(gan, images, epochs=2)["g_loss"]
    # the generator takes its turn after 16, 32, 48 and 64 examples, and what it makes is 0 everywhere
    np.testing.assert_allclose(g_loss, [-kernel.sum() * (0.6 + 0.4 + 0.2 + 0) / 4, 0.0], rtol=1e-4, atol=1e-6)


def test_batch_statistics_are_copied_into_the_averaged_generator(images):
    layers = [keras.Input((6,)), keras.layers.Dense(64), keras.layers.BatchNormalization()]
    generator = keras.Sequential([*layers, keras.layers.Reshape((8, 8, 1))])
    gan = kg.GAN(generator, tiny_players()[1], seed=0, ema_half_life_images=1e6)
    gan.compile()
    fit(gan, images)
    trained = {id(variable) for variable in gan.generator.trainable_variables}
    pairs = list(zip(gan.averaged_generator.weights, gan.generator.weights, strict=True))
    statistics = [(mean.numpy(), live.numpy()) for mean, live in pairs if id(live) not in trained]
    assert statistics and any(np.abs(live).max() > 0 for _, live in statistics)
    for mean, live in statistics:
        np.testing.assert_array_equal(mean, live)
