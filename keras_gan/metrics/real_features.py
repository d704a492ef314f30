"""What an extractor sees in the real images, computed once and kept in the cache."""

from keras_gan.cache import cached
from keras_gan.metrics.extractors.base import Extraction, as_images, as_pixels, content_hash
from keras_gan.metrics.frechet import feature_statistics


def real_extraction(extractor, images):
    """Returns `extractor.extract(images)`, from the cache where these images were seen by this extractor before.

    The file is named by the hashes of both, written atomically, and made anew where it is damaged.

    Args:
        extractor: an `Extractor`.
        images: `(n, h, w, c)` floats in [-1, 1] or uint8.
    """
    pixels = as_pixels(as_images(images, extractor.image_shape))

    def make():
        extraction = extractor.extract(pixels)
        return extraction[: 1 if extraction.probabilities is None else 2]

    arrays = cached(f"features-{_key(extractor, pixels)}.npz", make)
    return Extraction(arrays[0], arrays[1] if len(arrays) == 2 else None)


def real_statistics(extractor, images):
    """Returns mean `(d,)` and covariance `(d, d)` of the features of real images, in float64, cached likewise."""
    pixels = as_pixels(as_images(images, extractor.image_shape))

    def make():
        return feature_statistics(real_extraction(extractor, pixels).features)

    return cached(f"statistics-{_key(extractor, pixels)}.npz", make)


def _key(extractor, pixels):
    if not extractor.hash:
        raise ValueError(
            f"An extractor needs a `hash` that changes when its features do. Received: {extractor!r}. Set it, for "
            "instance to metrics.extractors.base.content_hash of its weights."
        )
    return f"{extractor.name}-{extractor.hash}-{content_hash(pixels)}"
