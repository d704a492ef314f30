"""Trained generators as files that run without keras_gan, and such files as generators again."""

from pathlib import Path

import keras

from keras_gan.export import keras_file, litert, onnx, saved_model, targets
from keras_gan.export.load import LoadedGenerator, load_generator

FORMATS = {"tf_saved_model": saved_model, "keras": keras_file, "onnx": onnx, "litert": litert}

__all__ = ["FORMATS", "LoadedGenerator", "export", "load_generator"]


def export(gan, filepath, format="tf_saved_model", uint8=False, overwrite=False, verbose=None):
    """Writes the generator that `gan.sampler()` names: the averaged one if there is one.

    | format | file | holds |
    |---|---|---|
    | `tf_saved_model` | a folder | `serve`, `generate` and `discriminate`, see `export/saved_model.py` |
    | `keras` | `.keras` | the bare generator, for `keras.saving.load_model` |
    | `onnx` | `.onnx` | the generator; needs `pip install 'keras-gan[onnx]'` |
    | `litert` | `.tflite` | the generator, signature `serving_default`; needs `pip install 'keras-gan[litert]'` |

    In each of them the number of samples is free. What was written is opened again and compared with `gan` before
    it appears at `filepath`, see `export/parity.py`. On JAX and PyTorch, TensorFlow does so in a second process, and
    writes all of these formats but `keras`: see `export/under_tensorflow.py`.

    Args:
        gan: a `keras_gan.GAN`, built; it need not be compiled or trained.
        filepath: where to. An earlier export there is replaced, and an empty folder filled.
        format: one of the names above.
        uint8: whether the samples come as pixels 0..255 instead of floats in [-1, 1]; not for `keras`.
        overwrite: whether to replace a file, or a SavedModel, that is no earlier export.
        verbose: whether to print where it went.

    Raises:
        ValueError: for an unknown format, a suffix that is not the format's, a generator whose samples are not
            finite, or one that the format cannot hold.
        FileExistsError: if something else is in the way.
        ImportError: if the format needs a package that is not installed.
        RuntimeError: if what was written makes other samples than `gan`.
    """
    if format not in FORMATS:
        raise ValueError(f"`format` must be one of {', '.join(map(repr, FORMATS))}. Received: format={format!r}.")
    path, chosen = Path(filepath), FORMATS[format]
    check_suffix(path, format)
    chosen.require(uint8)
    with targets.replacing(path, overwrite) as temporary:
        if format == "keras" or keras.backend.backend() == "tensorflow":
            chosen.write(gan, temporary, uint8)
            chosen.verify(gan, temporary, uint8)
        else:
            from keras_gan.export import under_tensorflow  # which itself needs FORMATS

            under_tensorflow.write(gan, temporary, format, uint8)
    if verbose:
        print(f"Saved the generator at {path}.")


def check_suffix(path, format):
    """Raises ValueError unless the file is named as its format asks; a SavedModel is a folder and has no suffix."""
    if FORMATS[format].SUFFIX:
        if path.suffix != FORMATS[format].SUFFIX:
            raise ValueError(f"A file of format {format!r} is named *{FORMATS[format].SUFFIX}. Received: {path}.")
        return
    for name, other in FORMATS.items():
        if other.SUFFIX and path.suffix == other.SUFFIX:
            raise ValueError(
                f"A SavedModel is a folder. Received: {path}. Pass format={name!r} for such a file, or another name."
            )
