"""run.json is there from the beginning of training, with what it takes to repeat the run."""

import json

import numpy as np
import pytest

from keras_gan import callbacks
from keras_gan.recipes.image_generation import Recipe, train
from keras_gan.recipes.run_folder import RunFolder


def test_a_killed_run_has_one_entry_a_start(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(self, epoch, logs=None):
        raise Killed

    monkeypatch.setattr(callbacks.ImageGrid, "on_epoch_end", kill)
    monkeypatch.setattr("sys.argv", ["keras-gan", "train", "a file.npz"])
    run = RunFolder.new(tmp_path, "killed")
    data = np.zeros((20, 8, 8, 1), "float32"), np.arange(20) % 2
    for _ in range(2):
        with pytest.raises(Killed):
            train(Recipe(architecture="mlp", epochs=1, batch_size=10, seed=3), run, data, report=lambda line: None)
    starts = json.loads(run.facts.read_text())["starts"]
    assert len(starts) == 2
    facts = starts[0]
    assert facts["command"] == "keras-gan train 'a file.npz'" and facts["device"]
    assert {"python", "keras", "keras-gan", "tensorflow", "numpy"} <= set(facts["versions"])
    assert facts["config"]["architecture"] == "mlp" and facts["config"]["image_shape"] == [8, 8, 1]
    assert facts["identity"]["seed"] == 3 and facts["identity"]["data"]["arrays"] == ["float32 20x8x8x1", "int64 20"]
    assert facts["identity"]["data"]["checksum"]


def test_a_refused_run_leaves_no_folder_and_a_damaged_file_is_named(tmp_path):
    run = RunFolder.new(tmp_path, "refused")
    with pytest.raises(ValueError, match="even"):
        train(Recipe(epochs=1), run, (np.zeros((20, 27, 27, 1), "float32"), None), report=lambda line: None)
    run.discard_if_empty()
    assert list(tmp_path.iterdir()) == []
    run = RunFolder.new(tmp_path, "damaged")
    run.facts.write_text("{")
    with pytest.raises(ValueError, match=r"run\.json"):
        train(Recipe(architecture="mlp", epochs=1), run, (np.zeros((20, 8, 8, 1), "float32"), None), lambda line: None)
    run.discard_if_empty()
    assert run.path.exists()


def test_time_without_a_limit_depends_on_the_dataset():
    assert Recipe().minutes == 3 and Recipe(dataset="mnist").minutes == 10
    assert Recipe(epochs=2).minutes is None and Recipe(minutes=0.5).minutes == 0.5


def test_a_run_whose_export_fails_keeps_all_else_and_no_older_export(tmp_path, monkeypatch):
    def unequal(self, *where, **options):
        raise RuntimeError("The exported samples must equal the model's.")

    monkeypatch.setattr("keras_gan.GAN.export", unequal)
    run, lines = RunFolder.new(tmp_path, "unequal"), []
    run.saved_model.mkdir()
    train(Recipe(architecture="mlp", epochs=1), run, (np.zeros((20, 8, 8, 1), "float32"), None), lines.append)
    assert lines[-1] == "No SavedModel. The exported samples must equal the model's."
    assert run.model.exists() and run.samples.exists() and not run.saved_model.exists()
