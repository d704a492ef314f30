"""keras_gan through fit: ours.py WORKLOAD SECONDS [callbacks]."""

import os
import sys
import tempfile
import time

BEGAN = time.perf_counter()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

import keras
from clock import measure
from workloads import WORKLOADS, keras_players

import keras_gan as kg

work, seconds = WORKLOADS[sys.argv[1]], float(sys.argv[2])
keras.config.set_dtype_policy(work.precision)
gan = kg.GAN(*keras_players(work.kind), seed=0)
gan.compile()
images = work.images()
images = images[: len(images) // work.batch * work.batch]
folder = tempfile.mkdtemp()
callbacks, epochs = [], [0]
if "callbacks" in sys.argv:
    callbacks = [kg.callbacks.Resume(folder)]
    if work.kind != "mlp":
        callbacks.append(kg.callbacks.ImageGrid(folder, animation=None))


def epoch():
    epochs[0] += 1
    begin = epochs[0] - 1 if callbacks else 0
    fit = gan.fit(
        images, batch_size=work.batch, verbose=0, callbacks=list(callbacks), initial_epoch=begin, epochs=begin + 1
    )
    return fit.history["d_loss"][-1], fit.history["g_loss"][-1]


measure(epoch, len(images) // work.batch, seconds, BEGAN)
