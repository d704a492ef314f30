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
        return keras.initializers.GlorotUniform(seed=self.next_seed())

    def normal(self, gain):
        """Normal weights of standard deviation `gain` / sqrt(fan-in) (He et al., 2015)."""
        return keras.initializers.VarianceScaling(gain**2, "fan_in", "untruncated_normal", seed=self.next_seed())

    def next_seed(self):
        """The next seed of the stream, or None where there is none."""
        return None if self._stream is None else self._stream.randrange(2**31)
