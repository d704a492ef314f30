"""The game for the distance that it takes to move the fakes onto the data."""

import keras

from keras_gan.losses.base import AdversarialLoss, halfway


@keras.saving.register_keras_serializable(package="keras_gan")
class Wasserstein(AdversarialLoss):
    """The difference of the mean scores, an earth mover's distance if the discriminator is 1-Lipschitz.

    discriminator:  D(G(z)) - D(x)
    generator:     -D(G(z))

    Nothing here bounds the scores: use it with `penalties.GradientPenalty`
    (Gulrajani et al., 2017, https://arxiv.org/abs/1704.00028) or with spectral
    normalisation. Only differences count, so the logged accuracies are shares on
    the right side of the middle between both sides' means.

    Source: Arjovsky et al., 2017, https://arxiv.org/abs/1701.07875
    """

    is_critic = True

    def discriminator(self, real_logits, fake_logits):
        return fake_logits - real_logits

    def boundary(self, real_logits, fake_logits):
        return halfway(real_logits, fake_logits)

    def generator(self, real_logits, fake_logits):
        return -fake_logits
