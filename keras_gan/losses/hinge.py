"""The hinge game."""

import keras
from keras import ops

from keras_gan.losses.base import AdversarialLoss


@keras.saving.register_keras_serializable(package="keras_gan")
class Hinge(AdversarialLoss):
    """Asks the discriminator for a margin and for nothing beyond it.

    discriminator:  max(0, 1 - D(x)) + max(0, 1 + D(G(z)))
    generator:      -D(G(z))

    where D is the logit. Usual with spectral normalisation (Miyato et al.,
    2018, https://arxiv.org/abs/1802.05957).

    Source: Lim & Ye, 2017, https://arxiv.org/abs/1705.02894
    """

    def discriminator(self, real_logits, fake_logits):
        return ops.relu(1 - real_logits) + ops.relu(1 + fake_logits)

    def generator(self, real_logits, fake_logits):
        return -fake_logits
