"""GANs small enough to export in a second."""

import keras
import pytest

import keras_gan as kg
from keras_gan.architectures import dcgan


@pytest.fixture
def gan(players):
    """Unconditional: 6 latents, 8x8 pictures; neither compiled nor trained."""
    return kg.GAN(*players, seed=0)


@pytest.fixture
def conditional_gan():
    """Class-conditional: 6 latents, 3 classes, 16x16 pictures."""
    return small_dcgan(num_classes=3)


@pytest.fixture
def gan_of_precision():
    """A function of a policy's name that makes a GAN under it."""

    def make(policy):
        keras.config.set_dtype_policy(policy)
        return small_dcgan()

    yield make
    keras.config.set_dtype_policy("float32")


def small_dcgan(num_classes=None):
    players = dcgan((16, 16, 1), latent_dim=6, generator_width=4, discriminator_width=4, num_classes=num_classes)
    return kg.GAN(*players, seed=0, num_classes=num_classes)
