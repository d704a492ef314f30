"""One of the workers of test_multi_worker.py, or the one device they equal: worker.py DIRECTORY NAME [PACE]."""

import contextlib
import os
import sys
import time
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy() if "TF_CONFIG" in os.environ else None

import keras
import numpy as np

import keras_gan as kg
from tests.conftest import tiny_players

IMAGES = np.tanh(np.random.default_rng(0).standard_normal((64, 8, 8, 1))).astype("float32")


def main(directory, name, pace="0"):
    directory = Path(directory)
    keras.utils.set_random_seed(0)
    with strategy.scope() if strategy else contextlib.nullcontext():
        gan = kg.GAN(*tiny_players(), seed=0, ema_half_life_images=100)
        gan.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.Adam(1e-3))
    callbacks = [
        keras.callbacks.CSVLogger(str(directory / "log.csv")),
        keras.callbacks.ReduceLROnPlateau(monitor="d_loss", patience=1, factor=0.5, mode="min"),
        kg.callbacks.ImageGrid(directory / "grids", rows=1, columns=3, animation=None),
        keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(float(pace))),
        kg.callbacks.Resume(directory / "checkpoints", every_batches=3),
    ]
    arguments = {"validation_data": IMAGES[:32], "callbacks": callbacks, "verbose": 0}
    gan.fit(IMAGES, batch_size=16, epochs=4, **arguments)
    state = {f"{index:03d}": v.numpy() for index, v in enumerate([*gan.variables, *gan.optimizer.variables])}
    np.savez(directory / f"{name}.npz", **state)


if __name__ == "__main__":
    main(*sys.argv[1:])
