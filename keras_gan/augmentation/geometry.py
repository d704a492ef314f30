"""Changes of place: images `(batch, height, width, channels)` and a seed to images; each image by its own amount.

Shifts and scalings read rows and columns apart. Each is then a product with a
small matrix, whose slopes are products again: fast and equal on every backend,
of static shape under XLA, and differentiable as often as one likes.
"""

import keras
from keras import ops

from keras_gan import backend

SHIFT = 1 / 8  # of the sides, the farthest; both papers'
CUTOUT = 1 / 2  # of the sides


def translate(images, seed):
    """Shift by whole pixels, up to 1/8 of the sides, and fill with 0, the grey between black and white."""
    height, width = images.shape[1:3]
    return resample(images, shifted(images, height, seed), shifted(images, width, seed))


def translate_reflected(images, seed):
    """Shift by whole pixels, up to 1/8 of the sides, and fill by reflection."""
    height, width = images.shape[1:3]
    rows, columns = shifted(images, height, seed), shifted(images, width, seed)
    return resample(images, reflected(rows, height), reflected(columns, width))


def scale(images, seed):
    """Make everything 2^(0.2 n) times as large, n normal, about the centre; fill by reflection."""
    height, width = images.shape[1:3]
    factor = ops.clip(ops.power(2.0, 0.2 * backend.normal((ops.shape(images)[0], 1), seed)), 0.5, 2.0)
    rows, columns = (
        (size - 1) / 2 + (ops.arange(size, dtype="float32") - (size - 1) / 2) / factor for size in (height, width)
    )
    return resample(images, reflected(rows, height), reflected(columns, width))


def flip(images, seed):
    """Swap left and right in half of the images."""
    chosen = keras.random.uniform((ops.shape(images)[0], 1, 1, 1), seed=seed) < 0.5
    return ops.where(chosen, ops.flip(images, axis=2), images)


def cutout(images, seed):
    """Set a square of half the sides to 0, anywhere, also partly outside."""
    height, width = images.shape[1:3]
    hidden = inside(images, height, seed)[:, :, None, None] * inside(images, width, seed)[:, None, :, None]
    return images * (1 - hidden)


def shifted(images, size, seed):
    """Where each pixel of a side comes from, `(batch, size)`: its own place, shifted by a whole number."""
    farthest = int(size * SHIFT + 0.5)
    share = keras.random.uniform((ops.shape(images)[0], 1), seed=seed)
    shift = ops.minimum(ops.floor(share * (2 * farthest + 1)), 2 * farthest) - farthest
    return ops.arange(size, dtype="float32") + shift


def inside(images, size, seed):
    """1.0 where a stretch of `CUTOUT` of the side lies, `(batch, size)`."""
    length = int(size * CUTOUT + 0.5)
    share = keras.random.uniform((ops.shape(images)[0], 1), seed=seed)
    start = ops.floor(share * (size + 1 - length % 2)) - length // 2
    place = ops.arange(size, dtype="float32")
    return ops.cast(ops.logical_and(place >= start, place < start + length), "float32")


def reflected(places, size):
    """Places outside [0, size - 1] as a mirror at the edge shows them, up to one image's width away."""
    return (size - 1) - ops.abs((size - 1) - ops.abs(places))


def resample(images, rows, columns):
    """The images at the given places, each `(batch, side)`, linear between pixels and 0 outside."""
    images = ops.einsum("bij,bjwc->biwc", weights(rows), images)
    return ops.einsum("bij,bhjc->bhic", weights(columns), images)


def weights(places):
    """How much of which pixel stands at a place: `(batch, place, pixel)`."""
    pixels = ops.arange(places.shape[1], dtype="float32")
    return ops.relu(1 - ops.abs(places[:, :, None] - pixels))
