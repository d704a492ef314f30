"""What scripts/bench times against each other is one job: from equal noise the same steps."""

import runpy
import sys
import types
from pathlib import Path

import keras
import numpy as np
import pytest

HERE = Path(__file__).parents[1] / "scripts" / "benchmarks"
NOISE = np.random.default_rng(2).standard_normal((50, 100)).astype("float32")
KINDS = {"dense": "mlp-50", "convolutions": "tutorial-64"}  # workloads, of which two batches of 50 are taken

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the contenders' Keras runs on it")


@pytest.fixture
def loaded(monkeypatch):
    """A contender's file as a dictionary of its names, loaded without training."""
    monkeypatch.syspath_prepend(str(HERE))
    import workloads

    for name in KINDS.values():
        monkeypatch.setitem(workloads.WORKLOADS, name, workloads.Workload(name.split("-")[0], 50, 2))
    for name in ("clock", "fit_clock"):
        monkeypatch.setitem(sys.modules, name, types.SimpleNamespace(take_turns=lambda *a, **k: None))

    def load(script, workload):
        monkeypatch.setattr(sys, "argv", [script, workload])
        return runpy.run_path(str(HERE / "contenders" / script))

    yield load
    sys.modules.pop("workloads")


def by_tf_function(load, workload, images):
    names = load("tf_function.py", workload)
    losses = [[float(loss) for loss in names["train_step"](images)] for _ in range(3)]
    return losses, names["generator"], names["discriminator"]


def by_keras_fit(load, workload, images):
    gan = load("keras_fit.py", workload)["gan"]
    losses = []
    for _ in range(3):
        gan.reset_metrics()
        losses.append([float(loss) for loss in gan.train_step(images).values()])
    return losses, gan.generator, gan.discriminator


def by_torch(load, workload, images):
    names = load("torch_eager.py", workload)
    import torch

    losses = [names["train_step"](torch.from_numpy(images).flatten(1)).tolist() for _ in range(3)]
    return losses, names["generator"], names["discriminator"]


def by_keras_gan(load, workload, images):
    gan = load("ours.py", workload)["gan"]
    losses = [gan.train_on_batch(images, return_dict=True) for _ in range(3)]
    return [[each["d_loss"], each["g_loss"]] for each in losses], gan.generator, gan.discriminator


def weights_of(network):
    if isinstance(network, keras.Model):
        return [np.asarray(each) for each in network.trainable_variables]
    return [each.detach().numpy().T for each in network.parameters()]


@pytest.mark.parametrize(
    "trained, kind",
    [
        (by_keras_fit, "dense"),
        (by_torch, "dense"),  # it pads convolutions otherwise
        (by_keras_gan, "dense"),
        (by_keras_fit, "convolutions"),
        (by_keras_gan, "convolutions"),
    ],
)
def test_a_contender_takes_the_steps_of_the_tf_function_loop(trained, kind, loaded, monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr(tf.random, "normal", lambda shape: tf.constant(NOISE))
    if trained is by_torch:
        torch = pytest.importorskip("torch")
        monkeypatch.setattr(torch, "randn", lambda *shape: torch.from_numpy(NOISE))
    monkeypatch.setattr("keras_gan.GAN.generator_receives", lambda self, batch, seed: tf.constant(NOISE))
    monkeypatch.setattr(keras.layers.Dropout, "call", lambda self, inputs, training=False: inputs)
    import workloads

    images = workloads.WORKLOADS[KINDS[kind]].images()[:50]
    expected, losses = (train(loaded, KINDS[kind], images) for train in (by_tf_function, trained))
    np.testing.assert_allclose(losses[0], expected[0], rtol=5e-4)  # PyTorch's Adam adds its epsilon elsewhere
    for ours, theirs in zip(losses[1:], expected[1:], strict=True):
        for weight, other in zip(weights_of(ours), weights_of(theirs), strict=True):
            assert np.abs(weight - other).mean() < 1e-5  # three steps go 6e-4
