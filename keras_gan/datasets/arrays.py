"""Images from `.npy` and `.npz` files."""

import numpy as np

from keras_gan.datasets.splits import NoSuchSplit


def load(path, split="train"):
    """Reads images, and labels where there are some.

    A `.npy` file holds the images. A `.npz` file holds "images" and perhaps "labels", or "x" and perhaps "y", or one
    such pair per split: "x_train", "y_train", "x_test", ...

    Args:
        path: of the file.
        split: which pair; "train" where the file has only one.

    Returns:
        `(images, labels)`: uint8, or float32 in [-1, 1], of shape `(n, h, w, c)`; int64 `(n,)` or None.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: for a file that cannot be read, that holds something else, or floats outside [-1, 1].
    """
    images, labels = _read(path, split)
    images = _checked(images, path)
    return images, None if labels is None else _checked_labels(labels, len(images), path)


def _read(path, split):
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path} to load images from.")
    try:
        content = np.load(path, allow_pickle=False)
        if not isinstance(content, np.lib.npyio.NpzFile):
            _require_train(split, path)
            return content, None
        with content as file:
            x, y = _keys(file.files, split, path)
            return file[x], file[y] if y in file.files else None
    except NoSuchSplit:
        raise
    except Exception as error:  # a damaged zip raises nearly anything: BadZipFile, zlib.error, EOFError, ...
        raise ValueError(
            f"{path} cannot be read as plain NumPy arrays: {error} Write it again with np.save or np.savez, "
            "from arrays that are not of dtype object."
        ) from error


def _keys(present, split, path):
    if f"x_{split}" in present:
        return f"x_{split}", f"y_{split}"
    for x, y in (("images", "labels"), ("x", "y")):
        if x in present:
            _require_train(split, path)
            return x, y
    raise NoSuchSplit(
        f'{path} must hold "images" (and "labels"), or "x" (and "y"), or "x_{split}" (and "y_{split}"). '
        f"Received the keys: {', '.join(sorted(present)) or 'none'}."
    )


def _require_train(split, path):
    if split != "train":
        raise NoSuchSplit(
            f'{path} has no splits, so only split="train" is there. Received: split={split!r}. '
            f'Save "x_train" and "x_{split}" in one .npz file, or load another file.'
        )


def _checked(images, path):
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or 0 in images.shape or images.shape[-1] > 4:
        raise ValueError(
            f"{path} must hold images of shape (n, height, width) or (n, height, width, channels), at most 4 channels, "
            f"channels last. Received: shape {images.shape}."
        )
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind not in "iuf":
        raise ValueError(f"{path} must hold uint8 or floats in [-1, 1]. Received: dtype {images.dtype}.")
    low, high = images.min(), images.max()
    if images.dtype.kind == "f":
        if not -1 <= low <= high <= 1:  # NaN compares false
            raise ValueError(
                f"{path} must hold uint8, or floats in [-1, 1]. Received: {images.dtype} from {low} to {high}. "
                "Rescale it, for instance `x / 127.5 - 1` for pixels from 0 to 255."
            )
        return images.astype("float32")
    if low < 0 or high > 255:
        raise ValueError(
            f"{path} must hold pixels from 0 to 255, or floats in [-1, 1]. "
            f"Received: {images.dtype} from {low} to {high}."
        )
    return images.astype("uint8")


def _checked_labels(labels, count, path):
    if labels.shape == (count, 1):  # as CIFAR's labels come
        labels = labels[:, 0]
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ValueError(
            f"The labels in {path} must be integers of shape ({count},), one class per image. "
            f"Received: {labels.dtype} of shape {labels.shape}."
        )
    return labels.astype("int64")
