"""The game of the first paper, in both of its forms."""

import keras
from keras import ops

from keras_gan.losses.base import AdversarialLoss


@keras.saving.register_keras_serializable(package="keras_gan")
class BinaryCrossentropy(AdversarialLoss):
    """The classic game with the generator's loss that does not saturate.

    discriminator:  -log D(x) - log(1 - D(G(z)))
    generator:      -log D(G(z))

    where D is the sigmoid of the logit.

    Args:
        real_label: the discriminator's target for real samples, in (0.5, 1].
            Below 1 is one-sided label smoothing (Salimans et al., 2016,
            https://arxiv.org/abs/1606.03498), 0.9 in the paper.
        fake_label: its target for fake samples, in [0, 0.5); 0 in the paper.

    Source: Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661
    """

    def __init__(self, real_label=1.0, fake_label=0.0):
        if not 0.0 <= fake_label < 0.5 < real_label <= 1.0:
            raise ValueError(
                "Expected 0 <= fake_label < 0.5 < real_label <= 1. "
                f"Received: real_label={real_label}, fake_label={fake_label}."
            )
        self.real_label = real_label
        self.fake_label = fake_label

    def discriminator(self, real_logits, fake_logits):
        real = ops.softplus(real_logits) - self.real_label * real_logits
        fake = ops.softplus(fake_logits) - self.fake_label * fake_logits
        return real + fake

    def generator(self, real_logits, fake_logits):
        return ops.softplus(-fake_logits)


@keras.saving.register_keras_serializable(package="keras_gan")
class Minimax(BinaryCrossentropy):
    """The classic game as a zero-sum game: the generator's loss saturates when it is losing.

    discriminator:  -log D(x) - log(1 - D(G(z)))
    generator:       log(1 - D(G(z)))

    Source: Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661
    """

    def generator(self, real_logits, fake_logits):
        return -ops.softplus(fake_logits)
