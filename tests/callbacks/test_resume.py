"""A run that was stopped, by whatever, ends as if it had not been."""

import random
import subprocess
import sys
from subprocess import PIPE

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import checkpoints
from keras_gan.callbacks.snapshots import state_variables
from keras_gan.models import identity
from tests.callbacks import kills
from tests.callbacks.run_to_resume import build, ending, run
from tests.conftest import tiny_players


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


@pytest.mark.parametrize("stops", [(3,), (32,), (40, 30)], ids=str)
def test_a_stopped_run_ends_bit_for_bit_as_an_undisturbed_one(stops, tmp_path, undisturbed, monkeypatch):
    for batches in stops:
        interrupted(monkeypatch, tmp_path, batches)
    assert_same_ending(tmp_path, undisturbed)


@pytest.mark.parametrize("damage", ["torn", "flipped"])
def test_a_damaged_checkpoint_is_passed_over_with_a_warning(damage, tmp_path, undisturbed, monkeypatch):
    interrupted(monkeypatch, tmp_path, 40)
    newest, older = checkpoints.found_in(tmp_path / "checkpoints")
    whole = newest.read_bytes()
    middle = whole.index(b"\x93NUMPY") + 200  # inside an array: of the zip's own headers some bytes say nothing
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    newest.write_bytes({"torn": whole[:middle], "flipped": flipped}[damage])
    with pytest.warns(UserWarning, match=newest.name):
        assert_same_ending(tmp_path, undisturbed)


def test_damaged_checkpoints_do_not_push_out_whole_ones(images, players, tmp_path):
    small_fit(tmp_path, images, players, keep=1, every_batches=1)
    checkpoints.path_of(tmp_path, 9).write_bytes(b"torn")
    checkpoints.path_of(tmp_path, 8).mkdir()
    with pytest.warns(UserWarning, match="damaged"):
        small_fit(tmp_path, images, players, keep=1, every_batches=1, fit_arguments={"batch_size": 16, "epochs": 1})
    whole = checkpoints.path_of(tmp_path, 4).name
    names = {path.name for path in tmp_path.iterdir()} - {".lock"}
    assert names == {whole, "batch-0000000009.damaged", "batch-0000000008.damaged"}


def test_counters_find_their_callbacks_where_another_one_was_added(images, players, tmp_path):
    def trained(epochs, *more):
        gan = kg.GAN(*players, seed=0)
        gan.compile()
        stops = [keras.callbacks.EarlyStopping(each, mode="min", patience=9) for each in ("d_loss", "g_loss")]
        watching = [*more, *stops, kg.callbacks.Resume(tmp_path)]
        gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=watching)
        return [stop.best for stop in stops]

    best = trained(2)
    assert trained(2, keras.callbacks.TerminateOnNaN(), keras.callbacks.History()) == best and None not in best


def test_a_run_all_of_whose_checkpoints_are_damaged_begins_anew(images, players, tmp_path):
    for batches in (3, 4):
        checkpoints.path_of(tmp_path, batches).write_bytes(b"")
    with pytest.warns(UserWarning, match="damaged"):
        gan = small_fit(tmp_path, images, players)
    assert int(gan.batches_seen) == 4 and checkpoints.newest_whole(tmp_path)[1]["batches"] == 4


def test_a_stop_inside_an_epoch_is_taken_up_there(images, tmp_path):
    """By `stop_training`, as a callback does that watches the time: an epoch's end must not be counted twice."""

    class StopInside(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = int(self.model.batches_seen) == 6

    def trained(directory, *stop):
        keras.utils.set_random_seed(0)
        gan = kg.GAN(*tiny_players(dropout=0.3), seed=0)
        gan.compile(*(keras.optimizers.Adam(1e-3, use_ema=True) for _ in range(2)))
        plateau = keras.callbacks.ReduceLROnPlateau("d_loss", mode="max", patience=1)
        watching = [plateau, kg.callbacks.Resume(directory, every_seconds=None), *stop]
        gan.fit(images, batch_size=16, epochs=4, verbose=0, callbacks=watching)
        return [variable.numpy() for variable in [*gan.variables, *gan.optimizer.variables]], plateau.wait

    expected, expected_wait = trained(tmp_path / "undisturbed")
    trained(tmp_path / "stopped", StopInside())
    found, wait = trained(tmp_path / "stopped")
    assert wait == expected_wait
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_finished_run_goes_on_as_if_it_had_been_asked_for_more_at_once(images, players, tmp_path):
    def trained(directory, epochs):
        keras.utils.set_random_seed(0)
        optimizer = keras.optimizers.Adam(1e-3, use_ema=True)  # whose averages Keras puts in place when fit ends
        fit = {"batch_size": 16, "epochs": epochs}
        return small_fit(directory, images, tiny_players(), None, {"g_optimizer": optimizer}, fit).get_weights()

    trained(tmp_path / "two", 1)
    for ours, theirs in zip(trained(tmp_path / "two", 3), trained(tmp_path / "one", 3), strict=True):
        np.testing.assert_array_equal(ours, theirs)


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
        (
            {"compile_arguments": {"loss": "minimax"}},
            "compilation loss class_name was 'BinaryCrossentropy' and is 'Minimax'",
        ),
        ({"compile_arguments": {"d_optimizer": keras.optimizers.Adam(beta_2=0.5)}}, "compilation d_optimizer"),
        ({"gan_arguments": {"ema_half_life_images": 10}}, "averaged generator"),
    ],
)
def test_another_run_is_refused_with_what_changed(change, named, images, players, tmp_path):
    small_fit(tmp_path, images, players)
    spoil = change.pop("images", lambda x: x)
    with pytest.raises(ValueError, match=f"What changed: {named}"):
        small_fit(tmp_path, spoil(images), players, **change)


