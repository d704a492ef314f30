"""What every extractor is: images in, features out, under a name and a hash."""

import hashlib
from typing import NamedTuple

import numpy as np

from keras_gan.images import to_uint8


class Extraction(NamedTuple):
    """Features `(n, d)` float32, and class probabilities `(n, classes)` float32, or None where there are none."""

    features: np.ndarray
    probabilities: np.ndarray | None


class Extractor:
    """Turns images into features, in batches, after rounding them to uint8 as an image file would.

    A subclass sets `name`, `hash` and `image_shape` and implements `extract_batch`.

    Attributes:
        name: what scores call it.
        hash: hexadecimal digits that change when the features do.
        image_shape: `(height, width, channels)`, or None for any.
        batch_size: images at a time.
        reads_labels: whether its classes, if it reads any, are those that the data's labels number.
    """

    name = None
    hash = None
    image_shape = None
    batch_size = 500
    reads_labels = True

    def extract_batch(self, pixels):
        """Returns an `Extraction` of uint8 images `(n, h, w, c)`."""
        raise NotImplementedError

    def extract(self, images):
        """Returns the `Extraction` of images `(n, h, w, c)`: floats in [-1, 1], or uint8.

        Raises:
            ValueError: if the images are of another shape, or hold NaN or infinity.
        """
        images = as_images(images, self.image_shape)
        starts = range(0, len(images), self.batch_size)
        parts = [self.extract_batch(as_pixels(images[i : i + self.batch_size])) for i in starts]
        features = np.concatenate([part.features for part in parts])
        if parts[0].probabilities is None:
            return Extraction(features, None)
        return Extraction(features, np.concatenate([part.probabilities for part in parts]))

    def __repr__(self):
        return f"<extractor {self.name} {self.hash}>"


def as_images(images, shape=None):
    """Returns images as an array `(n, h, w, c)`; raises ValueError where they are none, or not of `shape`."""
    images = np.asarray(images)
    if images.ndim != 4 or len(images) == 0 or (shape is not None and images.shape[1:] != tuple(shape)):
        wanted = "(n, height, width, channels)" if shape is None else f"(n, {', '.join(map(str, shape))})"
        raise ValueError(f"Images must have shape {wanted}, with n >= 1. Received: shape {images.shape}.")
    return images


def as_pixels(images):
    """Returns images as uint8, from uint8 or from floats in [-1, 1]; raises ValueError for anything else."""
    if images.dtype == np.uint8:
        return images
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"Images must be floats in [-1, 1] or uint8. Received: dtype {images.dtype}.")
    low, high = images.min(), images.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(
            "Images must be finite. Received: NaN or infinity. "
            "A generator that diverged makes such images: go back to an earlier checkpoint."
        )
    if low < -1.5 or high > 1.5:
        raise ValueError(f"Float images must lie in [-1, 1]. Received: values from {low:.4g} to {high:.4g}.")
    return to_uint8(images)


def content_hash(*things):
    """Sixteen hexadecimal digits of SHA-256 over arrays (their shapes, types and bytes) and strings."""
    digest = hashlib.sha256()
    for thing in things:
        if isinstance(thing, str):
            digest.update(thing.encode())
        else:
            array = np.ascontiguousarray(thing)
            digest.update(f"{array.dtype.str} {array.shape} ".encode())
            digest.update(array.data)
    return digest.hexdigest()[:16]
