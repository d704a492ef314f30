"""The game of least squares."""

import keras
from keras import ops

from keras_gan.losses.base import AdversarialLoss


@keras.saving.register_keras_serializable(package="keras_gan")
class LeastSquares(AdversarialLoss):
    """Pulls scores to targets, and so pulls on fakes that lie far on the right side as well.

    discriminator:  (D(x) - b)^2 / 2 + (D(G(z)) - a)^2 / 2
    generator:      (D(G(z)) - c)^2 / 2

    where D is the output as it is, without a sigmoid.

    Args:
        real_target: b, any number. 1 in the paper.
        fake_target: a, below `real_target`. 0 in the paper, or -1 with
            `generator_target=0`, which minimises Pearson's chi-squared divergence.
        generator_target: c, above `fake_target`. 1 in the paper.

    Source: Mao et al., 2017, https://arxiv.org/abs/1611.04076
    """

    def __init__(self, real_target=1.0, fake_target=0.0, generator_target=1.0):
        if not fake_target < min(real_target, generator_target):
            raise ValueError(
                "Expected `fake_target` below `real_target` and `generator_target`. Received: "
                f"real_target={real_target}, fake_target={fake_target}, generator_target={generator_target}."
            )
        self.real_target = real_target
        self.fake_target = fake_target
        self.generator_target = generator_target

    def discriminator(self, real_logits, fake_logits):
        return (ops.square(real_logits - self.real_target) + ops.square(fake_logits - self.fake_target)) / 2

    def generator(self, real_logits, fake_logits):
        return ops.square(fake_logits - self.generator_target) / 2

    def boundary(self, real_logits, fake_logits):
        return (self.real_target + self.fake_target) / 2
