"""Augmentations change what the discriminator sees, real and fake alike."""

from keras_gan import choice
from keras_gan.augmentation.ada import ADA, RandomAugment
from keras_gan.augmentation.base import Augmentation
from keras_gan.augmentation.diff_augment import DiffAugment

BY_NAME = {
    "ada": ADA,
    "diffaugment": DiffAugment,
    "random": RandomAugment,
}
ALL = list(dict.fromkeys(BY_NAME.values()))


def get(augmentation):
    """The augmentation of that name, of that config, or the augmentation itself.

    Raises:
        ValueError: for an unknown name, or anything that is no augmentation.
    """
    return choice.find(augmentation, Augmentation, BY_NAME, "augmentation")


__all__ = ["ADA", "Augmentation", "DiffAugment", "RandomAugment", "get"]
