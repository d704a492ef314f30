"""A long run ends with its best moment, by a score that never sees the test images."""

import json

import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import best_whole, newest_whole
from keras_gan.metrics.extractors.base import content_hash
from keras_gan.models import pace
from keras_gan.recipes import scoring
from keras_gan.recipes.image_generation import Recipe, recipe_of, restored, train
from keras_gan.recipes.interrupts import Interrupts
from keras_gan.recipes.run_folder import RunFolder

PICTURES = np.tanh(np.random.default_rng(0).standard_normal((140, 8, 8, 1))).astype("float32")
DATA = PICTURES[:40], np.arange(40) % 2  # four batches an epoch


@pytest.fixture
def run(tmp_path):
    return RunFolder.new(tmp_path, "scored")


@pytest.fixture
def scored(run, monkeypatch):
    """Trains up to some batches, scored at every epoch's end; the metric says these values, or is itself for None."""

    def train_with(values, batches=12, data=DATA):
        answers, lines = iter(values or ()), []
        put = monkeypatch.setattr
        put(Interrupts, "on_train_batch_end", lambda self, batch, logs=None: look(self, batches))
        put(Interrupts, "on_epoch_end", lambda self, epoch, logs=None: look(self, batches))
        put(scoring, "EVERY_MINUTES", 0)
        put(pace, "MOST_STEPS", 1)
        if values is not None:
            put(kg.metrics.FrechetDistance, "__call__", lambda self, real, fake, labels: say(next(answers)))
        recipe = Recipe(architecture="mlp", minutes=60, batch_size=10, seed=3)
        gan = train(recipe, run, data, lines.append)
        assert next(answers, None) is None
        return gan, lines

    return train_with


def test_some_of_many_pictures_are_any_of_them(monkeypatch):
    """Those of a folder come class by class."""
    monkeypatch.setattr(scoring, "FEWEST", 50)
    monkeypatch.setattr(scoring, "MOST_VALUES", 0)
    labels = np.repeat(np.arange(7), 20)
    of = scoring.Scoring(PICTURES, labels, 1, None, None, None, print)
    assert len(of.pictures[0]) == 50 and set(of.pictures[1]) == set(range(7))
    for picture, label in zip(*of.pictures, strict=True):
        assert label == labels[(picture == PICTURES).all(axis=(1, 2, 3)).argmax()]


def look(interrupts, batches):
    interrupts.asked = int(interrupts.model.batches_seen.numpy()) >= batches
    interrupts._look()


def kept_in(run):
    return json.loads(run.scores.read_text())["scores"]


def say(value):
    if isinstance(value, BaseException):
        raise value
    return value


@pytest.mark.parametrize(
    "values, best, times", [([9.0, 5.0, 7.0], 8, 2), ([9.0, 7.0, 5.0], 12, 3), ([np.nan, 7.0, 8.0], 8, 1)]
)
def test_it_ends_with_the_best_of_its_scores(run, scored, values, best, times):
    gan, lines = scored(values)
    assert int(gan.batches_seen) == best_whole(run.checkpoints)[1]["batches"] == best
    assert newest_whole(run.checkpoints)[1]["batches"] == 12  # from where it can be resumed
    assert int(restored(recipe_of(run), run).batches_seen) == best
    kept = [each["fid"] for each in kept_in(run)]
    assert kept == [None if np.isnan(value) else value for value in values]
    assert lines[-1] == f"Kept is the best that was scored: FD(patches) {np.nanmin(values):.1f}"
    assert sum("the best so far" in line for line in lines) == times
    assert any("120 images seen, 12 batches." in line for line in lines)  # not those of its best moment


def test_a_resumed_run_goes_on_from_the_newest_and_knows_all_scores(run, scored):
    scored([5.0, 7.0, 8.0], batches=10)  # the last one in the midst of an epoch
    gan, _ = scored([6.0, 4.0], batches=14)
    assert [each["fid"] for each in kept_in(run)] == [5.0, 7.0, 8.0, 6.0, 4.0]
    assert newest_whole(run.checkpoints)[1]["batches"] == int(gan.batches_seen) == 14


def test_the_last_moment_is_saved_before_it_is_scored(run, scored):
    gan, lines = scored([5.0, KeyboardInterrupt()], batches=6)
    assert newest_whole(run.checkpoints)[1]["batches"] == 6 and int(gan.batches_seen) == 4
    assert run.model.exists() and any("Ctrl-C leaves that out" in line for line in lines)


def test_images_that_have_no_score_train_to_the_end(run, scored):
    gan, lines = scored(None, batches=8)
    assert sum(line.startswith("Not scored. The patches extractor needs at least 130 images") for line in lines) == 1
    assert int(gan.batches_seen) == 8 and run.model.exists() and not run.scores.exists()


def test_a_best_checkpoint_that_is_damaged_leaves_the_newest(run, scored):
    scored([5.0, 7.0], batches=8)
    path = run.checkpoints / best_whole(run.checkpoints)[1]["best"]["file"]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.warns(UserWarning, match="in the place of the best"):
        gan, _ = scored([6.0], batches=12)
    assert int(gan.batches_seen) == 12 and run.model.exists()


@pytest.mark.parametrize("limit", [{"epochs": 1}, {"epochs": 1, "minutes": 60}])
def test_a_run_by_epochs_is_not_scored_so_that_equal_seeds_give_equal_runs(run, monkeypatch, recwarn, limit):
    monkeypatch.setattr(scoring, "EVERY_MINUTES", 0)
    train(Recipe(architecture="mlp", batch_size=10, seed=3, **limit), run, DATA, lambda line: None)
    assert not run.scores.exists() and newest_whole(run.checkpoints)[1]["best"] is None
    assert not [warning for warning in recwarn if "No best epoch" in str(warning.message)]


def test_a_short_run_is_not_scored_and_not_wondered_at(run, recwarn):
    train(Recipe(architecture="mlp", minutes=1e-9, batch_size=10, seed=3), run, DATA, lambda line: None)
    assert not run.scores.exists() and newest_whole(run.checkpoints)[1]["best"] is None
    assert not [warning for warning in recwarn if "No best epoch" in str(warning.message)]


def test_the_score_is_that_of_the_metric_for_samples_of_the_asked_classes(run, scored):
    data = PICTURES, np.arange(140) % 2
    gan, _ = scored(None, batches=15, data=data)  # the first epoch's end, and one batch more
    kept = kept_in(run)
    protocol = json.loads(run.scores.read_text())["protocol"]
    assert protocol["extractor"] == "patches" and protocol["fitted_to"] == content_hash(PICTURES)
    compared = gan.compared_samples({"real": data[0], "labels": data[1]}, 10_000, 0)
    assert [each["images"] for each in kept] == [140, 150]
    assert min(each["fid"] for each in kept) == pytest.approx(
        kg.metrics.FrechetDistance(train_images=PICTURES)(*compared), rel=1e-6
    )
