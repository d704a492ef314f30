"""keras_gan through fit: ours.py WORKLOAD [callbacks | bfloat16]."""

import sys
import tempfile

import keras
from fit_clock import take_turns
from workloads import WORKLOADS, keras_players

import keras_gan as kg

work = WORKLOADS[sys.argv[1]]
if "bfloat16" in sys.argv:
    keras.config.set_dtype_policy("mixed_bfloat16")
gan = kg.GAN(*keras_players(work.kind), seed=0)
gan.compile()
callbacks = []
if "callbacks" in sys.argv:  # a grid and a checkpoint every epoch; by the clock, Resume would count others' turns
    folder = tempfile.mkdtemp()
    resume = kg.callbacks.Resume(folder, every_seconds=None, every_batches=work.steps)
    callbacks = [kg.callbacks.ImageGrid(folder), resume]
take_turns(gan, work.images(), callbacks, batch_size=work.batch)
