"""ImageGrid draws the same points of latent space, beside training and without touching it."""

from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan as kg
from tests.conftest import tiny_players


def fit(images, *callbacks, epochs=2, **arguments):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0, **arguments)
    gan.compile()
    gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return gan


def test_it_saves_a_crisp_grid_every_epoch_and_an_animation(images, tmp_path):
    gan = fit(images, kg.callbacks.ImageGrid(tmp_path, rows=5, columns=10))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["animation.gif", "epoch-00001.png", "epoch-00002.png"]
    picture = np.asarray(Image.open(tmp_path / "epoch-00002.png"))
    assert picture.shape == (5 * 9 - 1, 10 * 9 - 1)
    second = np.rint((gan.generate(50, seed=0)[1, ..., 0] + 1) * 127.5)
    np.testing.assert_array_equal(picture[0:8, 9:17], second)
    assert Image.open(tmp_path / "animation.gif").n_frames == 2


def test_every_so_many_epochs_and_batches(images, tmp_path):
    fit(images, kg.callbacks.ImageGrid(tmp_path, rows=1, columns=1, every=2, every_batches=3, animation=None), epochs=3)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [*(f"batch-{n:08d}.png" for n in (3, 6, 9, 12)), "epoch-00002.png"]


def test_training_is_the_same_with_and_without_it(images, tmp_path):
    ends = [fit(images, *grids).get_weights() for grids in ((), (kg.callbacks.ImageGrid(tmp_path),))]
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_grid_does_not_undo_early_stopping(images, tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    gan = fit(images, Stop(), kg.callbacks.ImageGrid(tmp_path), epochs=3)
    assert int(gan.batches_seen) == 4


def test_pictures_for_tensorboard(images, tmp_path):
    pytest.importorskip("tensorboard")
    fit(images, kg.callbacks.ImageGrid(tmp_path / "grids", log_dir=tmp_path / "logs"), epochs=1)
    (events,) = (tmp_path / "logs").iterdir()
    assert b"samples" in events.read_bytes() and b"PNG" in events.read_bytes()


@pytest.mark.parametrize("arguments", [{"rows": 0}, {"every": 0}, {"every_batches": -1}, {"animation": "mp4"}])
def test_wrong_sizes_are_refused(arguments, tmp_path):
    with pytest.raises(ValueError, match="Received"):
        kg.callbacks.ImageGrid(tmp_path, **arguments)


def test_each_column_is_a_class_of_its_own(images, tmp_path):
    players = kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(16,), num_classes=3, seed=0)
    gan = kg.GAN(*players, num_classes=3, seed=0)
    gan.compile()
    grid = kg.callbacks.ImageGrid(tmp_path, rows=2, columns=3, animation=None)
    gan.fit(images, np.arange(64) % 3, batch_size=16, verbose=0, callbacks=[grid])
    picture = np.asarray(Image.open(tmp_path / "epoch-00001.png"))
    expected = np.rint((gan.generate(6, seed=0, labels=[0, 1, 2, 0, 1, 2])[..., 0] + 1) * 127.5)
    np.testing.assert_array_equal(picture[9:17, 18:26], expected[5])


def test_a_grid_that_is_cut_short_leaves_the_one_before(images, tmp_path, monkeypatch):
    fit(images, kg.callbacks.ImageGrid(tmp_path, animation=None), epochs=1)
    before = (tmp_path / "epoch-00001.png").read_bytes()

    def cut_short(self, file, **arguments):
        Path(file).write_bytes(before[:100])
        raise OSError("No space left on device")

    monkeypatch.setattr(Image.Image, "save", cut_short)
    with pytest.raises(OSError, match="No space"):
        fit(images, kg.callbacks.ImageGrid(tmp_path, animation=None), epochs=1)
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-00001.png"]
    assert (tmp_path / "epoch-00001.png").read_bytes() == before
