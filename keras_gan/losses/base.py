"""AdversarialLoss: what every loss of the game answers."""

from keras_gan.choice import Choice


class AdversarialLoss(Choice):
    """Compares the discriminator's scores of real and fake samples.

    Every loss maps logits, one per sample or one per patch (shape `(batch, ...)`,
    float32, unbounded), to values of the same shape. The model averages them over
    everything but the batch, then over the batch. Losses never see a network.

    `compares_pairs` is true for a loss whose generator side reads the real
    scores as well, so that the model computes them only then.

    `has_zero` is false for a loss to which only differences of scores matter:
    there a single score's sign, and the logged accuracies, mean nothing.
    """

    compares_pairs = False
    has_zero = True

    def discriminator(self, real_logits, fake_logits):
        """What the discriminator wants small, shape of the logits."""
        raise NotImplementedError

    def generator(self, real_logits, fake_logits):
        """What the generator wants small; `real_logits` is None unless `compares_pairs`."""
        raise NotImplementedError
