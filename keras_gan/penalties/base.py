"""Penalty: what every penalty on the discriminator's slopes answers."""


class Penalty:
    """Measures how steep the discriminator is, given its scores and no network.

    A penalty is called as `penalty(critic, real, fake, seed)`:

    - `critic`: maps samples to one score each, shape `(batch,)`.
    - `real`, `fake`: samples of equal shape `(batch, ...)`, in [-1, 1].
    - `seed`: a `keras.random.SeedGenerator` for penalties that draw noise.

    and returns one non-negative value per sample, shape `(batch,)`, its weight included.

    Args:
        weight: factor of the penalty in the discriminator's loss.
    """

    def __init__(self, weight):
        if weight < 0:
            raise ValueError(f"Expected a penalty weight of at least 0. Received: weight={weight}.")
        self.weight = weight

    def __call__(self, critic, real, fake, seed=None):
        raise NotImplementedError

    def get_config(self):
        return {"weight": self.weight}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __repr__(self):
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({arguments})"
