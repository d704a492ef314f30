"""What `Resume` costs at its default frequency: its share of a training run, counted where it works.

    python scripts/benchmarks/resume_cost.py                    an MLP and a DCGAN, 2 minutes each
    python scripts/benchmarks/resume_cost.py mlp --minutes 5

Prints, of `fit` from its second call on (the first one compiles): the share of the clock during which training stood
still in one of the callback's methods, and the share of processor seconds that these and the writing thread took.
Comparing runs with and without it, as was done before, drowns both in the noise of the machine.
"""

import argparse
import os
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import keras_gan as kg
from keras_gan.callbacks.checkpoint_store import Store

PLAYERS = {
    "mlp": lambda: kg.architectures.mlp(image_shape=(28, 28, 1), latent_dim=64),
    "dcgan": lambda: kg.architectures.dcgan(image_shape=(28, 28, 1), latent_dim=64),
}
HOOKS = ("on_train_begin", "on_epoch_begin", "on_train_batch_end", "on_epoch_end", "on_train_end")
spent = {}


def counting(function, name):
    """The function, whose seconds on the clock and of its thread are added to `spent`."""

    def counted(*args, **kwargs):
        wall, processor = time.monotonic(), time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            spent[f"{name} wall"] = spent.get(f"{name} wall", 0) + time.monotonic() - wall
            spent[f"{name} processor"] = spent.get(f"{name} processor", 0) + time.thread_time() - processor

    return counted


class Counted(kg.callbacks.Resume):
    pass


for hook in HOOKS:
    setattr(Counted, hook, counting(getattr(kg.callbacks.Resume, hook), "callback"))
Store._write = counting(Store._write, "thread")


def measure(name, minutes):
    images = kg.datasets.load("glyphs", split="train")[0]
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*PLAYERS[name](), seed=0)
    gan.compile()
    gan.fit(images[:12_800], batch_size=64, verbose=0)
    spent.clear()
    began = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as directory:
        resume, epochs = Counted(directory), 0
        stop = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: setattr(gan, "stop_training", time.monotonic() - began[0] > 60 * minutes)
        )
        epochs = len(gan.fit(images, batch_size=64, epochs=10_000, verbose=0, callbacks=[stop, resume]).epoch)
    wall, processor = time.monotonic() - began[0], time.process_time() - began[1]
    print(
        f"{name}: {epochs} epochs of {len(images)} images in {wall:.0f} s, {processor:.0f} s of the processor. "
        f"Training stood still for {spent['callback wall'] / wall:.2%} of the clock; Resume took "
        f"{(spent['callback processor'] + spent['thread processor']) / processor:.2%} of the processor.",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="mlp|dcgan", default=list(PLAYERS), help="default: both")
    parser.add_argument("--minutes", type=float, default=2.0)
    arguments = parser.parse_args()
    for name in arguments.names:
        measure(name, arguments.minutes)


if __name__ == "__main__":
    main()
