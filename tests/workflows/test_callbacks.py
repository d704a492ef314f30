"""Keras's own callbacks, each by name, inside plain fit."""

import csv
import functools

import keras
import numpy as np
import pytest

import keras_gan as kg
from tests.conftest import tiny_players

callbacks = keras.callbacks


@pytest.fixture
def gan(players):
    gan = kg.GAN(*players, seed=0)
    gan.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.Adam(1e-3))
    return gan


def fit(gan, images, *watching, epochs=3, **kwargs):
    return gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=list(watching), **kwargs)


class Score(callbacks.Callback):
    """Puts chosen values into the logs, as a validation metric would."""

    def __init__(self, *values):
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch, logs=None):
        logs["val_fid"] = self.values[epoch]


def test_history_holds_the_five_logs(gan, images):
    history = fit(gan, images).history
    assert set(history) == {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy"}
    np.testing.assert_allclose(history["loss"], np.add(history["d_loss"], history["g_loss"]), rtol=1e-6)


def test_logs_start_anew_every_epoch(images, players):
    gan = kg.GAN(*players, seed=0)
    still = [keras.optimizers.SGD(0.0) for _ in range(2)]
    gan.compile(g_optimizer=still[0], d_optimizer=still[1])
    gan.discriminator.set_weights([w * 0 for w in gan.discriminator.get_weights()])
    history = fit(gan, images).history
    np.testing.assert_allclose(history["d_loss"], [2 * np.log(2)] * 3, rtol=1e-6)


def test_csv_logger(gan, images, tmp_path):
    fit(gan, images, callbacks.CSVLogger(str(tmp_path / "log.csv")))
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2"] and {"d_loss", "g_loss", "loss"} <= set(rows[0])


def test_learning_rate_scheduler_moves_both(gan, images):
    fit(gan, images, callbacks.LearningRateScheduler(lambda epoch: 0.5**epoch))
    assert [float(each.learning_rate) for each in gan.optimizer.optimizers] == [0.25, 0.25]


def test_reduce_lr_on_plateau_moves_both(gan, images):
    plateau = callbacks.ReduceLROnPlateau(monitor="val_fid", mode="min", factor=0.1, patience=1)
    fit(gan, images, Score(1.0, 2.0, 3.0), plateau)
    for optimizer in gan.optimizer.optimizers:
        np.testing.assert_allclose(float(optimizer.learning_rate), 1e-5, rtol=1e-5)


def test_early_stopping_restores_the_best_weights(gan, images):
    kept = []
    keep = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(gan.get_weights()))
    stop = callbacks.EarlyStopping(monitor="val_fid", mode="min", patience=1, restore_best_weights=True)
    fit(gan, images, keep, Score(3.0, 1.0, 2.0, 0.0), stop, epochs=4)
    assert len(kept) == 3
    for ours, best in zip(gan.get_weights(), kept[1], strict=True):
        np.testing.assert_array_equal(ours, best)


@pytest.mark.parametrize("weights_only", [False, True])
def test_model_checkpoint_keeps_the_best(weights_only, gan, images, tmp_path):
    path = tmp_path / ("best.weights.h5" if weights_only else "best.keras")
    save = callbacks.ModelCheckpoint(
        path, monitor="val_fid", mode="min", save_best_only=True, save_weights_only=weights_only
    )
    fit(gan, images, Score(2.0, 3.0, 4.0), save)
    last = gan.get_weights()
    if weights_only:
        gan.load_weights(path)
        assert int(gan.batches_seen) == 4
    else:
        assert int(keras.models.load_model(path).batches_seen) == 4
    assert last[0] == 192


def test_tensorboard(gan, images, tmp_path):
    pytest.importorskip("tensorboard")
    fit(gan, images, callbacks.TensorBoard(tmp_path, histogram_freq=1, update_freq="batch"))
    assert list(tmp_path.rglob("events*"))


def test_terminate_on_nan_stops_in_the_first_epoch(gan, images):
    gan.discriminator.layers[-1].bias.assign([np.nan])
    history = fit(gan, images, callbacks.TerminateOnNaN()).history
    assert len(history["loss"]) == 1


def test_swap_ema_weights(images, players):
    gan = kg.GAN(*players, seed=0)
    gan.compile(g_optimizer=keras.optimizers.Adam(1e-3, use_ema=True), d_optimizer=keras.optimizers.Adam(1e-3))
    fit(gan, images, callbacks.SwapEMAWeights(swap_on_epoch=True))
    assert int(gan.batches_seen) == 12


def test_lambda_callback_sees_every_batch(gan, images):
    seen = []
    fit(gan, images, callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch)), epochs=1)
    assert seen == [0, 1, 2, 3]


def test_initial_epoch(gan, images):
    assert len(fit(gan, images, epochs=3, initial_epoch=2).epoch) == 1


def test_building_and_compiling_anew_as_keras_tuner_does(images):
    for _ in range(3):
        gan = kg.GAN(*tiny_players(), seed=0)
        for loss in ("bce", "minimax"):
            gan.compile(loss=loss)
            fit(gan, images, epochs=1)
    assert int(gan.batches_seen) == 8


def test_backup_and_restore_inside_epochs_warns_that_it_replays_them(gan, images, tmp_path):
    with pytest.warns(UserWarning, match="save_freq=3.*keras_gan.callbacks.Resume"):
        fit(gan, images, callbacks.BackupAndRestore(tmp_path, save_freq=3), epochs=1)


@pytest.mark.filterwarnings("error:BackupAndRestore")
@pytest.mark.parametrize("saver", ["BackupAndRestore", "ModelCheckpoint"])
def test_a_run_restored_at_an_epoch_by_keras_itself_ends_bit_for_bit_as_an_undisturbed_one(saver, images, tmp_path):
    class Crash(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if int(self.model.batches_seen) == 10:  # in the third epoch
                raise RuntimeError

    def build():
        keras.utils.set_random_seed(0)
        gan = kg.GAN(*tiny_players(dropout=0.3), seed=0, ema_half_life_images=100)
        gan.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.Adam(1e-3))
        return gan

    if saver == "BackupAndRestore":
        save, restored, done = callbacks.BackupAndRestore(tmp_path), build, {}
    else:
        save, done = callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"), {"initial_epoch": 2}
        restored = functools.partial(keras.models.load_model, tmp_path / "2.keras")
    undisturbed = build()
    fit(undisturbed, images, epochs=4)
    with pytest.raises(RuntimeError):
        fit(build(), images, save, Crash(), epochs=4)
    gan = restored()
    fit(gan, images, save, epochs=4, **done)
    for ours, theirs in zip(
        [*gan.variables, *gan.optimizer.variables],
        [*undisturbed.variables, *undisturbed.optimizer.variables],
        strict=True,
    ):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy(), err_msg=ours.path)
