"""Runs for test_devices.py, in a process with two logical CPUs."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)

import keras
import numpy as np

import keras_gan as kg
from keras_gan import backend
from keras_gan.datasets.stream import EpochStream
from keras_gan.models import pace
from tests.conftest import tiny_players

IMAGES = np.tanh(np.random.default_rng(0).standard_normal((64, 8, 8, 1))).astype("float32")


def weights(gan):
    return np.concatenate([w.ravel() for w in gan.get_weights()])


def build(**compile_arguments):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0, ema_half_life_images=100)
    sgd = [keras.optimizers.Adam(1e-3) for _ in range(2)]
    gan.compile(g_optimizer=sgd[0], d_optimizer=sgd[1], **compile_arguments)
    return gan


def check(name, ok, seen=""):
    print(f"{'ok' if ok else 'FAILED'}: {name} {seen}", flush=True)


strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

alone = build()
alone_logs = alone.fit(IMAGES, batch_size=16, epochs=2, verbose=0).history
with strategy.scope():
    pair = build()
pair_logs = pair.fit(IMAGES, batch_size=16, epochs=2, verbose=0).history
difference = np.abs(weights(alone) - weights(pair)).max()
check("two replicas of half a batch equal one of the whole", difference < 1e-5, difference)
check("losses are reported true", np.allclose(alone_logs["d_loss"], pair_logs["d_loss"], atol=1e-4))
many = EpochStream(np.zeros((pace.FEWEST_EXAMPLES, 8, 8, 1), "float32"), 16, seed=0, position=lambda: (0, 0))
paces = [pace.steps_per_program(each, many, ()) for each in (alone, pair)]
check("one device paces itself, two leave the loop to Keras", paces[0] > 1 == paces[1], paces)
check("every example is counted once", int(pair.examples_seen.numpy()) == 128 and int(pair.batches_seen.numpy()) == 8)

pace.FEWEST_EXAMPLES = 10
for single in (tf.distribute.OneDeviceStrategy("CPU:0"), tf.distribute.MirroredStrategy(["CPU:0"])):
    with single.scope():
        lone = build()
    lone.fit(IMAGES, batch_size=16, epochs=2, verbose=0)
    difference = np.abs(weights(alone) - weights(lone)).max()
    check(f"one replica of {type(single).__name__} trains as none", difference < 1e-5, difference)

seed = keras.random.SeedGenerator(0)
with strategy.scope():
    replicated_seed = keras.random.SeedGenerator(0)
drawn = strategy.run(tf.function(lambda: backend.normal((4, 6), replicated_seed)))
first, second = (value.numpy() for value in strategy.experimental_local_results(drawn))
whole = backend.normal((8, 6), seed).numpy()
check("replicas draw different latents", not np.array_equal(first, second))
check("together they draw what one device draws", np.allclose(np.concatenate([first, second]), whole, atol=1e-6))

with strategy.scope():
    twin = build()
twin.set_weights(pair.get_weights())
check("generate works under the strategy", np.allclose(pair.generate(5, seed=1), twin.generate(5, seed=1), atol=1e-6))
history = pair.fit(IMAGES[:60], batch_size=16, validation_data=IMAGES[:32], verbose=0).history
check("a partial last batch and validation run", np.isfinite(history["val_loss"]).all())

for arguments, words in [
    ({"steps_per_execution": 4}, "keras#19246"),
    ({"jit_compile": True}, "auto"),
    ({"discriminator_steps": 2}, "discriminator_steps"),
]:
    try:
        with strategy.scope():
            build(**arguments)
        check(f"{arguments} is refused", False)
    except ValueError as error:
        check(f"{arguments} is refused", words in str(error), error)
try:
    with strategy.scope():
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile(g_optimizer=keras.optimizers.Adam(gradient_accumulation_steps=2))
    check("gradient accumulation is refused", False)
except ValueError as error:
    check("gradient accumulation is refused", "keras#20582" in str(error), error)
