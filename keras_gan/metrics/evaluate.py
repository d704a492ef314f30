"""All scores of a set of samples, in one call."""

import numpy as np

from keras_gan.cache import cached
from keras_gan.metrics.extractors import get_extractor
from keras_gan.metrics.extractors.base import as_images, as_pixels, content_hash
from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception_score import inception_score
from keras_gan.metrics.kernel import kernel_distance, usual_subset_size
from keras_gan.metrics.modes import class_agreement, class_coverage, confident_share
from keras_gan.metrics.neighbours import memorisation
from keras_gan.metrics.precision_recall import precision_recall
from keras_gan.metrics.real_features import real_extraction
from keras_gan.metrics.score import Protocol, Score
from keras_gan.metrics.two_sample import two_sample_test

RECIPE = "floors 5"  # change it whenever a score's value changes
SUBSETS = 100  # of the kernel distance


def evaluate_samples(
    real_train,
    real_test,
    samples,
    extractor="patches",
    *,
    train_labels=None,
    test_labels=None,
    labels=None,
    split="test",
    k=5,
    seed=0,
):
    """Compares samples with real images that the generator was not trained on.

    Every score comes with its protocol and its floor, what real images score in the samples' place. Floors do not
    depend on the samples and are cached.

    | scores | real images in the samples' place | needs |
    |---|---|---|
    | fid, kid, precision, recall, density, coverage, two_sample_accuracy, two_sample_p | as many of the training | |
    | memory_distance_ratio, memory_copied_share, memory_authenticity | the held-out ones | |
    | inception_score, confident_share, classes_reached, class_divergence (nats) | the same | probabilities |
    | class_agreement | the same, by `test_labels` | probabilities, and `labels` |

    Where there are fewer training images than samples, the first line's scores have no floor.

    Held-out images are the measure for what a classifier reads: it knows its training images by heart.

    "fid" and "kid" are the Frechet and the kernel distance under whichever extractor the protocol names.

    Args:
        real_train: `(n, h, w, c)` floats in [-1, 1] or uint8: all the images the generator was trained on.
        real_test: `(m, h, w, c)` likewise: held-out images.
        samples: `(s, h, w, c)` likewise.
        extractor: "patches", "reference" (which needs `train_labels`), "inception", or an `Extractor`.
        train_labels, test_labels: integers, one for each real image, or None.
        labels: integers `(s,)`: the class each sample was asked to be, or None.
        split: what the protocol calls `real_test`.
        k: the neighbour that sets the radius of precision, recall, density and coverage.
        seed: of the random subsets and the classifier. An extractor that is named is fitted with seed 0, so that
            scores of several seeds have one extractor.

    Returns:
        A dict from name to `Score`.

    Raises:
        ValueError: if shapes differ, images are not finite, or labels are missing where they are needed.
    """
    train, test, fake = (as_pixels(as_images(x)) for x in (real_train, real_test, samples))
    extractor = get_extractor(extractor, train, train_labels)
    seen_train, seen_test = real_extraction(extractor, train), real_extraction(extractor, test)
    seen_fake = extractor.extract(fake)
    if not extractor.reads_labels:  # but classes of its own
        train_labels = test_labels = None
    shares = _class_shares(seen_train, train_labels)
    hashes = [content_hash(x) for x in (train, test)]
    of_training = f"{len(train)} training images {hashes[0]}"

    values = {
        **_distances(seen_test.features, seen_fake.features, k, seed),
        **_memory(seen_train.features, seen_test.features, seen_fake.features, of_training),
        **_readings(seen_fake.probabilities, shares, labels if extractor.reads_labels else None, seed),
    }
    if labels is not None and "class_agreement" not in values:
        raise ValueError(
            f"Agreement with `labels` needs an extractor that reads their classes. Received: {extractor.name}. "
            'Pass extractor="reference" with `train_labels`, or leave `labels` out.'
        )

    def measure_floors():
        stand_in = np.random.default_rng(seed).permutation(len(train))[: len(fake)]
        few = len(stand_in) < len(fake)  # of whom all distances are larger
        floors = {
            **({} if few else _distances(seen_test.features, seen_train.features[stand_in], k, seed)),
            **_memory(seen_train.features, seen_test.features, seen_test.features, of_training),
            **_readings(seen_test.probabilities, shares, None, seed),
        }
        if test_labels is not None and shares is not None:
            agreement = class_agreement(seen_test.probabilities.argmax(axis=1), test_labels)
            floors["class_agreement"] = (agreement, None, "")
        return np.array(list(floors)), np.array([value for value, _, _ in floors.values()], "float64")

    given = [repr(None) if x is None else content_hash(np.asarray(x, "int64")) for x in (train_labels, test_labels)]
    key = content_hash(" ".join([RECIPE, extractor.name, extractor.hash, *hashes, *given, f"{len(fake)} {k} {seed}"]))
    floors = {str(name): float(value) for name, value in zip(*cached(f"floors-{key}.npz", measure_floors), strict=True)}

    stamp = (extractor.name, extractor.hash, split, hashes[1], len(test), len(fake), seed)
    return {
        name: Score(name, value, Protocol(*stamp, settings), floors.get(name), deviation)
        for name, (value, deviation, settings) in values.items()
    }


# Each of these returns a dict from name to (value, deviation, settings).


def _distances(real, fake, k, seed):
    size = usual_subset_size(real, fake)
    kid, two_sample = kernel_distance(real, fake, SUBSETS, size, seed), two_sample_test(real, fake, seed=seed)
    near = precision_recall(real, fake, k)._asdict()
    return {
        "fid": (frechet_distance(real, fake), None, ""),
        "kid": (kid.mean, kid.deviation, f"{SUBSETS} subsets of {size}"),
        **{name: (value, None, f"k={k}") for name, value in near.items()},
        "two_sample_accuracy": (two_sample.accuracy, None, ""),
        "two_sample_p": (two_sample.p_value, None, ""),
    }


def _memory(train, held_out, fake, settings):
    found = memorisation(train, held_out, fake)._asdict()
    return {f"memory_{name}": (value, None, settings) for name, value in found.items()}


def _readings(probabilities, shares, labels, seed):
    if probabilities is None:
        return {}
    classes = probabilities.argmax(axis=1)
    clear, coverage = inception_score(probabilities, seed=seed), class_coverage(classes, shares)
    readings = {
        "inception_score": (clear.mean, clear.deviation, "10 splits"),
        "confident_share": (confident_share(probabilities), None, "p > 0.9"),
        "classes_reached": (float(coverage.reached), None, "a tenth of the share"),
        "class_divergence": (coverage.divergence, None, ""),
    }
    if labels is not None:
        readings["class_agreement"] = (class_agreement(classes, labels), None, "")
    return readings


def _class_shares(seen_train, labels):
    """Counts of the classes in the data, by its labels or else as read; half an image keeps an empty class finite."""
    if seen_train.probabilities is None:
        return None
    classes = seen_train.probabilities.argmax(axis=1) if labels is None else np.asarray(labels)
    return np.maximum(np.bincount(classes, minlength=seen_train.probabilities.shape[1]), 0.5)
