"""The `patches` extractor: features in closed form, from the training images alone, with no training."""

import numpy as np

from keras_gan.cache import cached
from keras_gan.metrics.extractors.base import Extraction, Extractor, as_images, as_pixels, content_hash

RECIPE = "patches 1"  # change it whenever the features change
SIDE = 6  # pixels
SAMPLED_PATCHES = 60_000
FILTERS = 160
REGIONS = 3  # per axis
COMPONENTS = 128
LEAST_CONTRAST = 0.08  # standard deviation, pixels in 0..1
CONTRAST_FLOOR = 0.05
WHITENING_FLOOR = 0.05
THRESHOLD = 0.3  # an activation counts where the cosine to a filter exceeds it


class PatchesExtractor(Extractor):
    """Compares each 6x6 patch of an image with 160 whitened patches of the training images.

    Patches are normalised and whitened; the activation of a filter is max(0, <patch, filter> - 0.3 |patch|), averaged
    over a 3x3 split of the image: 1,440 numbers, or `activations`. Standardised, and projected on the 128 leading
    principal directions of the training images, they are the features. Equal images give equal extractors, up to
    rounding and the signs of the directions, which no metric sees.

    Images larger than 42 pixels are looked at every second, third, ... pixel, so that about 26 x 26 patches remain.
    Fitting 60,000 images of 28x28 takes about half a minute of two cores; the result is cached.

    Args:
        train_images: `(n, h, w, c)` floats in [-1, 1] or uint8, at least 130 and each side at least 8 pixels.
        seed: chooses the patches.

    Raises:
        ValueError: if the images are too few, too small, or hold too few patches that are not flat.

    Source: this library; after Coates et al., 2011, https://proceedings.mlr.press/v15/coates11a.html
    """

    name = "patches"

    def __init__(self, train_images, seed=0):
        images = as_images(train_images)
        count, height, width, channels = images.shape
        if min(height, width) < SIDE + REGIONS - 1 or count < COMPONENTS + 2:
            raise ValueError(
                f"The patches extractor needs at least {COMPONENTS + 2} images of at least {SIDE + REGIONS - 1} x "
                f"{SIDE + REGIONS - 1} pixels. Received: shape {images.shape}."
            )
        self.image_shape = (height, width, channels)
        self.stride = max(1, round(min(height, width) / 28))
        pixels = as_pixels(images)
        self.hash = content_hash(f"{RECIPE} seed {seed}", pixels)
        parameters = cached(f"patches-{self.hash}.npz", lambda: self._fit(pixels, np.random.default_rng(seed)))
        self._whiten, self._filters, self._mean, self._deviation, self._directions = parameters

    def extract_batch(self, pixels):
        return Extraction(self.activations(pixels) @ self._directions, None)

    def activations(self, images):
        """Returns the standardised 1,440 numbers per image, float32, for images as `extract` takes them."""
        pixels = as_pixels(as_images(images, self.image_shape))
        return (self._raw_activations(pixels) - self._mean) / self._deviation

    def _fit(self, pixels, random):
        self._whiten, self._filters = _choose_filters(pixels, random)
        raw = self._raw_activations(pixels)
        mean, deviation = raw.mean(axis=0, dtype="float64"), raw.std(axis=0, dtype="float64") + 1e-6
        raw -= mean.astype("float32")
        raw /= deviation.astype("float32")
        _, directions = np.linalg.eigh((raw.T @ raw).astype("float64"))
        directions = directions[:, ::-1][:, :COMPONENTS]
        return tuple(x.astype("float32") for x in (self._whiten, self._filters, mean, deviation, directions))

    def _raw_activations(self, pixels):
        averages = _region_averages(self.image_shape, self.stride)
        # The last row takes 0.3 |patch| off, in the same product that compares the patch with every filter.
        filters = np.concatenate([self._filters, np.full((1, self._filters.shape[1]), -THRESHOLD, "float32")])
        result = np.empty((len(pixels), len(averages) * filters.shape[1]), "float32")
        step = max(1, 20_000 // averages.shape[1])  # images at a time, so that the arrays fit a processor's cache
        for start in range(0, len(pixels), step):
            some = pixels[start : start + step]
            patches = _every_patch(some, self.stride) @ self._whiten
            lengths = np.sqrt(np.einsum("ij,ij->i", patches, patches))[:, None]
            activations = np.concatenate([patches, lengths], axis=1) @ filters
            np.maximum(activations, 0, out=activations)
            regions = averages @ activations.reshape(len(some), averages.shape[1], -1)
            result[start : start + step] = regions.reshape(len(some), -1)
        return result


def _choose_filters(pixels, random):
    """Returns the whitening matrix `(p, p)` and the filters `(p, 160)`, where a patch holds p numbers."""
    count, height, width, _ = pixels.shape
    which = random.integers(count, size=SAMPLED_PATCHES)
    top = random.integers(height - SIDE + 1, size=SAMPLED_PATCHES)
    left = random.integers(width - SIDE + 1, size=SAMPLED_PATCHES)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (SIDE, SIDE), axis=(1, 2))
    patches = windows[which, top, left].reshape(SAMPLED_PATCHES, -1).astype("float32") / 255
    patches = _normalise(patches[patches.std(axis=1) > LEAST_CONTRAST])
    if len(patches) < FILTERS:
        raise ValueError(
            f"The training images must hold at least {FILTERS} patches that are not flat. "
            f"Received: {len(patches)} among {SAMPLED_PATCHES} random ones. Are the images blank?"
        )
    values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False))
    whiten = ((vectors / np.sqrt(np.maximum(values, 0) + WHITENING_FLOOR)) @ vectors.T).astype("float32")
    filters = patches[random.choice(len(patches), FILTERS, replace=False)] @ whiten
    return whiten, (filters / np.linalg.norm(filters, axis=1, keepdims=True)).T


def _every_patch(pixels, stride):
    """Returns all normalised patches of a few images, `(images * positions, p)` float32."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (SIDE, SIDE), axis=(1, 2))[:, ::stride, ::stride]
    patches = windows.reshape(-1, pixels.shape[-1] * SIDE * SIDE).astype("float32")
    return _normalise(patches / 255)


def _normalise(patches):
    patches = patches - patches.mean(axis=1, keepdims=True)
    deviation = np.sqrt(np.einsum("ij,ij->i", patches, patches) / patches.shape[1])
    patches /= deviation[:, None] + CONTRAST_FLOOR
    return patches


def _region_averages(image_shape, stride):
    """Returns the matrix `(9, positions)` that averages over a 3x3 split of the patch positions."""
    rows, columns = ((side - SIDE) // stride + 1 for side in image_shape[:2])
    averages = np.zeros((REGIONS, REGIONS, rows, columns), "float32")
    row_edges, column_edges = (np.rint(np.linspace(0, n, REGIONS + 1)).astype(int) for n in (rows, columns))
    for i in range(REGIONS):
        for j in range(REGIONS):
            averages[i, j, row_edges[i] : row_edges[i + 1], column_edges[j] : column_edges[j + 1]] = 1
    averages = averages.reshape(REGIONS**2, -1)
    return averages / averages.sum(axis=1, keepdims=True)
