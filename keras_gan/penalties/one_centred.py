"""Penalties that want a slope of one."""

import keras
from keras import ops

from keras_gan import backend
from keras_gan.penalties.base import Penalty, norm_over_sample, one_per_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class GradientPenalty(Penalty):
    """Holds the discriminator's slope near 1 between the data and the fakes: the penalty of WGAN-GP.

    weight * (|d(score) / d(mixed)| - 1)^2,   mixed = u real + (1 - u) fake

    with u uniform in [0, 1], one for each sample.

    Args:
        weight: lambda in the paper, which uses 10.
        interval: see `Penalty`.

    Source: Gulrajani et al., 2017, https://arxiv.org/abs/1704.00028
    """

    takes_slopes = True

    def __init__(self, weight=10.0, interval=1):
        super().__init__(weight, interval)

    def __call__(self, critic, real, fake, seed=None):
        share = ops.cast(keras.random.uniform(one_per_sample(real), seed=seed), real.dtype)
        mixed = fake + share * (real - fake)
        return self.weight * ops.square(norm_over_sample(backend.input_gradients(critic, mixed)) - 1)


@keras.saving.register_keras_serializable(package="keras_gan")
class Dragan(Penalty):
    """Holds the discriminator's slope near 1 around the data.

    weight * (|d(score) / d(noisy)| - 1)^2,   noisy = real + noise * s * n

    with n standard normal and s the standard deviation of the batch's values.

    Args:
        weight: lambda in the paper, which uses 10.
        interval: see `Penalty`.
        noise: size of the noise against the data's own spread. 0.5 in the
            authors' code, whose noise is uniform, where the paper's is normal.

    Source: Kodali et al., 2017, https://arxiv.org/abs/1705.07215
    """

    takes_slopes = True

    def __init__(self, weight=10.0, interval=1, noise=0.5):
        super().__init__(weight, interval)
        self.noise = noise

    def __call__(self, critic, real, fake, seed=None):
        noise = self.noise * ops.std(real) * ops.cast(backend.normal(ops.shape(real), seed), real.dtype)
        return self.weight * ops.square(norm_over_sample(backend.input_gradients(critic, real + noise)) - 1)
