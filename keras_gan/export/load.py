"""An exported or saved generator, opened again."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from keras_gan import images
from keras_gan.export import facts, saved_model
from keras_gan.export.inference import samples
from keras_gan.models.players import declared_input

BATCH = 250  # samples at a time


class LoadedGenerator(NamedTuple):
    """A generator out of a file.

    Attributes:
        make: `make(latents, labels=None)`: float32 latents `(n, *latent_shape)`, and int labels `(n,)` of a
            class-conditional generator, to float32 samples in [-1, 1].
        latent_shape: shape of one latent, a tuple.
        num_classes: how many classes; None without labels.
    """

    make: Callable
    latent_shape: tuple
    num_classes: int | None


def load_generator(path):
    """Opens a SavedModel's folder, or a `.keras` file of a GAN or of a bare generator.

    Nothing in the file is run as Python: Keras's safe mode is on.

    Returns:
        A `LoadedGenerator`, which is a tuple.

    Raises:
        ValueError: if there is no such file, it cannot be read, or it holds no generator.
    """
    path = Path(path)
    try:
        make, latent_shape, num_classes, inputs = _from_folder(path) if path.is_dir() else _from_keras(path)
        if inputs != (1 if num_classes is None else 2) or None in latent_shape:
            raise ValueError(f"It takes {inputs} inputs, latents {latent_shape}, and has {num_classes} classes.")
    except Exception as error:
        raise ValueError(
            "A generator is read from a SavedModel's folder, or from the `.keras` file of a GAN or a generator. "
            f"Received: {path}, where that failed: {error}"
        ) from error
    return LoadedGenerator(_checked(make, latent_shape, num_classes), latent_shape, num_classes)


def _from_folder(path):
    if not (path / "saved_model.pb").is_file():
        raise ValueError("The folder holds no saved_model.pb.")
    make = saved_model.read(path)
    latents = next(iter(make.inputs.values()))
    return make, tuple(latents.shape[1:]), facts.read(path).get("num_classes"), len(make.inputs)


def _from_keras(path):
    if not path.is_file():
        raise ValueError("There is no such file or folder.")
    model = keras.saving.load_model(path, compile=False)
    if hasattr(model, "sampler"):
        return _caller(model.sampler()), model.latent_shape, model.num_classes, 2 if model.num_classes else 1
    inputs = declared_input(model)
    if inputs is None:
        raise ValueError("Its generator does not declare its input. Export the whole GAN as a SavedModel instead.")
    named = (layer.num_classes for layer in model._flatten_layers() if hasattr(layer, "num_classes"))
    return _caller(model), inputs[0], facts.read(path).get("num_classes", next(named, None)), len(inputs)


def _caller(generator):
    return lambda *inputs: keras.ops.convert_to_numpy(samples(generator, inputs, uint8=False))


def _checked(make, latent_shape, num_classes):
    """`make` with its inputs checked, a batch at a time, and float samples even where the file makes pixels."""

    def checked(latents, labels=None):
        latents = np.asarray(latents, "float32")
        if latents.shape[1:] != latent_shape:
            raise ValueError(f"Expected latents of shape (n, *{latent_shape}). Received: {latents.shape}.")
        if (labels is None) != (num_classes is None):
            raise ValueError(f"Labels belong to a generator with classes. Received: labels={labels}, {num_classes=}.")
        inputs = [latents] if labels is None else [latents, np.asarray(labels, "int32")]
        starts = range(0, max(len(latents), 1), BATCH)
        made = np.concatenate([make(*(each[start : start + BATCH] for each in inputs)) for start in starts])
        return images.to_unit(made) if made.dtype == np.uint8 else made

    return checked
