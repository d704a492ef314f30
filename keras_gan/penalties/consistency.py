"""Consistency: a change that means nothing shall not change the score."""

import keras
from keras import ops

from keras_gan import backend
from keras_gan.penalties.base import Penalty
from keras_gan.penalties.scores import scores


@keras.saving.register_keras_serializable(package="keras_gan")
class Consistency(Penalty):
    """Asks for the same score of a sample and of its augmented twin.

    weight * ((D(x) - D(T(x)))^2 + (D(G(z)) - D(T(G(z))))^2)

    where D is the logit and T the augmentation.

    Args:
        weight: lambda in the paper, which uses 10.
        interval: see `Penalty`.
        augmentation: called as `augmentation(samples, seed)`, for example
            `keras_gan.augmentation.DiffAugment("translation")`, a shift as in the
            paper. None adds noise of standard deviation 0.05, which fits samples
            of any kind.
        fakes: False leaves out the fakes' term, as in the first paper (CR-GAN).

    Source: Zhang et al., 2020, https://arxiv.org/abs/1910.12027, and with the
    fakes (bCR) Zhao et al., 2021, https://arxiv.org/abs/2002.04724
    """

    def __init__(self, weight=10.0, interval=1, augmentation=None, fakes=True):
        super().__init__(weight, interval)
        if augmentation is not None and not callable(augmentation):
            raise ValueError(
                "Expected `augmentation` to be called as augmentation(samples, seed). "
                f"Received: augmentation={augmentation!r}. Try keras_gan.augmentation.DiffAugment()."
            )
        if getattr(augmentation, "adapts", False):
            raise ValueError(
                f"Expected one of a strength of its own. Received: {type(augmentation).__name__}, which learns it "
                "as `compile(augmentation=...)` alone, and does nothing here. Try keras_gan.augmentation.DiffAugment()."
            )
        self.augmentation = augmentation
        self.fakes = fakes

    def __call__(self, critic, real, fake, seed=None):
        values = self._change(critic, real, seed)
        if self.fakes:
            values = values + self._change(critic, fake, seed)
        return self.weight * values

    def _change(self, critic, samples, seed):
        twins = (self.augmentation or noisy)(samples, seed)
        return ops.square(scores(critic, samples) - scores(critic, twins))


def noisy(samples, seed):
    return samples + 0.05 * ops.cast(backend.normal(ops.shape(samples), seed), samples.dtype)
