"""Arrays kept on disk between runs, with a checksum."""

import hashlib
import os
import warnings
from pathlib import Path

import numpy as np

from keras_gan.atomic import replacing


def folder():
    """`KERAS_GAN_CACHE`, or the user's cache folder for keras_gan."""
    if "KERAS_GAN_CACHE" in os.environ:
        return Path(os.environ["KERAS_GAN_CACHE"]).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "keras_gan"


def cached(name, make):
    """Returns `make()`, a tuple of arrays, reading it from the cache file `name` where that is intact.

    A damaged file is made anew, with a warning; a folder that cannot be written costs only the caching.
    """
    path = folder() / name
    try:
        return _read(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except Exception as error:  # a damaged zip raises nearly anything: BadZipFile, zlib.error, EOFError, KeyError, ...
        warnings.warn(f"The cache file {path} is damaged ({error}) and is made anew.", stacklevel=2)
    arrays = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            np.savez(temporary, *arrays, checksum=_checksum(arrays))
    except OSError as error:
        warnings.warn(
            f"{name} cannot be cached, so it will be made again next time: {error}. "
            "Set KERAS_GAN_CACHE to a folder that can be written.",
            stacklevel=2,
        )
    return arrays


def _read(path):
    with np.load(path, allow_pickle=False) as file:
        arrays = tuple(file[f"arr_{index}"] for index in range(len(file.files) - 1))
        if str(file["checksum"]) != _checksum(arrays):
            raise ValueError("its checksum differs from its content's")
    return arrays


def _checksum(arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()
