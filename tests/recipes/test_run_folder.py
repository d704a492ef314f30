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
