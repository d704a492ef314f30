"""Changes of colour: images `(batch, height, width, channels)` and a seed to images; each image by its own amount."""

import keras
from keras import ops

from keras_gan import backend


def one_per_image(images):
    return (ops.shape(images)[0], 1, 1, 1)


def shift_brightness(images, seed):
    """Add u, uniform in [-0.5, 0.5]. From DiffAugment, which has the three uniform ones."""
    return images + keras.random.uniform(one_per_image(images), -0.5, 0.5, seed=seed)


def scale_saturation(images, seed):
    """Move the channels away from their mean, or towards it, by a factor uniform in [0, 2]."""
    grey = ops.mean(images, axis=3, keepdims=True)
    return grey + (images - grey) * keras.random.uniform(one_per_image(images), 0.0, 2.0, seed=seed)


def scale_contrast(images, seed):
    """Move the pixels away from the image's mean, or towards it, by a factor uniform in [0.5, 1.5]."""
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * keras.random.uniform(one_per_image(images), 0.5, 1.5, seed=seed)


def normal_brightness(images, seed):
    """Add a normal amount of standard deviation 0.2. From ADA, which has the three normal ones."""
    return images + 0.2 * backend.normal(one_per_image(images), seed)


def lognormal_contrast(images, seed):
    """Multiply by 2^(n / 2), n normal."""
    return images * ops.power(2.0, 0.5 * backend.normal(one_per_image(images), seed))


def lognormal_saturation(images, seed):
    """Move the channels away from their mean, or towards it, by a factor of 2^n, n normal."""
    grey = ops.mean(images, axis=3, keepdims=True)
    return grey + (images - grey) * ops.power(2.0, backend.normal(one_per_image(images), seed))
