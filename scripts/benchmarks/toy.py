"""Which settings find all modes of a toy distribution: 8 Gaussians in a ring, 25 in a grid.

    python scripts/benchmarks/toy.py                    every setting on both, one seed
    python scripts/benchmarks/toy.py --seeds 3 | tee docs/results/toy.txt    what is kept
    python scripts/benchmarks/toy.py ring --setting r3gan --seeds 3

For each run it prints the modes reached, the share of good samples and the seconds of
training. A sample is good within 3 standard deviations of the nearest mode (which holds for
98.9 % of the data themselves); a mode is reached by a tenth of its fair share of good samples.

Source: Srivastava et al., 2017, https://arxiv.org/abs/1705.07761, for data and measures
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import floor
import keras
import machine
import numpy as np

import keras_gan as kg
from keras_gan.penalties import R1, R2, GradientPenalty
from keras_gan.schedules import Cosine, LearningRate

BATCH, POINTS, SAMPLES = 256, 51_200, 10_000
LAYERS = keras.layers

MODES = {
    "ring": np.array([(np.cos(a), np.sin(a)) for a in np.arange(8) * np.pi / 4]) * 0.9,
    "grid": np.array([(x, y) for x in range(-2, 3) for y in range(-2, 3)]) * 0.45,
}
DEVIATION = {"ring": 0.009, "grid": 0.01125}  # 1 % of the radius; 2.5 % of the distance between neighbours

# loss, penalties, beta_1, discriminator steps
SETTINGS = {
    "bce": ("bce", [], 0.5, 1),
    "bce + r1": ("bce", [R1(0.1)], 0.0, 1),
    "bce + r1 every 4th": ("bce", [R1(0.1, interval=4)], 0.0, 1),
    "least squares": ("least_squares", [], 0.5, 1),
    "hinge + r1": ("hinge", [R1(0.1)], 0.0, 1),
    "wgan-gp": ("wasserstein", [GradientPenalty(1.0)], 0.0, 5),
    "relativistic average + r1": ("relativistic_average", [R1(0.1)], 0.0, 1),
    "r3gan": ("relativistic_pairing", [R1(0.1), R2(0.1)], 0.0, 1),
}


def points(name, count, seed=0):
    """Float32 `(count, 2)` in [-1, 1]."""
    random = np.random.default_rng(seed)
    centres = MODES[name][random.integers(len(MODES[name]), size=count)]
    return (centres + random.normal(size=(count, 2)) * DEVIATION[name]).astype("float32")


def players(latent_dim=2, width=128):
    """Deeper for the generator, which has to tear one cloud into 25."""

    def dense(depth, activation):
        return [LAYERS.Dense(width, activation, kernel_initializer="he_normal") for _ in range(depth)]

    generator = [keras.Input((latent_dim,)), *dense(5, "relu"), LAYERS.Dense(2)]
    discriminator = [keras.Input((2,)), *dense(3, "leaky_relu"), LAYERS.Dense(1)]
    return keras.Sequential(generator, name="generator"), keras.Sequential(discriminator, name="discriminator")


def train(name, setting, seed, steps):
    """The trained GAN and the seconds that it took."""
    loss, penalties, beta_1, discriminator_steps = SETTINGS[setting]
    keras.utils.set_random_seed(seed)
    gan = kg.GAN(*players(), seed=seed, ema_half_life_images=10_000)

    def adam(examples_per_step):
        rate = LearningRate(Cosine(1e-3, 2e-5, examples=steps * BATCH), examples_per_step)
        return keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=0.99)

    gan.compile(
        g_optimizer=adam(BATCH * discriminator_steps),
        d_optimizer=adam(BATCH),
        loss=loss,
        penalties=penalties,
        discriminator_steps=discriminator_steps,
    )
    began = time.monotonic()
    gan.fit(points(name, POINTS), batch_size=BATCH, epochs=steps * BATCH // POINTS, verbose=0)
    return gan, time.monotonic() - began


def score(name, samples):
    """How many modes are reached, and the share of good samples."""
    distances = np.linalg.norm(samples[:, None] - MODES[name], axis=2)
    good = distances.min(axis=1) < 3 * DEVIATION[name]
    reached = np.bincount(distances.argmin(axis=1)[good], minlength=len(MODES[name]))
    return int(np.sum(reached >= 0.1 * len(samples) / len(MODES[name]))), float(good.mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="ring|grid", default=list(MODES), help="default: both")
    parser.add_argument("--setting", choices=list(SETTINGS), action="append", help="default: every one")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10_000, help=f"of {BATCH} points")
    arguments = parser.parse_args()
    print(f"{time.strftime('%Y-%m-%d')}, {machine.header(floor.matrix_rate())}; {arguments.steps} steps of {BATCH}")
    for name in arguments.names:
        print(f"{name}: the data themselves score {score(name, points(name, SAMPLES, seed=1))[1]:.1%}", flush=True)
        for setting in arguments.setting or SETTINGS:
            for seed in range(arguments.seeds):
                gan, seconds = train(name, setting, seed, arguments.steps)
                modes, good = score(name, gan.generate(SAMPLES, seed=0, batch_size=SAMPLES))
                print(
                    f"{name:5} {setting:26} seed {seed}: {modes:2} of {len(MODES[name]):2} modes, "
                    f"{good:6.1%} good, {seconds:4.0f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
