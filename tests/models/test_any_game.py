"""Any loss with any penalty on any architecture: at every other size that it promises, at the rest with labels."""

import itertools

import numpy as np
import pytest

import keras_gan as kg
from keras_gan import architectures, losses, penalties
from tests.test_every_architecture import CASES, IDS, TINY

LOSSES = itertools.cycle(losses.ALL)
GAMES = [(*case, next(LOSSES), 3 if i % 2 else None) for i, case in enumerate(CASES)]
NAMES = [f"{name}-{loss.__name__}-{num_classes}" for name, (_, _, loss, num_classes) in zip(IDS, GAMES, strict=True)]


@pytest.mark.parametrize(("architecture", "image_shape", "loss", "num_classes"), GAMES, ids=NAMES)
def test_a_step_with_every_penalty_moves_both_players(architecture, image_shape, loss, num_classes):
    sizes = {"latent_dim": 4, "num_classes": num_classes, "seed": 0, **TINY[architecture.__name__]}
    gan = kg.GAN(*architecture(image_shape, **sizes), num_classes=num_classes, seed=0, ema_half_life_images=10)
    gan.compile(loss=loss, penalties=[each() for each in penalties.ALL], run_eagerly=True)
    images = np.random.default_rng(0).uniform(-1, 1, (3, *image_shape)).astype("float32")
    before = [player.get_weights() for player in (gan.generator, gan.discriminator)]
    logs = gan.train_on_batch(*([images, np.arange(3)] if num_classes else [images]), return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    for player, weights in zip((gan.generator, gan.discriminator), before, strict=True):
        now = player.get_weights()
        assert all(np.isfinite(weight).all() for weight in now)
        assert any(np.abs(weight - then).max() > 0 for weight, then in zip(now, weights, strict=True))


@pytest.mark.parametrize(("architecture", "loss"), list(zip(architectures.ALL, losses.ALL[3:], strict=False)))
def test_a_discriminator_that_names_classes_plays_too(architecture, loss):
    sizes = {"latent_dim": 4, "num_classes": 3, "auxiliary_classifier": True, **TINY[architecture.__name__]}
    gan = kg.GAN(*architecture((28, 28, 1), **sizes), num_classes=3, seed=0)
    gan.compile(loss=loss, penalties=["r1", "gradient_penalty"], run_eagerly=True)
    images = np.random.default_rng(0).uniform(-1, 1, (3, 28, 28, 1)).astype("float32")
    assert np.isfinite(gan.train_on_batch(images, np.arange(3), return_dict=True)["loss"])
