"""Schedules: numbers that change while training, as functions of the examples seen.

Because they depend on nothing else, a resumed run goes on exactly, and a run with
twice the batch size takes the same course. A schedule fits wherever an argument
says so: `penalties.R1(weight=Cosine(...))`, `GAN(ema_half_life_images=Linear(...))`,
`augmentation.RandomAugment(probability=Cosine(...))`. `LearningRate` makes it fit a
Keras optimizer.
"""

import math

import keras
from keras import ops

from keras_gan.choice import Choice


class Schedule(Choice):
    """A number for every count of examples seen."""

    def value_at(self, examples_seen):
        """The value, a float32 scalar; `examples_seen` is an integer of at least 0, Python's or a tensor."""
        raise NotImplementedError


def value_at(value, examples_seen):
    """The value of a schedule, or of a number, which does not change."""
    return value.value_at(examples_seen) if isinstance(value, Schedule) else value


def get(value):
    """A number or a schedule, also one that a saved config describes."""
    return keras.saving.deserialize_keras_object(value) if isinstance(value, dict) else value


@keras.saving.register_keras_serializable(package="keras_gan")
class Constant(Schedule):
    """The same value all the time.

    Args:
        value: a number.
    """

    def __init__(self, value):
        self.value = value

    def value_at(self, examples_seen):
        return ops.convert_to_tensor(self.value, "float32")


@keras.saving.register_keras_serializable(package="keras_gan")
class Linear(Schedule):
    """Goes from one value to another on a straight line, and stays there.

    value = start + (end - start) * min(1, examples_seen / examples)

    Args:
        start, end: numbers.
        examples: examples seen when `end` is reached, above 0.
    """

    def __init__(self, start, end, examples):
        self.start, self.end = start, end
        self.examples = positive(examples)

    def value_at(self, examples_seen):
        return self.start + (self.end - self.start) * self.course(progress(examples_seen, self.examples))

    def course(self, progress):
        return progress


@keras.saving.register_keras_serializable(package="keras_gan")
class Cosine(Linear):
    """Goes from one value to another on half a cosine wave, slow at both ends, and stays there.

    value = start + (end - start) * (1 - cos(pi * min(1, examples_seen / examples))) / 2

    Args:
        start, end: numbers.
        examples: examples seen when `end` is reached, above 0.

    Source: Loshchilov & Hutter, 2017, https://arxiv.org/abs/1608.03983, without restarts
    """

    def course(self, progress):
        return (1 - ops.cos(math.pi * progress)) / 2


@keras.saving.register_keras_serializable(package="keras_gan")
class Warmup(Schedule):
    """Grows from 0 on a straight line, then follows another schedule.

    value = then * min(1, examples_seen / examples)

    Args:
        then: a number or a schedule; it runs from the start, warm-up or not.
        examples: length of the warm-up in examples, above 0.
    """

    def __init__(self, then, examples):
        self.then = then
        self.examples = positive(examples)

    def value_at(self, examples_seen):
        return value_at(self.then, examples_seen) * progress(examples_seen, self.examples)


@keras.saving.register_keras_serializable(package="keras_gan")
class LearningRate(Choice, keras.optimizers.schedules.LearningRateSchedule):
    """A schedule as the learning rate of a Keras optimizer, which counts its own steps.

    Args:
        schedule: of the learning rate.
        batch_size: examples per step of that optimizer; for the generator's,
            the batch size times `discriminator_steps`. A smaller last batch counts as
            a whole one, and a step that loss scaling in float16 leaves out as none.

    Example:
        keras.optimizers.Adam(LearningRate(Cosine(2e-4, 5e-6, examples=3_000_000), batch_size=64))
    """

    def __init__(self, schedule, batch_size):
        self.schedule = schedule
        self.batch_size = positive(batch_size, "batch_size")

    def __call__(self, step):
        return self.schedule.value_at(ops.cast(step, "float32") * self.batch_size)


def progress(examples_seen, examples):
    """How much of `examples` was seen, in [0, 1]."""
    return ops.minimum(ops.cast(examples_seen, "float32") / examples, 1.0)


def positive(count, name="examples"):
    if not count > 0:
        raise ValueError(f"Expected `{name}` above 0. Received: {name}={count}.")
    return count
