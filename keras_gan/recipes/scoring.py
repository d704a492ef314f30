"""Scoring: how good a long run is along the way, so that its best moment is what it ends with."""

import math

import keras
import numpy as np

from keras_gan.metrics import FrechetDistance
from keras_gan.models.evaluating import real_examples
from keras_gan.recipes.run_folder import write_json

EVERY_MINUTES = 10
MOST_SAMPLES = 10_000
FEWEST = 200  # which "patches" can be fitted to, however large they are
MOST_VALUES = 2**26  # of 32 bits, in the pictures that are compared or fitted to at once


class Scoring(keras.callbacks.Callback):
    """The Frechet distance of the features "patches" between samples and training images, every ten minutes.

    At the end of the first epoch after them, and at the end of a run that was scored before. It takes some 15 seconds,
    and half a minute more the first time. Test images stay unseen, so that what `keras-gan evaluate` says of the best
    moment is not of images it was chosen by. Images that "patches" cannot be fitted to are left unscored.

    Args:
        pictures, labels: those of the training; labels None for none.
        minutes: when the run ends.
        clock: whose `seconds` the run has trained; a `Decay`.
        resume: the `Resume(monitor="val_fid")` that keeps the best moment.
        path: of the JSON file for all scores and the protocol they share.
        report: takes a line.
    """

    any_pace = True
    counters = ("scores",)
    logs_at_times = ("val_fid",)  # in few epochs or none, which Resume shall not wonder at

    def __init__(self, pictures, labels, minutes, clock, resume, path, report):
        super().__init__()
        self.minutes, self.clock, self.resume = minutes, clock, resume
        self.path, self.report = path, report
        most = max(FEWEST, MOST_VALUES // pictures[0].size)
        if len(pictures) > most:  # any of them: a folder's come class by class
            rows = np.sort(np.random.default_rng(0).permutation(len(pictures))[:most])
            pictures, labels = pictures[rows], None if labels is None else labels[rows]
        self.pictures = pictures, labels
        self.metric = FrechetDistance(train_images=self.pictures[0], count=min(MOST_SAMPLES, most))
        self.scores = []  # {"minutes": ..., "images": ..., "fid": ...}
        self.possible = True

    def on_epoch_end(self, epoch, logs=None):
        now, last = self.clock.seconds / 60, self.scores[-1]["minutes"] if self.scores else 0
        ends = now >= self.minutes or self.model.stop_training
        if self.possible and now - last >= EVERY_MINUTES and not ends:
            self._score(logs)

    def on_train_end(self, logs=None):
        if not self.scores or self.scores[-1]["images"] == int(self.model.examples_seen.numpy()):
            return
        self.resume.save()
        self.report("Everything is saved. Comparing the last moment with the best; Ctrl-C leaves that out ...")
        logs = {}
        try:
            self._score(logs)
        except KeyboardInterrupt:
            return
        self.resume.consider(logs)

    def _score(self, logs):
        count, seed = self.metric.count, self.metric.seed
        real = real_examples(self.model, *self.pictures, count, seed)
        try:
            value = float(self.metric(*self.model.compared_samples(real, count, seed)))
        except ValueError as error:
            self.possible = False
            return self.report(f"Not scored. {error}")
        minutes, images = self.clock.seconds / 60, int(self.model.examples_seen.numpy())
        best = value < min((each["fid"] for each in self.scores if each["fid"] is not None), default=math.inf)
        fid = value if math.isfinite(value) else None
        self.scores.append({"minutes": minutes, "images": images, "fid": fid})
        write_json(self.path, {"protocol": self.metric.protocol(), "scores": self.scores})
        logs["val_fid"] = value
        return self.report(
            f"{minutes:.0f} minutes, {images:,} images: FD(patches) {value:.1f}{', the best so far' if best else ''}"
        )
