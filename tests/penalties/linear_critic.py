"""A linear critic, whose slope is the same everywhere and known."""

import keras
import numpy as np
from keras import ops

from keras_gan import penalties


def linear(*slope):
    """score = slope . sample; samples `(batch, len(slope))`."""
    slope = np.asarray(slope, "float32")
    return lambda samples: ops.sum(samples * slope, axis=1)


def built(penalty):
    """With the state that a model would give it."""
    penalty.build(lambda **how: keras.Variable(how["initializer"], how["shape"], trainable=False, name=how["name"]))
    return penalty


def samples(count=4, seed=0):
    """Real and fake samples `(count, 2)`."""
    values = np.random.default_rng(seed).uniform(-1, 1, (2, count, 2)).astype("float32")
    return tuple(ops.convert_to_tensor(each) for each in values)


def array(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


def values(penalty, critic, real=None, fake=None, seed=0):
    if real is None:
        real, fake = samples()
    return array(penalty(critic, real, fake, keras.random.SeedGenerator(seed)))


def every_penalty():
    return [built(each()) for each in penalties.ALL]
