"""Images from a folder of picture files."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from keras_gan.datasets.splits import NoSuchSplit
from keras_gan.images import crop_to_aspect

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif")
SPLITS = ("train", "test", "val", "valid", "validation")


def load(path, split="train", size=None, channels=None):
    """Reads every PNG, JPEG, BMP, WebP and GIF (its first frame) below `path`, in the order of their names.

    Subfolders are classes, numbered in the order of their names; deeper folders belong to the class above them.
    Where all subfolders are named train, test, ..., they are splits, and the classes lie in them. A file that cannot be
    read is skipped, with a warning.

    Args:
        path: of the folder.
        split: "train", or the name of a subfolder that is a split.
        size: `(height, width)`; each picture is cut, around its centre, to these proportions, then resized. None: the
            pictures must share one size.
        channels: 1, 3, 4, or None: 1 if all are grey, else 3. Alpha is laid over white unless 4 are asked for.

    Returns:
        `(images, labels)`: uint8 `(n, h, w, c)`; int64 `(n,)`, or None if the pictures lie in no subfolder.

    Raises:
        ValueError: for a folder without pictures, or without that split; for pictures of several sizes and no `size`.
    """
    files, labels = _find(path, split)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        pictures = list(threads.map(lambda file: _picture_or_error(file, size, channels), files))

    for file, picture in zip(files, pictures, strict=True):
        if isinstance(picture, Exception):
            warnings.warn(f"Skipped {file}, which cannot be read: {picture}", stacklevel=2)
    good = [index for index, picture in enumerate(pictures) if isinstance(picture, np.ndarray)]
    if not good:
        raise ValueError(f"None of the {len(files)} pictures in {path} can be read. The first: {pictures[0]}")
    images = _stack([pictures[index] for index in good], [files[index] for index in good])
    return images, None if labels is None else np.array([labels[index] for index in good], "int64")


def _find(path, split):
    """Returns the picture files of one split, sorted, and their labels."""
    files = _pictures(path)
    if not files:
        raise ValueError(f"A folder of images must hold {', '.join(SUFFIXES)} files. Received: {path}, which has none.")
    names = {part for file in files for part in file.relative_to(path).parts[:-1][:1]}
    are_splits = bool(names) and names <= set(SPLITS)
    if are_splits and split in names:
        # Classes are numbered over all splits: one that "test" lacks must not shift the others.
        names = {part for file in files for part in file.relative_to(path).parts[1:-1][:1]}
        path = path / split
        files = [file for file in files if file.is_relative_to(path)]
    elif are_splits or split != "train":
        found = f"the splits {sorted(names)}" if are_splits else 'no splits, so only "train"'
        raise NoSuchSplit(
            f"{path} has {found}. Received: split={split!r}. Put its pictures in a subfolder {split}/, beside train/."
        )

    loose = [file for file in files if file.parent == path]
    if not loose:
        numbers = {name: number for number, name in enumerate(sorted(names))}
        return files, [numbers[file.relative_to(path).parts[0]] for file in files]
    if len(loose) < len(files):
        warnings.warn(f"{path} has pictures outside its class folders, such as {loose[0]}: no labels.", stacklevel=4)
    return files, None


def _pictures(path):
    """Every picture file below `path`, sorted; hidden files and folders are left out, links are followed."""
    found = []
    for folder, subfolders, names in os.walk(path, followlinks=True):
        subfolders[:] = [name for name in subfolders if not name.startswith((".", "__MACOSX"))]
        found += [Path(folder, name) for name in names if name.lower().endswith(SUFFIXES) and not name.startswith(".")]
    return sorted(found)


def _picture_or_error(file, size, channels):
    try:
        with Image.open(file) as picture:
            return _decode(picture, size, channels)
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, struct.error, ...
        return error


def _decode(picture, size, channels):
    """Returns uint8 `(h, w, c)`, where `c` is `channels`, or 1 for a grey picture and 3 for another."""
    picture = _plain(ImageOps.exif_transpose(picture))
    grey = picture.mode in ("L", "LA")
    mode = {1: "L", 3: "RGB", 4: "RGBA", None: "L" if grey else "RGB"}[channels]
    if mode != "RGBA" and picture.mode in ("LA", "RGBA"):
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA"))
    picture = picture.convert(mode)
    if size is not None:
        picture = Image.fromarray(crop_to_aspect(np.asarray(picture)[None], size)[0])
        picture = picture.resize((size[1], size[0]), Image.Resampling.LANCZOS)  # minds alpha, as `images.resize` cannot
    pixels = np.asarray(picture)
    return pixels[..., None] if pixels.ndim == 2 else pixels


def _plain(picture):
    """Returns the picture in one of the modes L, LA, RGB, RGBA."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip to 8, not scale
        return Image.fromarray(np.rint(np.asarray(picture).astype("float64") / 257).astype("uint8"))
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA")
        colours = np.asarray(picture)
        opaque, grey = colours[..., 3].min() == 255, (colours[..., :3] == colours[..., :1]).all()
        return picture.convert(("L" if grey else "RGB") if opaque else ("LA" if grey else "RGBA"))
    if "transparency" in picture.info:  # one colour stands for "nothing here"
        return picture.convert("LA" if picture.mode == "L" else "RGBA")
    return picture if picture.mode in ("L", "LA", "RGB", "RGBA") else picture.convert("RGB")


def _stack(pictures, files):
    first = pictures[0].shape[:2]
    for picture, file in zip(pictures, files, strict=True):
        if picture.shape[:2] != first:
            raise ValueError(
                "Without `size`, all pictures must have the same height and width. Received: "
                f"{first} ({files[0].name}) and {picture.shape[:2]} ({file.name}). Pass size=, for instance size=64."
            )
    channels = max(picture.shape[2] for picture in pictures)
    return np.stack([np.broadcast_to(picture, (*first, channels)) for picture in pictures])
