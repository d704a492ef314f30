"""Whatever a run is made of, stopped inside an epoch and started again it ends as if it had not been."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import counters
from tests.callbacks.test_resume import Stop, StopAt
from tests.conftest import tiny_players

EPOCHS = 3  # of 4 batches
callbacks = keras.callbacks


def classes():
    layers = keras.layers
    latents, images, labels = keras.Input((6,)), keras.Input((8, 8, 1)), keras.Input((), dtype="int32")
    scaled = kg.layers.ConditionalBatchNormalization()([layers.Dense(16)(latents), kg.layers.OneHot(3)(labels)])
    made = layers.Reshape((8, 8, 1))(layers.Dense(64, "tanh")(scaled))
    seen = layers.Dropout(0.3)(layers.Dense(16, "relu")(layers.Flatten()(images)))
    logits = layers.Dense(1)(layers.Concatenate()([seen, kg.layers.OneHot(3)(labels)]))
    return keras.Model([latents, labels], made), keras.Model([images, labels], logits)


def plateau_and_log(directory):
    plateau = callbacks.ReduceLROnPlateau("d_loss", mode="max", patience=1)
    return [plateau, callbacks.CSVLogger(str(directory / "log.csv"))]


def early_stopping(directory):
    """It ends training after the second epoch, since no loss falls by 10."""
    return [callbacks.EarlyStopping("d_loss", mode="min", min_delta=10, patience=1, restore_best_weights=True)]


def swap(directory):
    return [callbacks.SwapEMAWeights(swap_on_epoch=True)]


def best_model(directory):
    return [callbacks.ModelCheckpoint(directory / "best.keras", monitor="d_loss", mode="max", save_best_only=True)]


WORKFLOWS = {
    "early stopping with the best weights": {"watching": early_stopping},
    "learning rates on a plateau, a log, validation every second epoch": {
        "watching": plateau_and_log,
        "fit": {"validation_split": 0.25, "validation_freq": 2, "batch_size": 12},
    },
    "swapped averages of an optimizer": {"optimizer": {"use_ema": True, "ema_momentum": 0.9}, "watching": swap},
    "averages of an optimizer": {"optimizer": {"use_ema": True, "ema_overwrite_frequency": 3}},
    "accumulated gradients": {"optimizer": {"gradient_accumulation_steps": 3}},
    "the best model": {"watching": best_model},
    "three discriminator steps": {"compile": {"discriminator_steps": 3}, "gan": {"ema_half_life_images": 100}},
    "penalties and augmentation with state": {
        "compile": {"penalties": ["lecam", "r1"], "augmentation": kg.augmentation.ADA(target=-0.9, speed_images=200)}
    },
    "schedules": {
        "optimizer": {"learning_rate": keras.optimizers.schedules.CosineDecay(1e-3, 30)},
        "compile": {"penalties": kg.penalties.R1(kg.schedules.Cosine(1.0, 0.1, 500), interval=3)},
    },
    "classes": {"players": classes, "gan": {"num_classes": 3}},
    "mixed_float16": {"policy": "mixed_float16"},
    "bfloat16": {"policy": "bfloat16"},
    "float64": {"policy": "float64"},
}


def run(directory, images, name, stop_after=None):
    """The ending of a run: all variables, the counters of its callbacks, and the log file."""
    directory.mkdir(exist_ok=True)
    made_of = WORKFLOWS[name]
    keras.config.set_dtype_policy(made_of.get("policy", "float32"))
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*made_of.get("players", lambda: tiny_players(dropout=0.3))(), seed=0, **made_of.get("gan", {}))
    options = {"learning_rate": 1e-3} | made_of.get("optimizer", {})
    optimizers = [keras.optimizers.Adam(**options) for _ in range(2)]
    gan.compile(*optimizers, run_eagerly=True, **made_of.get("compile", {}))
    resume = kg.callbacks.Resume(directory / "checkpoints", every_batches=2)
    watching = made_of.get("watching", lambda directory: [])(directory)
    stop = [StopAt(stop_after)] if stop_after else []
    labels = np.arange(64) % 3 if gan.num_classes else None
    fit = {"batch_size": 16} | made_of.get("fit", {})
    try:
        gan.fit(images, labels, epochs=EPOCHS, verbose=0, callbacks=[*watching, resume, *stop], **fit)
    finally:
        resume._finish_writing()
        keras.config.set_dtype_policy("float32")
    log = directory / "log.csv"
    return {
        **{number: v.numpy() for number, v in enumerate([*gan.variables, *gan.optimizer.variables])},
        "counters": str(counters.collect(watching)[0]),
        "log": log.read_text() if log.exists() else "",
    }


def assert_equal(found, expected):
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], value, err_msg=str(key))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_ends_bit_for_bit_as_an_undisturbed_run(name, images, tmp_path):
    expected = run(tmp_path / "undisturbed", images, name)
    with pytest.raises(Stop):
        run(tmp_path / "stopped", images, name, stop_after=7)  # inside the second epoch
    assert_equal(run(tmp_path / "stopped", images, name), expected)


def test_a_run_that_early_stopping_has_ended_stays_ended(images, tmp_path):
    name = "early stopping with the best weights"
    assert_equal(run(tmp_path, images, name), run(tmp_path, images, name))


def test_a_run_that_health_has_ended_stays_ended(images, tmp_path):
    ends, trained = [], []
    for _ in range(2):
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile(g_optimizer=keras.optimizers.SGD(0.0), d_optimizer="adam")
        resume = kg.callbacks.Resume(tmp_path, monitor="d_loss", mode="max")  # the first epoch is the best
        health = kg.callbacks.Health(patience=1, stop_on=["vanishing gradients"], report=[].append, back_to=resume)
        count = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: trained.append(batch))
        gan.fit(images, batch_size=16, epochs=5, verbose=0, callbacks=[count, health, resume])
        assert len(trained) == 8
        ends.append(gan.get_weights())
        assert resume.best["epoch"] == 0 and int(gan.batches_seen) == 4
    for first, second in zip(*ends, strict=True):
        np.testing.assert_array_equal(first, second)


def test_what_a_callback_of_your_own_calls_best_is_left_alone(images, tmp_path):
    class Mine(keras.callbacks.Callback):
        best = {"weights": np.zeros(3)}

    gan = kg.GAN(*tiny_players(), seed=0)
    gan.compile()
    gan.fit(images, batch_size=16, epochs=2, verbose=0, callbacks=[Mine(), kg.callbacks.Resume(tmp_path)])
    assert list(tmp_path.glob("*.checkpoint"))


def test_health_goes_on_counting(images, tmp_path):
    def health_after(epochs):
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile()
        health = kg.callbacks.Health(images[:32], patience=9)
        callbacks = [health, kg.callbacks.Resume(tmp_path, every_batches=1)]
        gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=callbacks)
        return health

    first, second = health_after(2), health_after(3)
    assert len(first._losses) == 2 and second._losses[:2] == first._losses and len(second._losses) == 3
    resumed = health_after(3)  # ended: nothing but what was kept
    np.testing.assert_array_equal(resumed._weights, second._weights)
