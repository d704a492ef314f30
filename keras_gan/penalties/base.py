"""Penalty: what every penalty on the discriminator answers."""

import keras
from keras import ops

from keras_gan.choice import Choice


class Penalty(Choice):
    """Measures the discriminator beyond its loss, most often its slopes, given its scores and no network.

    A penalty is called as `penalty(critic, real, fake, seed)`:

    - `critic`: maps samples to one score each, shape `(batch,)`.
    - `real`, `fake`: samples of equal shape `(batch, ...)`, in [-1, 1], as the
      discriminator sees them (augmented, if they are).
    - `seed`: a `keras.random.SeedGenerator` for penalties that draw noise.

    and returns one non-negative value per sample, shape `(batch,)`, its weight included.
    The model averages them over the batch and adds them to the discriminator's loss.

    Args:
        weight: factor of the penalty in the discriminator's loss, at least 0; a
            number or a schedule of `keras_gan.schedules`.
        interval: a lazy penalty is taken on every batch of this number only, and
            weighs as many times more there. That saves its cost on the others and
            leaves its mean slope as it is. (So SGD moves the weights as far. Adam
            divides by the root of the mean square, which a lazy penalty raises:
            where its slope is most of it, by up to the root of the interval.)

    A lazy penalty joins the loss of its batch, in one optimizer step. StyleGAN2
    (Karras et al., 2020, https://arxiv.org/abs/1912.04958, appendix B) takes a step
    of its own for it, k + 1 steps in k batches, and makes up for the surplus with
    the learning rate times c and Adam's betas to the power c, c = k / (k + 1).
    Here there is no surplus: k steps are k steps, so the optimizer is right as it
    is, and the learning rate 0.0025 of a StyleGAN2 is 0.0025 (not times 16 / 17).
    """

    interval = 1
    takes_slopes = False  # of each sample's score in that sample alone

    def __init__(self, weight, interval=1):
        if isinstance(weight, (int, float)) and weight < 0:
            raise ValueError(f"Expected a penalty weight of at least 0. Received: weight={weight}.")
        if not isinstance(interval, int) or interval < 1:
            raise ValueError(f"Expected `interval` to be a whole number of at least 1. Received: interval={interval}.")
        self.weight = weight
        self.interval = interval

    def build(self, add_weight):
        """Create state, if the penalty has any; `compile` calls it with the model's own `add_weight`."""

    def __call__(self, critic, real, fake, seed=None):
        raise NotImplementedError

    def loss(self, critic, real, fake, seed, due=True):
        """The penalty's part of a batch's loss, a scalar: a lazy one rests, and is 0, where it isn't `due`."""
        if self.interval == 1:
            return ops.mean(self(critic, real, fake, seed))
        drawn = DrawnSeed(seed)
        return ops.cond(
            due,
            lambda: self.interval * ops.mean(self(critic, real, fake, drawn)),
            lambda: ops.zeros((), real.dtype),
        )


class DrawnSeed(keras.random.SeedGenerator):
    """Hands out seeds without assigning to a variable, which JAX does not allow inside a branch.

    It draws once from another generator and counts on from there in the half of
    the state that no other draw of that generator moves.
    """

    def __init__(self, seed):
        self.state = seed.next()

    def next(self, ordered=True):
        self.state = self.state + ops.convert_to_tensor([7919, 0], self.state.dtype)
        return self.state


def sum_over_sample(values):
    """Sum over everything but the batch, shape `(batch,)`."""
    return ops.sum(ops.reshape(values, (ops.shape(values)[0], -1)), axis=1)


def norm_over_sample(values):
    """Length of each sample, shape `(batch,)`, with slope 0 instead of infinity where it is 0."""
    squares = sum_over_sample(ops.square(values))
    positive = squares > 0
    return ops.where(positive, ops.sqrt(ops.where(positive, squares, 1.0)), 0.0)


def one_per_sample(samples):
    """The shape `(batch, 1, 1, ...)` of one number for each sample."""
    return (ops.shape(samples)[0], *[1] * (len(samples.shape) - 1))
