"""A run that was stopped, by whatever, ends as if it had not been."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import checkpoints
from keras_gan.callbacks.snapshots import state_variables
from tests.callbacks import kills
from tests.callbacks.run_to_resume import build, ending, run


class Stop(Exception):
    pass


class StopAt(keras.callbacks.Callback):
    """Stands for the kill: training ends between two batches and nothing else is called."""

    def __init__(self, batches):
        super().__init__()
        self.left = batches

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            raise Stop


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    directory = tmp_path_factory.mktemp("undisturbed")
    return directory, ending(*run(directory, resume=False))


def interrupted(monkeypatch, directory, batches):
    """The same run, stopped after so many batches."""
    fit = kg.GAN.fit

    def stopped_fit(self, *args, callbacks, **kwargs):
        try:
            return fit(self, *args, callbacks=[*callbacks, StopAt(batches)], **kwargs)
        finally:
            callbacks[-1]._finish_writing()  # or it would write on beside the run that goes on

    with monkeypatch.context() as patch:
        patch.setattr(kg.GAN, "fit", stopped_fit)
        with pytest.raises(Stop):
            run(directory)


def assert_same_ending(directory, undisturbed):
    expected_directory, expected = undisturbed
    found = ending(*run(directory))
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)
    assert (directory / "log.csv").read_bytes() == (expected_directory / "log.csv").read_bytes()
    for grid in sorted((expected_directory / "grids").glob("*.png")):
        assert (directory / "grids" / grid.name).read_bytes() == grid.read_bytes()


@pytest.mark.parametrize("stops", [(3,), (20,), (32,), (40, 30), (90, 5)], ids=str)
def test_a_stopped_run_ends_bit_for_bit_as_an_undisturbed_one(stops, tmp_path, undisturbed, monkeypatch):
    for batches in stops:
        interrupted(monkeypatch, tmp_path, batches)
    assert_same_ending(tmp_path, undisturbed)


@pytest.mark.parametrize("damage", ["torn", "flipped", "empty"])
def test_a_damaged_checkpoint_is_passed_over_with_a_warning(damage, tmp_path, undisturbed, monkeypatch):
    interrupted(monkeypatch, tmp_path, 40)
    newest, older = checkpoints.found_in(tmp_path / "checkpoints")
    whole = newest.read_bytes()
    middle = whole.index(b"\x93NUMPY") + 200  # inside an array: of the zip's own headers some bytes say nothing
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    newest.write_bytes({"torn": whole[:middle], "flipped": flipped, "empty": b""}[damage])
    with pytest.warns(UserWarning, match=newest.name):
        assert_same_ending(tmp_path, undisturbed)


def test_a_finished_run_is_not_trained_again_and_goes_on_when_asked_for_more(tmp_path):
    run(tmp_path, epochs=2)
    gan, _ = run(tmp_path, epochs=2)
    assert int(gan.batches_seen) == 64
    gan, _ = run(tmp_path, epochs=3)
    assert int(gan.batches_seen) == 96


def small_fit(directory, images, players, gan_arguments=None, compile_arguments=None, fit_arguments=None, **resume):
    gan = kg.GAN(*players, seed=0, **(gan_arguments or {}))
    gan.compile(**(compile_arguments or {}))
    callback = kg.callbacks.Resume(directory, **resume)
    gan.fit(images, verbose=0, callbacks=[callback], **(fit_arguments or {"batch_size": 16}))
    return gan


@pytest.mark.parametrize(
    "change, named",
    [
        ({"images": lambda x: -x}, "data"),
        ({"fit_arguments": {"batch_size": 8}}, "data"),
        ({"compile_arguments": {"loss": "minimax"}}, "compilation"),
        ({"gan_arguments": {"ema_half_life_images": 10}}, "averaged generator"),
    ],
)
def test_another_run_is_refused_with_what_changed(change, named, images, players, tmp_path):
    small_fit(tmp_path, images, players)
    spoil = change.pop("images", lambda x: x)
    with pytest.raises(ValueError, match=f"What changed: {named}"):
        small_fit(tmp_path, spoil(images), players, **change)


def test_force_goes_on_with_other_data(images, players, tmp_path):
    small_fit(tmp_path, images, players)
    gan = small_fit(tmp_path, -images, players, force=True, fit_arguments={"batch_size": 16, "epochs": 2})
    assert int(gan.batches_seen) == 8


def test_the_last_checkpoints_and_the_best_stay(images, players, tmp_path):
    small_fit(tmp_path, images, players, keep=2, every_batches=1, fit_arguments={"batch_size": 16, "epochs": 3})
    assert len(checkpoints.found_in(tmp_path)) == 2

    gan = kg.GAN(*players, seed=0)
    gan.compile()
    values = iter([3.0, 1.0, 2.0, 2.0])

    class Score(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["val_fid"] = next(values)

    resume = kg.callbacks.Resume(tmp_path / "scored", keep=1, monitor="val_fid", every_seconds=None)
    gan.fit(images, batch_size=16, epochs=4, verbose=0, callbacks=[resume, Score()])
    assert resume.best["value"] == 1.0 and resume.best["epoch"] == 1
    names = {path.name for path in checkpoints.found_in(tmp_path / "scored")}
    assert resume.best["file"] in names and len(names) == 2


def test_a_full_disk_leaves_the_old_checkpoint_and_training_goes_on(images, players, tmp_path, monkeypatch):
    small_fit(tmp_path, images, players, keep=1)
    (old,) = checkpoints.found_in(tmp_path)
    before = old.read_bytes()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.warns(UserWarning, match="No space left"):
        gan = small_fit(tmp_path, images, players, fit_arguments={"batch_size": 16, "epochs": 2})
    assert int(gan.batches_seen) == 8
    assert old.read_bytes() == before and checkpoints.found_in(tmp_path) == [old]
    assert list(tmp_path.iterdir()) == [old]


def test_a_killed_process_ends_bit_for_bit_as_an_undisturbed_one():
    assert kills.main(runs=1, kills=2) == 0


def test_the_state_holds_every_variable():
    names = [variable.path for variable in state_variables(build()).values()]
    for part in ("generator", "seed_generator", "moving_mean", "examples_seen", "learning_rate", "velocity", "total"):
        assert any(part in name for name in names), part