def test_a_seed_that_was_drawn_is_drawn_once_for_a_run(images, tmp_path):
    def trained(epochs, seed=None, callbacks=()):
        keras.utils.set_random_seed(1)
        players = tiny_players()
        random.seed(None)  # so that the model draws another one each time
        gan = kg.GAN(*players, seed=seed)
        gan.compile()
        gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=list(callbacks))
        return gan

    first, second = (trained(epochs, callbacks=[kg.callbacks.Resume(tmp_path)]) for epochs in (1, 3))
    assert first.seed == second.seed
    for ours, theirs in zip(second.get_weights(), trained(3, first.seed).get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_settings_are_the_same_in_every_process():
    class Layer(keras.layers.Layer):
        def get_config(self):
            return {"function": len, "another": build, "object": object(), "initializer": keras.initializers.Zeros()}

    found = identity.settings(Layer().get_config())
    assert found["function"] == "builtins.len" and found["another"].endswith("run_to_resume.build")
    assert found["object"] == "<object object>" and found["initializer"] == ["Zeros", {}]


def test_a_run_that_another_process_trains_is_refused(images, players, tmp_path):
    hold = "import fcntl, sys; lock = open(sys.argv[1] + '/.lock', 'w'); fcntl.lockf(lock, fcntl.LOCK_EX); "
    hold += "print('held', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", hold, tmp_path], stdin=PIPE, stdout=PIPE, text=True)
    with other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match="Another process is training"):
            small_fit(tmp_path, images, players)
        other.stdin.close()
    small_fit(tmp_path, images, players)


def test_a_fit_that_was_broken_off_hands_its_run_to_the_next_of_the_process(images, players, tmp_path):
    gan = kg.GAN(*players)
    gan.compile()
    broken_off = kg.callbacks.Resume(tmp_path)
    broken_off.prepare(gan, [])
    second = kg.callbacks.Resume(tmp_path)
    second.prepare(gan, [])
    broken_off._store.close()
    del broken_off
    take = "import fcntl, sys; fcntl.lockf(open(sys.argv[1] + '/.lock', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    take = [sys.executable, "-c", take, tmp_path]
    assert b"BlockingIOError" in subprocess.run(take, stderr=PIPE).stderr
    second._store.close()
    assert subprocess.run(take).returncode == 0


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


def test_an_epochs_end_saves_where_that_costs_little(images, players, tmp_path, monkeypatch):
    for interval, expected in ((0, [0, 4, 8, 12]), (1e9, [0, 12])):  # in times of what a save costs
        monkeypatch.setattr("keras_gan.callbacks.resume.MIN_INTERVAL_IN_COSTS", interval)
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile()
        directory = tmp_path / f"{interval:g}"
        keeping = kg.callbacks.Resume(directory, every_seconds=None, keep=10)
        gan.fit(images, batch_size=len(images) // 4, epochs=3, callbacks=[keeping], verbose=0)
        assert [int(path.stem.split("-")[1]) for path in sorted(directory.glob("*.checkpoint"))] == expected


def test_another_monitor_begins_to_look_for_the_best_anew(images, players, tmp_path):
    def trained(epochs, **options):
        gan = kg.GAN(*players, seed=0)
        gan.compile()
        resume = kg.callbacks.Resume(tmp_path, keep=1, **options)
        gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=[resume])
        return resume.best

    assert trained(1, monitor="d_loss")["epoch"] == 0
    best = trained(2, monitor="g_loss", mode="max")
    assert best["epoch"] == 1 and best["monitor"] == "g_loss"
    assert trained(2, monitor="g_loss", mode="max") == best
    with pytest.warns(UserWarning, match="'val_fidd'. Received: d_loss, "):
        trained(3, monitor="val_fidd")


def test_the_best_stays_when_the_disk_is_full_at_a_better_one(images, players, tmp_path, monkeypatch):
    values, whole = iter([2.0, 1.0, 3.0, 3.0]), checkpoints.write

    class Score(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["val_fid"] = next(values)

    def full_once(path, arrays, facts):
        if facts["best"] and facts["best"]["value"] == 1.0:
            raise OSError(28, "No space left on device")
        whole(path, arrays, facts)

    monkeypatch.setattr(checkpoints, "write", full_once)
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    resume = kg.callbacks.Resume(tmp_path, keep=1, monitor="val_fid", every_batches=4)
    with pytest.warns(UserWarning, match="No space left"):
        gan.fit(images, batch_size=16, epochs=4, verbose=0, callbacks=[resume, Score()])
    assert resume.best["value"] == 2.0 and (tmp_path / resume.best["file"]).exists()


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
    assert {path.name for path in tmp_path.iterdir()} == {old.name, ".lock"}


@pytest.mark.parametrize("count", [500, 10_000], ids=["step by step", "many steps in a program"])
def test_a_killed_process_ends_bit_for_bit_as_an_undisturbed_one(count):
    assert kills.main(images=count) == 0


def test_the_state_holds_every_variable():
    names = [variable.path for variable in state_variables(build()).values()]
    for part in ("generator", "seed_generator", "moving_mean", "examples_seen", "learning_rate", "velocity", "total"):
        assert any(part in name for name in names), part
