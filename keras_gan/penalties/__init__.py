"""Penalties hold the discriminator back, most of them by its slopes."""

from keras_gan import choice
from keras_gan.penalties.base import Penalty
from keras_gan.penalties.consistency import Consistency
from keras_gan.penalties.lecam import LeCam
from keras_gan.penalties.one_centred import Dragan, GradientPenalty
from keras_gan.penalties.zero_centred import R1, R2

BY_NAME = {
    "gradient_penalty": GradientPenalty,
    "wgan_gp": GradientPenalty,
    "r1": R1,
    "r2": R2,
    "dragan": Dragan,
    "lecam": LeCam,
    "consistency": Consistency,
}
ALL = list(dict.fromkeys(BY_NAME.values()))


def get(penalty):
    """The penalty of that name, of that config, or the penalty itself.

    Raises:
        ValueError: for an unknown name, or anything that is no penalty.
    """
    return choice.find(penalty, Penalty, BY_NAME, "penalties")


def several(penalties):
    """None, one penalty or several, as a tuple of penalties."""
    if penalties is None:
        return ()
    return tuple(get(each) for each in (penalties if isinstance(penalties, (list, tuple)) else (penalties,)))


__all__ = ["Consistency", "Dragan", "GradientPenalty", "LeCam", "Penalty", "R1", "R2", "get", "several"]
