"""Evaluation: the scores of a trained generator, beside what real images reach."""

import contextlib
import json
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from keras_gan import datasets, latents, metrics
from keras_gan.models.evaluating import classes_like
from keras_gan.recipes.run_folder import RunFolder, write_json
from keras_gan.recipes.sampling import open_generator

HELD_OUT_EVERY = 6  # where a dataset has no test split, every 6th training image stands in for one


class RealImages(NamedTuple):
    """Images float32 `(n, h, w, c)` and labels `(n,)` or None, of the training and of the comparison."""

    train: np.ndarray
    train_labels: np.ndarray | None
    test: np.ndarray
    test_labels: np.ndarray | None
    split: str  # what `test` is


def evaluate(source, extractor=None, count=10_000, seed=0, dataset=None, report=print):
    """Score a generator against the images it was trained on and the test images of the same dataset.

    Args:
        source: a run's folder, a SavedModel's folder or a `.keras` file.
        extractor: "patches", "reference", "both" of them, or "inception". None: both where the images have labels,
            else "patches".
        count: how many samples to score.
        seed: of the samples, and of the evaluation's own draws.
        dataset: as `datasets.load` takes it; None is the run's own.
        report: takes lines about what is being done.

    Returns:
        A dict from the extractor's name to its scores, as `metrics.evaluate_samples` returns them.

    Raises:
        ValueError: for a source that holds no generator, or one that does not say its dataset.
    """
    make, latent_shape, num_classes = open_generator(source)
    dataset = dataset or dataset_of(source)
    example = make(latents.draw(1, latent_shape, seed), *([np.zeros(1, "int32")] if num_classes else []))
    report(f"Loading {dataset}")
    real = real_images(dataset, np.shape(example)[1:])
    report(f"{len(real.train):,} training images; samples are compared with {len(real.test):,} images of: {real.split}")
    asked, known = asked_classes(real, num_classes, count, seed)
    with timed(report, f"Making {count:,} samples"):
        samples = np.asarray(make(latents.draw(count, latent_shape, seed), *([] if asked is None else [asked])))

    scores = {}
    for name in extractors(extractor, real.train_labels is not None):
        with timed(report, f"Extractor {name!r}: fitting it to the training images, or reading the fit from the cache"):
            fitted = metrics.get_extractor(name, real.train, real.train_labels)
        with timed(report, f"Extractor {name!r}: comparing samples, and real images among themselves for the floors"):
            scores[name] = metrics.evaluate_samples(
                real.train,
                real.test,
                samples.astype("float32"),
                fitted,
                train_labels=real.train_labels,
                test_labels=real.test_labels,
                labels=asked if known and name == "reference" else None,
                split=real.split,
                seed=seed,
            )
        if real.split != "test":  # the generator has seen all of these images: none was held out from it
            scores[name] = {key: score for key, score in scores[name].items() if not key.startswith("memory")}
    return scores


def dataset_of(source):
    """The dataset in a run's config.json."""
    if (Path(source) / "config.json").is_file():
        return RunFolder.existing(source).read_config()["dataset"]
    raise ValueError(
        f"Only the folder of a run says what it was trained on. Received: {source}, and no dataset. "
        "Name it, such as --dataset mnist."
    )


def real_images(dataset, image_shape):
    """The images to compare with, in the generator's size and colours."""
    size, channels = tuple(image_shape[:2]), image_shape[2] if image_shape[2] in (1, 3, 4) else None
    train = datasets.load(dataset, "train", size, channels)
    try:
        return RealImages(*train, *datasets.load(dataset, "test", size, channels), "test")
    except datasets.NoSuchSplit:
        held = np.arange(len(train[0])) % HELD_OUT_EVERY == 0
        parts = [None if array is None else array[rows] for rows in (~held, held) for array in train]
        return RealImages(*parts, f"every {HELD_OUT_EVERY}th training image")


def asked_classes(real, num_classes, count, seed):
    """The class to ask each sample for, or None, and whether the labels of the data mean the same classes.

    As often as each class occurs among the images of the comparison.
    """
    if not num_classes:
        return None, False
    known = real.test_labels is not None and real.test_labels.max() < num_classes
    return classes_like(real.test_labels if known else np.arange(num_classes), count, seed), known


def extractors(chosen, labelled):
    if chosen is None:
        chosen = "both" if labelled else "patches"
    return ("patches", "reference") if chosen == "both" else (chosen,)


@contextlib.contextmanager
def timed(report, what):
    """Reports what is being done, and how long it took."""
    report(f"{what} ...")
    began = time.monotonic()
    yield
    report(f"  took {time.monotonic() - began:.1f} s")


def table(scores):
    """What `evaluate` returned, as text."""
    return "\n\n".join(metrics.score_table(each) for each in scores.values())


def write(scores, source, dataset, path):
    """Writes scores to a JSON file, a list for each extractor; `metrics.scores_from_json` reads such a list."""
    listed = {name: json.loads(metrics.scores_to_json(each)) for name, each in scores.items()}
    write_json(Path(path), {"source": str(source), "dataset": dataset or dataset_of(source), "scores": listed})
