"""AdversarialLoss: what every loss of the game answers."""

from keras import ops

from keras_gan.choice import Choice


class AdversarialLoss(Choice):
    """Compares the discriminator's scores of real and fake samples.

    Every loss maps logits, one per sample or one per patch (shape `(batch, ...)`,
    float32, unbounded), to values of the same shape. The model averages them over
    everything but the batch, then over the batch. Losses never see a network.

    `compares_pairs` is true for a loss whose generator side reads the real
    scores as well, so that the model computes them only then.

    `is_critic` is true for a loss whose discriminator is to be trained to its best: there it is
    no illness that it reads every sample right.
    """

    compares_pairs = False
    is_critic = False

    def discriminator(self, real_logits, fake_logits):
        """What the discriminator wants small, shape of the logits."""
        raise NotImplementedError

    def generator(self, real_logits, fake_logits):
        """What the generator wants small; `real_logits` is None unless `compares_pairs`."""
        raise NotImplementedError

    def boundary(self, real_logits, fake_logits):
        """The score above which a sample is read as real, a scalar: for the logged accuracies, and for ADA."""
        return 0.0


def halfway(real_logits, fake_logits):
    """The boundary of a loss to which only differences of scores matter: the middle between both sides' means."""
    return (ops.mean(real_logits) + ops.mean(fake_logits)) / 2
