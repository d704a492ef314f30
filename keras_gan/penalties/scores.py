"""The critic's scores, for penalties that compare scores and not slopes."""

from keras import ops

from keras_gan import backend


def scores(critic, samples):
    """The critic's scores, shape `(batch,)`, differentiable; its batch statistics stay where they are.

    They are taken as the slope of `factor * score` in a factor of 1, since
    that is what the backend takes without touching statistics, on a
    scope of its own and differentiable once more.
    """
    factors = ops.ones((ops.shape(samples)[0],), samples.dtype)
    return backend.input_gradients(lambda factors: factors * critic(samples), factors)
