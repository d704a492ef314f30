"""DiffAugment: the same few changes all the time."""

import keras

from keras_gan.augmentation import colour, geometry
from keras_gan.augmentation.base import Augmentation

POLICIES = {
    "color": (colour.shift_brightness, colour.scale_saturation, colour.scale_contrast),
    "translation": (geometry.translate,),
    "cutout": (geometry.cutout,),
}


@keras.saving.register_keras_serializable(package="keras_gan")
class DiffAugment(Augmentation):
    """Colour, place and holes, for GANs that have little data.

    Args:
        policy: "color", "translation" and "cutout", or some of them, separated by
            commas. All three suit 100 images, the first two 10,000.
        probability: see `Augmentation`; 1 in the paper.

    Raises:
        ValueError: for an unknown policy.

    Source: Zhao et al., 2020, https://arxiv.org/abs/2006.10738
    """

    def __init__(self, policy="color,translation,cutout", probability=1.0):
        super().__init__(probability)
        chosen = policy.split(",") if isinstance(policy, str) else [policy]
        if not all(each in POLICIES for each in chosen):
            raise ValueError(
                f"Expected `policy` to name some of {sorted(POLICIES)}, separated by commas. "
                f"Received: policy={policy!r}."
            )
        self.policy = policy
        self.transforms = tuple(transform for each in chosen for transform in POLICIES[each])
