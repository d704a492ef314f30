"""Penalties that flatten the discriminator."""

import keras
from keras import ops

from keras_gan import backend
from keras_gan.penalties.base import Penalty, sum_over_sample


@keras.saving.register_keras_serializable(package="keras_gan")
class R1(Penalty):
    """Flattens the discriminator where the data is.

    weight / 2 * |d(score) / d(real)|^2

    The score of a discriminator with many logits a sample, as one of patches has, is their mean. Under an augmentation
    the slope is that at the augmented images (StyleGAN2-ADA's is at those before it): one that changes contrast or
    scale asks for a weight of its own.

    Args:
        weight: gamma in the paper, which uses 10.
        interval: StyleGAN2 takes it on every 16th batch.

    Source: Mescheder et al., 2018, https://arxiv.org/abs/1801.04406
    """

    takes_slopes = True

    def __init__(self, weight=10.0, interval=1):
        super().__init__(weight, interval)

    def __call__(self, critic, real, fake, seed=None):
        slope = backend.input_gradients(critic, real)
        return self.weight / 2 * sum_over_sample(ops.square(slope))


@keras.saving.register_keras_serializable(package="keras_gan")
class R2(R1):
    """Flattens the discriminator where the fakes are.

    weight / 2 * |d(score) / d(fake)|^2

    Source: Mescheder et al., 2018, https://arxiv.org/abs/1801.04406
    """

    def __call__(self, critic, real, fake, seed=None):
        return super().__call__(critic, fake, real, seed)
