"""Extractors: images in, features out, under a name and a hash."""

from keras_gan.metrics.extractors.base import Extraction, Extractor
from keras_gan.metrics.extractors.keras_model import KerasExtractor, inception_extractor
from keras_gan.metrics.extractors.patches import PatchesExtractor
from keras_gan.metrics.extractors.reference import ReferenceExtractor
from keras_gan.metrics.extractors.ridge import RidgeClassifier

__all__ = [
    "Extraction",
    "Extractor",
    "KerasExtractor",
    "PatchesExtractor",
    "ReferenceExtractor",
    "RidgeClassifier",
    "get_extractor",
    "inception_extractor",
]


def get_extractor(extractor, train_images=None, train_labels=None, seed=0):
    """Returns an extractor by its name, fitted to the training images, or the given `Extractor` itself.

    Args:
        extractor: "patches", "reference", "inception", or an `Extractor`.
        train_images: `(n, h, w, c)`, which the first two are fitted to.
        train_labels: integers `(n,)`, which "reference" needs.
        seed: of the fit.

    Raises:
        ValueError: if the name is unknown, or what the extractor is fitted to is missing.
    """
    if isinstance(extractor, Extractor):
        return extractor
    if extractor == "inception":
        return inception_extractor()
    if extractor not in ("patches", "reference"):
        raise ValueError(
            '`extractor` must be "patches", "reference", "inception" or an Extractor. '
            f"Received: {extractor!r}. Wrap a Keras model in KerasExtractor(model, name)."
        )
    if train_images is None or (extractor == "reference" and train_labels is None):
        raise ValueError(
            f"The {extractor!r} extractor is fitted to training images"
            f"{' and their labels' if extractor == 'reference' else ''}. "
            f"Received: train_images {'missing' if train_images is None else 'given'}, "
            f"train_labels {'missing' if train_labels is None else 'given'}."
        )
    if extractor == "patches":
        return PatchesExtractor(train_images, seed)
    return ReferenceExtractor(train_images, train_labels, seed)
