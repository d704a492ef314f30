"""Games in which only the difference between real and fake scores counts."""

import keras
from keras import ops

from keras_gan.losses.base import AdversarialLoss, halfway


@keras.saving.register_keras_serializable(package="keras_gan")
class RelativisticPairing(AdversarialLoss):
    """Asks only that a real sample outscore the fake it is paired with.

    discriminator:  softplus(D(G(z)) - D(x))
    generator:      softplus(D(x) - D(G(z)))

    where D is the logit. Adding a constant to every score changes neither loss.
    With `penalties.R1` and `penalties.R2` this is the game of R3GAN (Huang et
    al., 2024, https://arxiv.org/abs/2501.05441), but that both players learn
    from the same batch here, where theirs draw one each.

    Source: Jolicoeur-Martineau, 2018, https://arxiv.org/abs/1807.00734
    """

    compares_pairs = True

    def discriminator(self, real_logits, fake_logits):
        return ops.softplus(fake_logits - real_logits)

    def generator(self, real_logits, fake_logits):
        return ops.softplus(real_logits - fake_logits)

    def boundary(self, real_logits, fake_logits):
        return halfway(real_logits, fake_logits)


@keras.saving.register_keras_serializable(package="keras_gan")
class RelativisticAverage(AdversarialLoss):
    """Asks that a real sample outscore the average fake, and that a fake fall below the average real sample.

    discriminator:  softplus(E[D(G(z))] - D(x)) + softplus(D(G(z)) - E[D(x)])
    generator:      softplus(E[D(x)] - D(G(z))) + softplus(D(x) - E[D(G(z))])

    where D is the logit and E the mean over the batch (for scores of patches,
    at each place by itself).

    Source: Jolicoeur-Martineau, 2018, https://arxiv.org/abs/1807.00734
    """

    compares_pairs = True

    def discriminator(self, real_logits, fake_logits):
        real_logits, fake_logits = ops.convert_to_tensor(real_logits), ops.convert_to_tensor(fake_logits)
        above_fakes = real_logits - ops.mean(fake_logits, axis=0, keepdims=True)
        above_reals = fake_logits - ops.mean(real_logits, axis=0, keepdims=True)
        return ops.softplus(-above_fakes) + ops.softplus(above_reals)

    def generator(self, real_logits, fake_logits):
        return self.discriminator(fake_logits, real_logits)

    def boundary(self, real_logits, fake_logits):
        return halfway(real_logits, fake_logits)
