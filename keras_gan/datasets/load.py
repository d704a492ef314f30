"""One door to every dataset."""

from pathlib import Path

import numpy as np

from keras_gan import images as pixels
from keras_gan.datasets import arrays, folder, glyphs, tfds


def load(name, split="train", size=None, channels=None):
    """Loads a set of images into memory.

    Args:
        name: "glyphs", the embedded digits; or the path of a folder of pictures, whose subfolders are classes; or the
            path of a `.npy` or `.npz` file; or the name of an image dataset of tensorflow-datasets, such as "mnist",
            "cifar10" or "emnist/letters". A file or folder that exists wins over a dataset of the same name.
        split: "train", "test", or for tensorflow-datasets any split it knows, such as "train[:10%]".
        size: side in pixels, or `(height, width)`. Each picture is cut, around its centre, to the proportions of
            `size`, then resized. None keeps the size, which must then be the same for all.
        channels: 1 (grey), 3 (RGB) or 4 (RGBA). None keeps what the data has; of a folder, RGB unless all its
            pictures are grey. Transparent parts become white when alpha is dropped.

    Returns:
        `(images, labels)`: float32 `(n, height, width, channels)` in [-1, 1], and int64 `(n,)`, or None where there
        are no labels.

    Raises:
        ValueError: for an unknown name or split, and for data that is not images; it says what was found.
        FileNotFoundError: if `name` is a path and nothing is there.
        ConnectionError: if the dataset must be downloaded and cannot be.
    """
    size = _pair(size)
    if channels not in (None, 1, 3, 4):
        raise ValueError(f"`channels` must be 1 (grey), 3 (RGB), 4 (RGBA) or None. Received: channels={channels!r}.")
    if not isinstance(name, (str, Path)) or not str(name):
        raise ValueError(
            f"`name` must be the name of a dataset, or a path. Received: {type(name).__name__} {str(name)[:60]!r}. "
            "Arrays in memory go to `fit` as they are."
        )
    if name == "glyphs":
        images, labels = glyphs.load(split)
    else:
        path = Path(name).expanduser()
        if path.is_dir():
            images, labels = folder.load(path, split, size, channels)
        elif path.suffix.lower() in (".npy", ".npz"):
            images, labels = arrays.load(path, split)
        elif path.exists():
            raise ValueError(f"A file of images must be .npy or .npz; of pictures, name the folder. Received: {path}.")
        elif _is_path(name):
            raise FileNotFoundError(f"There is no file or folder {path} to load images from.")
        else:
            images, labels = tfds.load(name, split, size)
    if size is not None:
        images = pixels.resize(pixels.crop_to_aspect(images, size), size)
    unit = pixels.to_unit(images) if images.dtype == np.uint8 else images
    return pixels.with_channels(unit, channels), labels


def _pair(size):
    """`size` as `(height, width)`, or None."""
    pair = (size, size) if isinstance(size, (int, np.integer)) else size
    if pair is None:
        return None
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(_is_pixels(side) for side in pair):
        raise ValueError(f"`size` must be a number of pixels or (height, width), each at least 1. Received: {size!r}.")
    return tuple(int(side) for side in pair)


def _is_pixels(side):
    return isinstance(side, (int, np.integer)) and not isinstance(side, bool) and side > 0


def _is_path(name):
    """Whether a name that leads to no file was meant as one; "emnist/letters" is a dataset with its configuration."""
    text = str(name)
    return (
        isinstance(name, Path)
        or text.startswith((".", "/", "~"))
        or text.endswith("/")
        or "\\" in text
        or Path(text).suffix.lower() in (".zip", ".tar", ".gz", ".tgz", ".npy", ".npz", *folder.SUFFIXES)
        or ("/" in text and Path(text.split("/")[0]).is_dir())
    )
