"""A long run ends with its best moment, by a score that never sees the test images."""

import json

import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import best_whole, newest_whole
from keras_gan.recipes import scoring
from keras_gan.recipes.image_generation import Recipe, recipe_of, restored, train
from keras_gan.recipes.run_folder import RunFolder

PICTURES = np.tanh(np.random.default_rng(0).standard_normal((140, 8, 8, 1))).astype("float32")
DATA = PICTURES[:40], np.arange(40) % 2


@pytest.fixture
def scored(tmp_path, monkeypatch):
    """Trains three epochs, each scored as told, and once more at the end, then goes on; returns what it said."""

    def train_with(values, epochs=3, run=None):
        answers = iter(values)
        monkeypatch.setattr(scoring, "EVERY_MINUTES", 0)
        monkeypatch.setattr(kg.metrics.FrechetDistance, "__call__", lambda self, real, fake, labels: next(answers))
        run, lines = run or RunFolder.new(tmp_path, "scored"), []
        gan, _ = train(Recipe(architecture="mlp", epochs=epochs, batch_size=10, seed=3), run, DATA, lines.append)
        assert next(answers, None) is None
        return run, gan, lines

    return train_with


@pytest.mark.parametrize(
    "values, best, times", [([9.0, 5.0, 7.0], 8, 2), ([9.0, 7.0, 5.0], 12, 3), ([np.nan, 7.0, 8.0], 8, 1)]
)
def test_it_ends_with_the_best_of_its_scores(scored, values, best, times):
    run, gan, lines = scored(values)
    assert int(gan.batches_seen) == best_whole(run.checkpoints)[1]["batches"] == best
    assert newest_whole(run.checkpoints)[1]["batches"] == 12  # from where it can be resumed
    assert int(restored(recipe_of(run), run).batches_seen) == best
    kept = [each["fid"] for each in json.loads(run.scores.read_text())]
    assert kept == [None if np.isnan(value) else value for value in values]
    assert lines[-1] == f"Kept is the best that was scored: FD(patches) {np.nanmin(values):.1f}"
    assert sum("the best so far" in line for line in lines) == times


def test_a_resumed_run_goes_on_from_the_newest_and_knows_the_best(scored):
    run, _, _ = scored([5.0, 7.0, 8.0])
    run, gan, lines = scored([6.0], epochs=4, run=run)
    assert len(json.loads(run.scores.read_text())) == 4
    assert newest_whole(run.checkpoints)[1]["batches"] == 16 and int(gan.batches_seen) == 4


def test_the_moment_of_the_interrupt_is_scored_too(scored, monkeypatch):
    from keras_gan.recipes.interrupts import Interrupts

    monkeypatch.setattr(Interrupts, "on_train_batch_end", stop_after(6))
    run, gan, _ = scored([5.0, 4.0])
    assert int(gan.batches_seen) == 6 and newest_whole(run.checkpoints)[1]["best"]["value"] == 4.0


def stop_after(batches):
    def look(self, batch, logs=None):
        self.asked = int(self.model.batches_seen.numpy()) >= batches
        self._look()

    return look


def test_a_short_run_is_not_scored_and_not_wondered_at(tmp_path, recwarn):
    run = RunFolder.new(tmp_path, "short")
    train(Recipe(architecture="mlp", epochs=1, batch_size=10, seed=3), run, DATA, lambda line: None)
    assert not run.scores.exists() and newest_whole(run.checkpoints)[1]["best"] is None
    assert not [warning for warning in recwarn if "No best epoch" in str(warning.message)]


def test_it_compares_with_training_images_of_the_asked_classes(tmp_path, monkeypatch):
    """Without a stand-in: the value is that of the metric on the model's own samples."""
    monkeypatch.setattr(scoring, "EVERY_MINUTES", 0)
    run = RunFolder.new(tmp_path, "true")
    data = PICTURES, np.arange(140) % 2
    gan, _ = train(Recipe(architecture="mlp", epochs=1, batch_size=10, seed=3), run, data, lambda line: None)
    kept = json.loads(run.scores.read_text())
    assert kept[0]["images"] == 140 and len(kept) == 1
    compared = gan.compared_samples({"real": data[0], "labels": data[1]}, 10_000, 0)
    assert kept[0]["fid"] == pytest.approx(kg.metrics.FrechetDistance(train_images=PICTURES)(*compared), rel=1e-6)
