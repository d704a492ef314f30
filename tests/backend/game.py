"""A small game that comes out equal on every backend: its weights, data and noise are NumPy's.

`python game.py play OUT` and `python game.py go_on SAVED OUT` play it in a process of its own, under KERAS_BACKEND.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import zlib

import keras
import numpy as np

import keras_gan as kg
from keras_gan import backend, losses, penalties

HERE = keras.backend.backend()
INSTALLED = [name for name in ("torch", "tensorflow", "jax") if importlib.util.find_spec(name)]
OTHERS = [name for name in INSTALLED if name != HERE]
STEPS, BATCH = 5, 8


def noise(shape, *_, **__):
    shape = tuple(int(size) for size in shape)
    rng = np.random.default_rng(zlib.crc32(repr(shape).encode()))
    return keras.ops.convert_to_tensor(rng.standard_normal(shape).astype("float32"))


def chance(shape, minval=0.0, maxval=1.0, *_, **__):
    shape = tuple(int(size) for size in shape)
    rng = np.random.default_rng(zlib.crc32(repr(shape).encode()))
    return keras.ops.convert_to_tensor(rng.uniform(minval, maxval, shape).astype("float32"))


def draw_from_numpy(patch=setattr):
    patch(backend, "normal", noise)
    patch(keras.random, "normal", noise)
    patch(keras.random, "uniform", chance)


def players(penalty):
    """No kinks, since a kink is where rounding decides; batch statistics in both players.

    Not in a discriminator whose slopes are penalised: TensorFlow's moments have wrong second derivatives.
    """
    layers = keras.layers
    normalised = [] if penalty else [layers.BatchNormalization(momentum=0.8)]
    generator = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(12, use_bias=False),
            layers.BatchNormalization(momentum=0.8),
            layers.Activation("tanh"),
            layers.Dense(16, "tanh"),
            layers.Reshape((4, 4, 1)),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Flatten(),
            layers.Dense(12, use_bias=False),
            *normalised,
            layers.Activation("softplus"),
            layers.Dense(1),
        ],
        name="discriminator",
    )
    rng = np.random.default_rng(1)
    for variable in generator.trainable_variables + discriminator.trainable_variables:
        if len(variable.shape) == 2:
            variable.assign(rng.standard_normal(variable.shape) / np.sqrt(variable.shape[0]))
    return generator, discriminator


def real_batches(count=STEPS):
    return np.random.default_rng(2).uniform(-1, 1, (count, BATCH, 4, 4, 1)).astype("float32")


def adam():
    # a large epsilon, since Adam's first steps are otherwise the signs of gradients that may be 0 but for rounding
    return keras.optimizers.Adam(1e-2, beta_1=0.5, epsilon=1e-3)


# one compiled step is faster than many small ones only on JAX
EAGERLY = HERE != "jax"


def gan(loss="bce", penalty=(), ema_half_life_images=None, **kwargs):
    model = kg.GAN(*players(penalty), seed=0, ema_half_life_images=ema_half_life_images)
    model.compile(adam(), adam(), loss=loss, penalties=penalty, **kwargs)
    return model


def play(model, batches):
    """All weights after training on the batches, as one flat array, and the last logs behind them."""
    for batch in batches:
        logs = model.train_on_batch(batch, return_dict=True)
    return np.concatenate([weight.ravel() for weight in model.get_weights()] + [[logs["d_loss"], logs["g_loss"]]])


def every_game():
    for loss in losses.ALL:
        for penalty in (None, *penalties.ALL):
            yield f"{loss.__name__} {penalty.__name__ if penalty else 'alone'}", loss, penalty


def play_one(loss, penalty):
    keras.utils.set_random_seed(0)
    model = gan(loss(), penalty() if penalty else (), run_eagerly=EAGERLY)
    return play(model, real_batches())


def play_every_game():
    return {name: play_one(loss, penalty) for name, loss, penalty in every_game()}


def go_on(path):
    return {"weights": play(keras.saving.load_model(path), real_batches(2 * STEPS)[STEPS:])}


def elsewhere(other, directory, *arguments):
    """What `game.py` says under another backend."""
    out = pathlib.Path(directory, "elsewhere.npz")
    environment = {**os.environ, "KERAS_BACKEND": other, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment["PYTHONPATH"] = str(pathlib.Path(kg.__file__).parents[1])
    command = [sys.executable, __file__, *map(str, arguments), str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(np.load(out))


if __name__ == "__main__":
    draw_from_numpy()
    verb, *saved, out = sys.argv[1:]
    np.savez(out, **(play_every_game() if verb == "play" else go_on(*saved)))
