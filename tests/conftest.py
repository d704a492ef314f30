"""What every test shares: a quiet TensorFlow, equal random seeds, and little garbage."""

import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as keras_gan does, but here keras is imported first
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # two processes share two cores
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")  # what runs for a few steps pays no optimiser
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads only spin beside TensorFlow's

import numpy as np
import pytest

# Keras is imported below where it is used: the process that only hands out tests does without.


@pytest.fixture(autouse=True)
def garbage_is_collected_after_each_test():
    """Looking for it all the time took a sixth of the suite, and the graphs of many tests at once take half a minute.

    What is alive after a test need not be looked at again.
    """
    gc.disable()
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def same_seed_for_every_test():
    import keras

    keras.utils.set_random_seed(0)


@pytest.fixture
def images():
    """64 pictures of 8x8 pixels, float32 in [-1, 1]."""
    return np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype("float32")


@pytest.fixture
def players():
    """A tiny generator and discriminator for 8x8 pictures, 6 latents."""
    return tiny_players()


def tiny_players(dropout=0.0):
    import keras

    layers = keras.layers
    generator = keras.Sequential(
        [keras.Input((6,)), layers.Dense(16, "relu"), layers.Dense(64, "tanh"), layers.Reshape((8, 8, 1))],
        name="generator",
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(16, "relu"), layers.Dropout(dropout), layers.Dense(1)],
        name="discriminator",
    )
    return generator, discriminator
