"""Looks for the default of `keras-gan train`: trains settings for so many images, one core each, and scores them.

    python scripts/benchmarks/search.py                                       the table of what was tried
    python scripts/benchmarks/search.py batch_size=16 beta_1=0                one setting more
    python scripts/benchmarks/search.py learning_rate=2e-3 generator_width=48 --images 200000 --seed 1

A setting is what it changes of START, where the search began (`keras-gan train` ended with batch_size=32
learning_rate=3e-3 beta_1=0); names that are not in it go to the architecture. The score is FD(patches) of 10,000
samples of the averaged generator against the last 10,000 training images, which are left out of the training: a choice
must not see the test images (lines without `split`, of before 2026-11-27, are of the test split). Each run adds a line
to docs/results/search.jsonl and leaves a grid in runs/search/. Processor seconds are those of training alone: two runs
side by side disturb each other's clock, but hardly these.
"""

import argparse
import json
import os
import time
from pathlib import Path

for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as keras_gan does, but here keras is imported first

import keras

import keras_gan as kg
from keras_gan.recipes.image_generation import save_grid

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "search.jsonl"
HELD_OUT = 10_000
START = {
    "dataset": "mnist",
    "architecture": "dcgan",
    "conditional": True,
    "batch_size": 32,
    "learning_rate": 1e-3,
    "beta_1": 0.5,
    "beta_2": 0.99,
    "r1": 0.5,
    "r2": 0.0,
    "penalty": None,
    "interval": 4,
    "loss": "bce",
    "ema_half_life_images": 20_000,
}


def run(setting, images, seed):
    setting = START | setting
    keras.utils.set_random_seed(seed)
    pictures, labels = kg.datasets.load(setting["dataset"], "train")
    held_out = pictures[-HELD_OUT:], labels[-HELD_OUT:]
    pictures, labels = pictures[:-HELD_OUT], labels[:-HELD_OUT]
    classes = int(labels.max()) + 1 if setting["conditional"] else None
    gan = build(setting, pictures.shape[1:], classes, images // setting["batch_size"], seed)
    began = time.process_time()
    steps = images // setting["batch_size"]
    gan.fit(pictures, labels, batch_size=setting["batch_size"], steps_per_epoch=steps, verbose=0)
    seconds = time.process_time() - began
    return gan, {
        "setting": {name: value for name, value in setting.items() if START.get(name) != value},
        "split": "last training images",
        "images": images,
        "seed": seed,
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "fd_patches": round(score(gan, pictures, *held_out), 2),
        "images_per_processor_second": round(images / seconds),
        "weights": [gan.generator.count_params(), gan.discriminator.count_params()],
    }


def build(setting, image_shape, classes, steps, seed):
    sizes = {name: value for name, value in setting.items() if name not in START}
    players = getattr(kg.architectures, setting["architecture"])(image_shape, num_classes=classes, seed=seed, **sizes)
    gan = kg.GAN(*players, seed=seed, num_classes=classes, ema_half_life_images=setting["ema_half_life_images"])
    rate = setting["learning_rate"]
    falls = keras.optimizers.schedules.PolynomialDecay(rate, steps, 0.02 * rate)  # as the recipe's
    adams = [keras.optimizers.Adam(falls, setting["beta_1"], setting["beta_2"]) for _ in range(2)]
    penalties = [kg.penalties.R1(setting["r1"], interval=setting["interval"])] if setting["r1"] else []
    penalties += [kg.penalties.R2(setting["r2"], interval=setting["interval"])] if setting["r2"] else []
    penalties += [kg.penalties.get(setting["penalty"])] if setting["penalty"] else []
    gan.compile(g_optimizer=adams[0], d_optimizer=adams[1], loss=setting["loss"], penalties=penalties)
    return gan


def score(gan, pictures, held_out, labels):
    gan.compile(metrics=[kg.metrics.FrechetDistance(train_images=pictures)])
    return gan.evaluate(held_out, labels, verbose=0, return_dict=True)["fid"]


def table():
    lines = ["| changed | images | seed | FD(patches) | against | images / processor s |", "|---|---|---|---|---|---|"]
    for found in sorted(map(json.loads, RESULTS.read_text().splitlines()), key=lambda each: each["fd_patches"]):
        changed = ", ".join(f"{name}={value}" for name, value in found["setting"].items()) or "nothing"
        lines.append(
            f"| {changed} | {found['images']:,} | {found['seed']} | {found['fd_patches']:.1f} | "
            f"{found.get('split', 'test')} | "
            f"{found['images_per_processor_second']} |"
        )
    return "\n".join(lines)


def value_of(text):
    try:
        return json.loads(text.lower())
    except ValueError:
        return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("setting", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--images", type=int, default=80_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--default", action="store_true", help="run START itself")
    arguments = parser.parse_args()
    setting = {name: value_of(value) for name, value in (each.split("=") for each in arguments.setting)}
    if setting or arguments.default:
        gan, found = run(setting, arguments.images, arguments.seed)
        with RESULTS.open("a") as file:
            file.write(json.dumps(found) + "\n")
        name = "-".join(arguments.setting) or "default"
        save_grid(gan, Path("runs/search") / f"{name}-{arguments.images}-seed{arguments.seed}.png")
        print(json.dumps(found))
    else:
        print(table())


if __name__ == "__main__":
    main()
