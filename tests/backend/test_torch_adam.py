"""Where a training step on PyTorch updates by its kernel for Adam."""

import numpy as np
import torch

import keras_gan as kg


def test_a_step_makes_one_call_a_player_recorded_or_not(images, players, monkeypatch):
    calls, kernel = [], torch._fused_adam_
    monkeypatch.setattr(torch, "_fused_adam_", lambda *args, **kwargs: calls.append(kernel(*args, **kwargs)))
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    before = [variable.numpy().copy() for variable in gan.trainable_variables]
    for batches in (1, 2, 3, 4):  # the second is recorded, and the others repeat it
        gan.train_on_batch(images)
        assert len(calls) == 2 * batches
    assert int(gan.optimizer.generator.iterations) == 4
    for old, variable in zip(before, gan.trainable_variables, strict=True):
        assert not np.array_equal(old, variable.numpy())
