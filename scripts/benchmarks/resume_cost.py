"""What `Resume` costs at its default frequency: processor seconds of training with it and without, in turns.

    python scripts/benchmarks/resume_cost.py                  an MLP and a DCGAN, 5 rounds each
    python scripts/benchmarks/resume_cost.py mlp --rounds 9

Prints every round, the median of the ratios, and the medians of both. The first fit, which compiles, is not counted.
Processor seconds are those of all threads: other load on the machine, which moves a clock's seconds by half, hardly
moves them. They leave out waiting for the disk, which the writing thread does beside training.
"""

import argparse
import os
import statistics
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import keras_gan as kg

PLAYERS = {
    "mlp": lambda: kg.architectures.mlp(image_shape=(28, 28, 1), latent_dim=64),
    "dcgan": lambda: kg.architectures.dcgan(image_shape=(28, 28, 1), latent_dim=64),
}
EPOCHS = {"mlp": 6, "dcgan": 2}
IMAGES = {"mlp": None, "dcgan": 2048}  # in an epoch; None for all


def gan_of(name):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*PLAYERS[name](), seed=0)
    gan.compile()
    return gan


def seconds(gan, images, epochs, callbacks):
    began = time.process_time()
    gan.fit(images, batch_size=64, epochs=epochs, verbose=0, callbacks=callbacks)
    return time.process_time() - began


def measure(name, rounds):
    images = kg.datasets.load("glyphs", split="train")[0][: IMAGES[name]]
    gan = gan_of(name)
    seconds(gan, images, 1, [])
    without, with_it = [], []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as directory:
            turns = [(without, []), (with_it, [kg.callbacks.Resume(directory)])]
            for times, callbacks in turns if number % 2 else reversed(turns):
                times.append(seconds(gan, images, EPOCHS[name], callbacks))
        print(f"{name:5} round {number + 1}: {without[-1]:6.2f} s, with Resume {with_it[-1]:6.2f} s", flush=True)
    ratios = [one / other for one, other in zip(with_it, without, strict=True)]
    print(
        f"{name:5} {len(images)} images x {EPOCHS[name]} epochs: median {statistics.median(without):.2f} s, "
        f"with Resume {statistics.median(with_it):.2f} s; median ratio {statistics.median(ratios):.4f} "
        f"(from {min(ratios):.4f} to {max(ratios):.4f})",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="mlp|dcgan", default=list(PLAYERS), help="default: both")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for name in arguments.names:
        measure(name, arguments.rounds)


if __name__ == "__main__":
    main()
