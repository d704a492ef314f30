"""Where a training step on TensorFlow updates by its kernel for Adam, and where it does not."""

import tensorflow as tf

import keras_gan as kg


def test_a_training_step_makes_one_pass_and_leaves_xla_to_keras(images, players, monkeypatch):
    kernels = []
    monkeypatch.setattr(tf.raw_ops, "ResourceApplyAdam", lambda **kwargs: kernels.append(kwargs["var"]))
    for jit_compile in (False, True):
        gan = kg.GAN(*players, seed=0)
        gan.compile(jit_compile=jit_compile)
        gan.train_on_batch(images)
        assert len(kernels) == 8  # four variables of each player, when it was not compiled
