"""Augmentation: what stands between samples and the discriminator's eyes."""

import keras
from keras import ops

from keras_gan.choice import Choice


class Augmentation(Choice):
    """Changes images at random before the discriminator sees them, so that it cannot learn them by heart.

    Real and fake images are changed alike, in the discriminator's and in the generator's turn.

    An augmentation is called as `augmentation(images, seed)`:

    - `images`: `(batch, height, width, channels)`, any size, in [-1, 1]; every
      change is differentiable in them, so that the generator learns through it.
    - `seed`: a `keras.random.SeedGenerator`.

    and returns images of the same shape and dtype, which may leave [-1, 1]. Each
    of the `transforms` happens to each image with the same `probability`,
    independently; with a probability of 0 the images stay what they are.

    Nothing leaks into the samples (the generator does not learn to make augmented
    images) while a probability is well below 1, or where a transform, such as a
    shift, happens to the data as well.

    Args:
        probability: in [0, 1]; a number or a schedule of `keras_gan.schedules`.
    """

    transforms = ()
    adapts = False  # whether its strength follows what it observes

    def __init__(self, probability=1.0):
        if isinstance(probability, (int, float)) and not 0 <= probability <= 1:
            raise ValueError(f"Expected `probability` in [0, 1]. Received: probability={probability}.")
        self.probability = probability

    def build(self, add_weight):
        """Create state, if there is any; `compile` calls it with the model's own `add_weight`."""

    def observe(self, real_logits, examples):
        """See what the discriminator says of augmented real samples, a batch of `examples` on all replicas together."""

    def check(self, shape):
        """Refuse samples that are no images.

        Raises:
            ValueError: if `shape`, of one sample, is not `(height, width, channels)` in numbers.
        """
        if not (isinstance(shape, tuple) and len(shape) == 3 and all(isinstance(size, int) for size in shape)):
            raise ValueError(
                f"{type(self).__name__} augments images of a known shape (height, width, channels). "
                f"Received: samples of shape {shape}. Pass `augmentation=None`."
            )

    def __call__(self, images, seed):
        augmented = ops.cast(images, "float32")
        for transform in self.transforms:
            chance = keras.random.uniform((ops.shape(images)[0], 1, 1, 1), seed=seed)
            augmented = ops.where(ops.less(chance, self.probability), transform(augmented, seed), augmented)
        return ops.cast(augmented, images.dtype)
