"""A training run for test_resume.py, in a process that can be killed: run_to_resume.py DIRECTORY EPOCHS PACE IMAGES."""

import os
import sys
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

import keras_gan as kg


def build():
    keras.utils.set_random_seed(1)
    layers = keras.layers
    generator = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(64, "relu"),
            layers.BatchNormalization(),
            layers.Dense(64, "tanh"),
            layers.Reshape((8, 8, 1)),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, "relu"), layers.Dropout(0.3), layers.Dense(1)]
    )
    gan = kg.GAN(generator, discriminator, seed=3, ema_half_life_images=100)
    gan.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.Adam(1e-3))
    return gan


def run(directory, epochs=4, resume=True, every_batches=7, pace=0.0, count=500):
    """`pace`: seconds slept after a batch, or after a program of several, into which 10,000 images are put."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    images = np.tanh(rng.standard_normal((count, 8, 8, 1))).astype("float32")
    gan = build()
    sleep = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(pace))
    sleep.any_pace = True
    callbacks = [
        keras.callbacks.CSVLogger(str(directory / "log.csv")),
        keras.callbacks.ReduceLROnPlateau(monitor="d_loss", patience=1, factor=0.5, mode="min"),
        keras.callbacks.EarlyStopping(monitor="g_loss", mode="min", patience=50),
        kg.callbacks.ImageGrid(directory / "grids", rows=1, columns=3),
        sleep,
    ]
    if resume:
        callbacks.append(kg.callbacks.Resume(directory / "checkpoints", every_batches=every_batches))
    gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=callbacks)
    return gan, callbacks


def ending(gan, callbacks):
    """Everything that must be equal, as one dict of arrays."""
    state = {f"{i}": v.numpy() for i, v in enumerate([*gan.variables, *gan.optimizer.variables])}
    state["plateau"] = np.array([callbacks[1].wait, callbacks[1].best])
    state["stopping"] = np.array([callbacks[2].wait, callbacks[2].best, callbacks[2].best_epoch])
    return state


if __name__ == "__main__":
    count = int(sys.argv[4])
    gan, callbacks = run(sys.argv[1], int(sys.argv[2]), every_batches=count // 70, pace=float(sys.argv[3]), count=count)
    np.savez(Path(sys.argv[1]) / "ending.npz", **ending(gan, callbacks))
