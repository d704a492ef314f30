"""Scoring: how good a long run is along the way, so that its best moment is what it ends with."""

import math

import keras

from keras_gan.metrics import FrechetDistance
from keras_gan.models.evaluating import real_examples
from keras_gan.recipes.run_folder import write_json

EVERY_MINUTES = 10
MOST_SAMPLES = 10_000
MOST_VALUES = 2**26  # of 32 bits, in the pictures that are compared or fitted to at once


class Scoring(keras.callbacks.Callback):
    """The Frechet distance of the features "patches" between samples and training images, every ten minutes.

    It takes some 15 seconds, and half a minute more the first time. Test images stay unseen, so that what
    `keras-gan evaluate` says of the best moment is not of images it was chosen by.

    Args:
        pictures, labels: those of the training; labels None for none.
        clock: whose `seconds` the run has trained; a `Decay`.
        resume: the `Resume(monitor="val_fid")` that keeps the best moment.
        path: of the JSON file for all scores.
        report: takes a line.
    """

    any_pace = True
    counters = ("scores",)
    logs_at_times = ("val_fid",)  # in few epochs or none, which Resume shall not wonder at

    def __init__(self, pictures, labels, clock, resume, path, report):
        super().__init__()
        self.clock, self.resume, self.path, self.report = clock, resume, path, report
        most = max(2, MOST_VALUES // pictures[0].size)
        self.pictures = pictures[:most], None if labels is None else labels[:most]
        self.metric = FrechetDistance(train_images=self.pictures[0], count=min(MOST_SAMPLES, most))
        self.scores = []  # {"minutes": ..., "images": ..., "fid": ...}

    def on_epoch_end(self, epoch, logs=None):
        last = self.scores[-1]["minutes"] if self.scores else 0
        if self.clock.seconds / 60 - last >= EVERY_MINUTES:
            logs["val_fid"] = self._score()

    def on_train_end(self, logs=None):
        if self.scores and self.scores[-1]["images"] < int(self.model.examples_seen.numpy()):
            self.resume.consider({"val_fid": self._score()})

    def _score(self):
        count, seed = self.metric.count, self.metric.seed
        real = real_examples(self.model, *self.pictures, count, seed)
        value = float(self.metric(*self.model.compared_samples(real, count, seed)))
        minutes, images = self.clock.seconds / 60, int(self.model.examples_seen.numpy())
        best = value < min((each["fid"] for each in self.scores if each["fid"] is not None), default=math.inf)
        self.scores.append(
            {"minutes": round(minutes, 2), "images": images, "fid": value if math.isfinite(value) else None}
        )
        write_json(self.path, self.scores)
        self.report(
            f"{minutes:.0f} minutes, {images:,} images: FD(patches) {value:.1f}{', the best so far' if best else ''}"
        )
        return value
