"""ADA: augmentation that is as strong as the discriminator makes it."""

import keras
from keras import ops

from keras_gan.augmentation import colour, geometry
from keras_gan.augmentation.base import Augmentation

PIPELINE = (
    geometry.translate_reflected,
    geometry.scale,
    colour.normal_brightness,
    colour.lognormal_contrast,
    colour.lognormal_saturation,
)


@keras.saving.register_keras_serializable(package="keras_gan")
class RandomAugment(Augmentation):
    """ADA's pipeline at a probability that is given: shift, scale, brightness, contrast, saturation.

    Args:
        probability: see `Augmentation`. R3GAN raises it from 0 to 0.55 on a cosine.
        flips: True for subjects whose mirror images are as good, such as faces, and
            not digits: the generator then may make both.

    Source: Karras et al., 2020, https://arxiv.org/abs/2006.06676, of whose pipeline
    rotation, anisotropic scaling, hue, filters and noise are left out
    """

    def __init__(self, probability=0.2, flips=False):
        super().__init__(probability)
        self.flips = flips
        self.transforms = ((geometry.flip,) if flips else ()) + PIPELINE


@keras.saving.register_keras_serializable(package="keras_gan")
class ADA(RandomAugment):
    """Raises the probability while the discriminator overfits, and lowers it again.

    Every 4 batches

        p += sign(E[sign D(real)] - target) * images in those batches / 500,000

    with p kept in [0, highest]: it can go from 0 to 1 in 500,000 images. Overfitting
    shows in the share of real samples that are read as real. D(real) counts from the
    loss's `boundary`: 0 for bce, minimax and hinge, as in the paper; halfway between the
    targets of least squares, or between both sides' mean scores where only differences matter.

    p begins at 0, belongs to the model and is saved with it; read it with
    `float(gan.augmentation.probability)`.

    Args:
        target: mean sign of the logits of real samples, in (-1, 1); 0.6 in the paper.
        highest: the largest p, in (0, 1]. Above 0.8 augmented images leak into the
            samples (section 2.2 of the paper).
        flips: see `RandomAugment`.
        speed_images: images in which p goes from 0 to 1.

    Source: Karras et al., 2020, https://arxiv.org/abs/2006.06676
    """

    adapts = True
    interval_batches = 4

    def __init__(self, target=0.6, highest=0.8, flips=False, speed_images=500_000):
        super().__init__(0.0, flips)
        if not -1 < target < 1 or not 0 < highest <= 1 or not speed_images > 0:
            raise ValueError(
                "Expected `target` in (-1, 1), `highest` in (0, 1] and `speed_images` above 0. "
                f"Received: target={target}, highest={highest}, speed_images={speed_images}."
            )
        self.target = target
        self.highest = highest
        self.speed_images = speed_images

    def build(self, add_weight):
        self.probability, self.signs, self.batches = (
            add_weight(name=name, shape=(), initializer="zeros", trainable=False, aggregation="mean")
            for name in ("augmentation_probability", "augmentation_signs", "augmentation_batches")
        )

    def observe(self, real_logits, examples):
        sign = ops.cast(ops.stop_gradient(ops.mean(ops.sign(real_logits))), self.signs.dtype)
        signs, batches = self.signs.value + sign, self.batches.value + 1
        due = ops.cast(batches >= self.interval_batches, "float32")
        images = ops.cast(examples, "float32") * self.interval_batches
        step = ops.sign(signs / batches - self.target) * images / self.speed_images
        self.probability.assign(ops.clip(self.probability.value + due * step, 0.0, self.highest))
        self.signs.assign((1 - due) * signs)
        self.batches.assign((1 - due) * batches)
