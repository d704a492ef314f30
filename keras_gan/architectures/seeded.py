"""Initial weights that are a function of one seed."""

import random

import keras


class SeededInitializers:
    """Hands out random initializers, each with its own seed derived from one.

    Keras's global seed is neither read nor changed where `seed` is given.

    Args:
        seed: any integer; None leaves the choice to Keras.
        player: "generator" or "discriminator". Each has its own stream, so
            that a change in one player leaves the other's weights as they are.
    """

    def __init__(self, seed, player):
        self._stream = None if seed is None else random.Random(f"{player} {seed}")

    def glorot(self):
        """Uniform weights whose variance keeps signal and gradient at one size (Glorot & Bengio, 2010)."""
        return keras.initializers.GlorotUniform(seed=self._next_seed())

    def scaled(self, scale):
        """Uniform weights of variance `scale` / fan-in; zeros where `scale` is 0."""
        if scale == 0:
            return keras.initializers.Zeros()
        return keras.initializers.VarianceScaling(scale, "fan_in", "uniform", seed=self._next_seed())

    def _next_seed(self):
        return None if self._stream is None else self._stream.randrange(2**31)
