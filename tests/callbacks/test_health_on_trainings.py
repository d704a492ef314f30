"""Illnesses brought about by nothing but the settings of small trainings, and healthy ones that hear nothing."""

import keras
import numpy as np
import pytest

import keras_gan as kg


@pytest.fixture(scope="module")
def glyphs():
    images, labels = kg.datasets.load("glyphs", split="test")
    return images[:3000], labels[:3000]


def heard(glyphs, epochs, g_rate=2e-4, d_rate=2e-4, beta_1=0.5, classes=None, latent_dim=64, **game):
    """The illnesses that Health names, and their lines."""
    images, labels = glyphs
    players = kg.architectures.mlp((28, 28, 1), latent_dim=latent_dim, num_classes=classes, seed=0)
    gan = kg.GAN(*players, num_classes=classes, seed=0)
    rates = (keras.optimizers.Adam(rate, beta_1=beta_1) for rate in (g_rate, d_rate))
    gan.compile(*rates, **game)
    health = kg.callbacks.Health(images[:100], report=lambda line: None)
    gan.fit(images, labels if classes else None, batch_size=64, epochs=epochs, verbose=0, callbacks=[health])
    return {illness for _, illness, _ in health.seen}, [line for _, _, line in health.seen]


@pytest.mark.parametrize("classes", [None, 10])
def test_a_healthy_mlp_hears_nothing(classes, glyphs):
    assert heard(glyphs, epochs=8, classes=classes) == (set(), [])


def test_few_latents_and_even_players_are_no_illness(glyphs):
    """Samples of two latents lie on a surface, near each other; and these least squares end at no slope."""
    even = kg.losses.LeastSquares(fake_target=-1.0, generator_target=0.0)
    assert heard(glyphs, epochs=8, latent_dim=2, loss=even) == (set(), [])


def test_a_long_epoch_is_judged_inside_too(glyphs, monkeypatch):
    monkeypatch.setattr("keras_gan.callbacks.health.JUDGED_IMAGES", 3000)
    six_times = [np.concatenate([each] * 6) for each in glyphs]
    found, lines = heard(six_times, epochs=1, g_rate=1e-2, d_rate=1e-4, beta_1=0.9, classes=10)
    assert "mode collapse" in found and all("since epoch 1: " in line for line in lines)


def test_a_discriminator_that_learns_too_fast_dominates(glyphs):
    found, _ = heard(glyphs, epochs=3, g_rate=1e-5, d_rate=2e-3)
    assert found == {"dominance"}


def test_minimax_against_a_sure_discriminator_vanishes(glyphs):
    found, lines = heard(glyphs, epochs=3, d_rate=2e-3, loss="minimax")
    assert found == {"dominance", "vanishing gradients"}
    assert any("the generator's loss has a slope of" in line for line in lines)


@pytest.mark.parametrize("classes", [None, 10])
def test_a_generator_that_learns_too_fast_collapses(classes, glyphs):
    found, lines = heard(glyphs, epochs=6, g_rate=1e-2, d_rate=1e-4, beta_1=0.9, classes=classes)
    assert "mode collapse" in found
    assert any("samples differ from the nearest other" in line for line in lines)


def test_scores_without_a_zero_are_not_called_dominant(glyphs):
    found, _ = heard(glyphs, epochs=3, loss="wasserstein", penalties="gradient_penalty", beta_1=0.0)
    assert found == set()


def test_losses_that_leave_all_bounds_are_divergence_before_they_are_infinite(glyphs):
    found, lines = heard(glyphs, epochs=4, g_rate=10.0, d_rate=10.0, loss="wasserstein")
    assert "divergence" in found and "vanishing gradients" not in found
    assert any("divergence since epoch 1: d_loss is -" in line for line in lines)


def test_players_that_circle_each_other_oscillate():
    """The Dirac-GAN (Mescheder et al., 2018): a point and a slope turn by the rate at each step, and never arrive."""
    rate, half_period = 0.1, 16  # of the loss, in steps
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    discriminator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    generator.set_weights([np.zeros((1, 1)), np.ones(1)])
    discriminator.set_weights([np.zeros((1, 1))])
    generator.layers[0].kernel.trainable = False
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(keras.optimizers.SGD(rate), keras.optimizers.SGD(rate), loss="wasserstein")
    health = kg.callbacks.Health(report=lambda line: None)
    points = np.zeros((half_period * 4, 1), "float32")
    gan.fit(points, batch_size=4, epochs=9, verbose=0, callbacks=[health])
    assert [illness for _, illness, _ in health.seen] == ["oscillation"]
