"""What a step costs against the size of the batch, of the images and of the data, as numbers and a picture."""

import os
import time

import numpy as np

BATCHES, SIDES, COUNTS = (8, 16, 32, 64, 128, 256, 512, 1024), (16, 32, 64, 128), (1_000, 10_000, 100_000, 1_000_000)
SECONDS = 2.0  # of steps for a point


def measure(folder):
    """Milliseconds per step, by batch and by side of a DCGAN and by examples of an MLP; draws benchmarks.png too."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    found = {
        "batch": {batch: step_ms(28, batch) for batch in BATCHES},
        "side": {side: step_ms(side, 16) for side in SIDES},
        "examples": {count: epoch_ms(count) for count in COUNTS},
    }
    draw(found, folder / "benchmarks.png")
    return found


def step_ms(side, batch):
    """Of steps one by one, on a batch that is there."""
    import keras

    import keras_gan as kg

    keras.backend.clear_session()
    gan = kg.GAN(*kg.architectures.dcgan((side, side, 1)), seed=0)
    gan.compile()
    images = noise(batch, side, side, 1)
    for _ in range(2):
        gan.train_on_batch(images)
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        gan.train_on_batch(images)
        steps += 1
    return (time.perf_counter() - start) / steps * 1000


def epoch_ms(count, batch=100):
    """Of a step in one `fit` of many epochs, with all that an epoch needs; the first two are to warm up."""
    import keras

    import keras_gan as kg

    keras.backend.clear_session()
    gan = kg.GAN(*kg.architectures.mlp(image_shape=(8, 8, 1)), seed=0)
    gan.compile()
    ends = []

    def ended(epoch, logs):
        ends.append(time.perf_counter())
        gan.stop_training = len(ends) > 2 and ends[-1] - ends[1] > SECONDS

    gan.fit(
        noise(count, 8, 8, 1),
        batch_size=batch,
        epochs=100_000,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=ended)],
    )
    return (ends[-1] - ends[1]) / (len(ends) - 2) / (count // batch) * 1000


def noise(*shape):
    """Memory that is there: of zeros the system gives the same page again and again."""
    return np.random.default_rng(0).random(shape, "float32")


def draw(found, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    titles = {
        "batch": "DCGAN 28x28: images in a batch",
        "side": "DCGAN, batch 16: side of an image in pixels",
        "examples": "MLP 8x8, batch 100: images in the data",
    }
    figure, panels = pyplot.subplots(1, 3, figsize=(12, 3.5), layout="constrained")
    for panel, (name, title) in zip(panels, titles.items(), strict=True):
        sizes, costs = zip(*found[name].items(), strict=True)
        panel.plot(sizes, costs, "o-")
        panel.set(xscale="log", yscale="log", xlabel=title, ylabel="ms per step", xticks=sizes, xticklabels=sizes)
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[2].set(yscale="linear", ylim=(0, 2 * max(found["examples"].values())))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)
    pyplot.close(figure)


def text(found):
    lines = ["## Cost of a step against size\n", "![ms per step against batch, side and data](benchmarks.png)\n"]
    for name, points in found.items():
        lines.append(f"- {name}: " + ", ".join(f"{size}: {ms:.3g} ms" for size, ms in points.items()))
    lines.append("\nOf 1,000 images ten steps are an epoch, and share what Keras does once in it.")
    return "\n".join(lines)
