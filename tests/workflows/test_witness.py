"""Files of earlier releases stay readable: saved models, and checkpoints of `Resume`."""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import checkpoints
from tests.workflows.witness import make

HERE = Path(make.__file__).parent
RELEASES = sorted(path.stem for path in HERE.glob("*.keras"))


def assert_numbers(gan, expected):
    found = make.numbers(gan)
    assert found["batches"] == expected["batches"]
    np.testing.assert_allclose(found["samples"], expected["samples"], atol=1e-5)
    np.testing.assert_allclose(found["logits"], expected["logits"], atol=1e-5)


def assert_trains_on(gan, epochs, batches):
    before = gan.get_weights()
    history = gan.fit(make.IMAGES, batch_size=make.BATCH_SIZE, epochs=epochs, verbose=0).history
    assert np.isfinite(history["loss"]).all() and int(gan.batches_seen.numpy()) == batches
    assert any(not np.array_equal(old, new) for old, new in zip(before, gan.get_weights(), strict=True))


def test_there_is_a_witness_and_it_is_small():
    assert "gan-0.1.0" in RELEASES
    assert all(path.stat().st_size < 100_000 for path in HERE.iterdir() if path.is_file())


@pytest.mark.parametrize("release", RELEASES)
def test_a_saved_model_gives_the_same_samples_and_scores_and_trains_on(release):
    gan = keras.models.load_model(HERE / f"{release}.keras")
    assert_numbers(gan, json.loads((HERE / f"{release}.json").read_text())["keras"])
    assert len(gan.penalties) == 1 and gan.ema_half_life_images == 100
    assert_trains_on(gan, epochs=1, batches=20)


@pytest.mark.parametrize("release", RELEASES)
def test_a_checkpoint_is_restored_and_its_run_goes_on(release, tmp_path):
    shutil.copy(HERE / f"{release}.checkpoint", checkpoints.path_of(tmp_path, 7))
    gan = make.build()
    arrays, _ = kg.callbacks.newest_whole(tmp_path)
    kg.callbacks.restore(gan, arrays)
    assert_numbers(gan, json.loads((HERE / f"{release}.json").read_text())["checkpoint"])

    gan = make.build()
    resume = kg.callbacks.Resume(tmp_path, force=True)  # versions differ, and nothing else
    gan.fit(make.IMAGES, batch_size=make.BATCH_SIZE, epochs=3, verbose=0, callbacks=[resume])
    assert int(gan.batches_seen.numpy()) == 15
