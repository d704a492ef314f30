"""LeCam: a penalty for little data."""

import keras
from keras import ops

from keras_gan.penalties.base import Penalty
from keras_gan.penalties.scores import scores


@keras.saving.register_keras_serializable(package="keras_gan")
class LeCam(Penalty):
    """Draws scores of real samples towards what fakes used to get, and those of fakes towards what real ones got.

    weight * ((D(x) - a_fake)^2 + (D(G(z)) - a_real)^2)

    as in the paper; the authors' code leaves out what lies on the far side of each average, and begins later.
    Here D is the logit and a_real, a_fake are moving averages of the logits,
    which start at 0, belong to the model and are saved with it.

    Args:
        weight: lambda in the paper, 0.3 in the authors' BigGAN on CIFAR-10.
        decay: of the averages, per batch, in [0, 1). 0.99 in the authors' code.

    Source: Tseng et al., 2021, https://arxiv.org/abs/2104.03310
    """

    def __init__(self, weight=0.3, decay=0.99):
        super().__init__(weight)
        if not 0 <= decay < 1:
            raise ValueError(f"Expected `decay` in [0, 1). Received: decay={decay}.")
        self.decay = decay

    def build(self, add_weight):
        self.real_anchor, self.fake_anchor = (
            add_weight(name=name, shape=(), initializer="zeros", trainable=False, aggregation="mean")
            for name in ("lecam_real_anchor", "lecam_fake_anchor")
        )

    def __call__(self, critic, real, fake, seed=None):
        real_scores, fake_scores = scores(critic, real), scores(critic, fake)
        self._follow(self.real_anchor, real_scores)
        self._follow(self.fake_anchor, fake_scores)
        real_anchor, fake_anchor = (
            ops.cast(anchor.value, real_scores.dtype) for anchor in (self.real_anchor, self.fake_anchor)
        )
        away = ops.square(real_scores - fake_anchor) + ops.square(fake_scores - real_anchor)
        return self.weight * away

    def _follow(self, anchor, scores):
        mean = ops.cast(ops.stop_gradient(ops.mean(scores)), anchor.dtype)
        anchor.assign(mean + self.decay * (anchor.value - mean))
