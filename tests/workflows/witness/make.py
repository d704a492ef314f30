"""Made the files beside it with release 0.1.0: make.py NAME. Later releases must read them; see test_witness.py."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import keras_gan as kg
from keras_gan.callbacks import checkpoints

HERE = Path(__file__).parent
IMAGES = np.tanh(np.random.default_rng(0).standard_normal((40, 4, 4, 1))).astype("float32")
BATCH_SIZE = 8


def build():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(8),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Dense(16, "tanh"),
            layers.Reshape((4, 4, 1)),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dropout(0.3), layers.Dense(1)],
        name="discriminator",
    )
    gan = kg.GAN(generator, discriminator, seed=7, ema_half_life_images=100)
    gan.compile(
        g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.RMSprop(1e-3), loss="bce", penalties="r1"
    )
    return gan


def numbers(gan):
    """What two equal models agree on: samples, and scores of real images."""
    scores = gan.discriminator(IMAGES[:4], training=False)
    return {
        "samples": np.asarray(gan.generate(2, seed=0), "float64").ravel().round(7).tolist(),
        "logits": np.asarray(keras.ops.convert_to_numpy(scores), "float64").ravel().round(7).tolist(),
        "batches": int(gan.batches_seen.numpy()),
    }


def main(name, directory):
    class KeepBatch7(keras.callbacks.Callback):  # of 5 an epoch
        def on_train_batch_end(self, batch, logs=None):
            if int(self.model.batches_seen.numpy()) == 7:
                found["checkpoint"] = numbers(self.model)

    found, gan = {}, build()
    resume = kg.callbacks.Resume(directory, every_seconds=None, every_batches=1, keep=20)
    gan.fit(IMAGES, batch_size=BATCH_SIZE, epochs=3, verbose=0, callbacks=[KeepBatch7(), resume])
    os.replace(checkpoints.path_of(directory, 7), HERE / f"{name}.checkpoint")
    gan.save(HERE / f"{name}.keras")
    found["keras"] = numbers(gan)
    (HERE / f"{name}.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        main(sys.argv[1], temporary)
