"""Equal seeds give equal weights, whatever the process."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np

import keras_gan as kg

IMAGES = np.tanh(np.random.default_rng(0).standard_normal((300, 28, 28, 1))).astype("float32")


def train(seed):
    """All weights, end to end, after two epochs of an MLP."""
    keras.utils.set_random_seed(seed)
    gan = kg.GAN(*kg.architectures.mlp((28, 28, 1), latent_dim=16), seed=seed)
    gan.compile()
    gan.fit(IMAGES, batch_size=50, epochs=2, verbose=0)
    return np.concatenate([weight.ravel() for weight in gan.get_weights()])


def test_the_same_seed_gives_bit_equal_weights_in_two_processes(tmp_path):
    root = str(Path(__file__).parents[2])
    program = "import sys; import numpy; from tests.workflows.test_reproducible import train; "
    program += "numpy.save(sys.argv[1], train(3))"
    environment = {**os.environ, "PYTHONPATH": root, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", program, tmp_path / "there.npy"], check=True, env=environment, timeout=200)
    here, there = train(3), np.load(tmp_path / "there.npy")
    np.testing.assert_array_equal(here, there)
    assert not np.array_equal(here, train(4))
