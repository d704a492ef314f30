"""Latents: the noise that a generator turns into samples."""

import numpy as np


def draw(count, latent_shape, seed=None):
    """Standard normal latents that depend on nothing but the seed.

    Drawn by NumPy, so they are equal on every backend and device, touch no
    other random state, and the first ten of `count=50` are those of `count=10`.

    Args:
        count: how many, at least 0.
        latent_shape: shape of one, a tuple.
        seed: int, or None for different ones each time.

    Returns:
        float32 array `(count, *latent_shape)`.
    """
    if count < 0:
        raise ValueError(f"Expected a count of at least 0. Received: count={count}.")
    return np.random.default_rng(seed).standard_normal((count, *latent_shape), dtype=np.float32)
