"""Images per second of the input pipelines alone, with no training behind them."""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

BATCH, SIDE, EPOCHS = 64, 64, 3


def measure(folder):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras_gan as kg

    with tempfile.TemporaryDirectory() as pictures:
        write_pictures(Path(pictures), 2000)
        start = time.perf_counter()
        images, _ = kg.datasets.load(pictures)
        found = {"folder, decoded": len(images) / (time.perf_counter() - start)}
    found["folder, epoch after epoch"] = rate(images)
    digits = np.random.default_rng(0).random((60_000, 28, 28, 1), "float32")
    found["arrays of 28x28"] = rate(digits)
    found["arrays of 28x28, for programs of steps"] = rate_in_groups(digits)
    if os.environ.get("TFDS_DATA_DIR"):
        start = time.perf_counter()
        images, _ = kg.datasets.load("mnist")
        found["TFDS' mnist, decoded"] = len(images) / (time.perf_counter() - start)
        found["TFDS' mnist, epoch after epoch"] = rate(images)
    return found


def rate(images):
    """Of the pipeline that `fit` makes of arrays: shuffled batches."""
    import keras_gan as kg

    dataset = kg.datasets.stream(images, BATCH, seed=0)
    for _ in dataset.take(1):
        pass
    start = time.perf_counter()
    for _ in range(EPOCHS):
        for _ in dataset:
            pass
    return EPOCHS * len(images) / (time.perf_counter() - start)


def rate_in_groups(images):
    """Of the batches that programs of several steps take."""
    from keras_gan.datasets.groups import Groups
    from keras_gan.datasets.stream import EpochStream
    from keras_gan.models import pace

    epochs = EpochStream(images, BATCH, seed=0, position=lambda: (0, 0))
    epochs.group = pace.in_fewest_calls(
        len(images) // BATCH, min(pace.MOST_STEPS, pace.MOST_BYTES // images[:BATCH].nbytes)
    )
    for epoch in range(1 + EPOCHS):
        if epoch == 1:  # the first is to warm up
            start = time.perf_counter()
        epochs.on_epoch_begin()
        for _ in Groups(epochs):
            pass
    return EPOCHS * len(images) / (time.perf_counter() - start)


def write_pictures(folder, count):
    from PIL import Image

    random = np.random.default_rng(0)
    for i in range(count):
        small = random.integers(0, 256, (8, 8, 3), "uint8")
        Image.fromarray(small).resize((SIDE, SIDE)).save(folder / f"{i:05d}.png")


def text(found):
    lines = [
        "## Input pipelines alone\n",
        f"Pictures are decoded once, in parallel, and stay in memory; batches of {BATCH}. The folder has PNG files of "
        f"{SIDE}x{SIDE} pixels.\n",
        "| images | images/s |",
        "|---|---|",
    ]
    return "\n".join([*lines, *(f"| {name} | {each:,.0f} |" for name, each in found.items())])
