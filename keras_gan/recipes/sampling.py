"""Samples out of a run, a SavedModel or a .keras file, into a picture, an array or a folder."""

import math
from pathlib import Path

import numpy as np

from keras_gan import images, latents
from keras_gan.callbacks import newest_whole
from keras_gan.export import load_generator
from keras_gan.recipes.image_generation import recipe_of, restored
from keras_gan.recipes.run_folder import RunFolder

COLUMNS = 10


def sample(source, output, count, seed=None, label=None, latent_dim=None):
    """Make samples and write them.

    Args:
        source: a run's folder, a SavedModel's folder or a `.keras` file.
        output: `.png` for one grid, `.npy` for the float32 array, anything
            without a suffix for a folder of PNG files.
        count: how many.
        seed: int, or None for others each time.
        label: one class for all samples; None goes through the classes in turn.
        latent_dim: if given, the length that the latents must have.

    Returns:
        The path written.

    Raises:
        ValueError: for a source or an output that is none of those, a label
            that does not exist, or another latent size.
    """
    output = Path(output)
    if output.suffix not in (".png", ".npy", ""):
        raise ValueError(f"Expected an output ending in .png or .npy, or a folder's name. Received: {output}.")
    make, latent_shape, num_classes = open_generator(source)
    if latent_dim is not None and latent_shape != (latent_dim,):
        raise ValueError(f"The generator takes latents of shape {latent_shape}. Received: --latent-dim {latent_dim}.")
    if label is not None and (num_classes is None or not label < num_classes):
        has = f"{num_classes} classes, from 0" if num_classes else "no classes"
        raise ValueError(f"The generator has {has}. Received: --label {label}.")
    drawn = latents.draw(count, latent_shape, seed)
    labels = ()
    if num_classes:
        labels = (np.full(count, label) if label is not None else np.arange(count) % num_classes,)
    write(np.asarray(make(drawn, *labels)), output)
    return output


def open_generator(source):
    """`(make, latent_shape, num_classes)` of whatever holds a generator."""
    source = Path(source)
    if (source / "config.json").is_file():
        run = RunFolder.existing(source)
        if newest_whole(run.checkpoints) is not None:
            gan = restored(recipe_of(run), run)
            return _maker(gan), gan.latent_shape, gan.num_classes
        source = run.saved_model
    return load_generator(source)


def _maker(gan):
    def make(drawn, labels=None):
        inputs = drawn if labels is None else [drawn, labels.astype("int32")]
        return gan.predict(inputs, batch_size=250, verbose=0)

    return make


def write(samples, output):
    if output.suffix == "":
        output.mkdir(parents=True, exist_ok=True)
        for index, picture in enumerate(samples):
            images.save_png(images.to_uint8(picture), output / f"sample-{index:05d}.png")
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.suffix == ".npy":
        np.save(output, samples.astype("float32"))
        return
    columns = min(COLUMNS, len(samples))
    images.save_png(images.grid(samples, math.ceil(len(samples) / columns), columns), output)
