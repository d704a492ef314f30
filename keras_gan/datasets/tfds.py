"""Image datasets of tensorflow-datasets, by name."""

import contextlib
import difflib
import os
import threading
from urllib.parse import urlsplit

import numpy as np

from keras_gan import images as pixels
from keras_gan.datasets.splits import NoSuchSplit

PROBE_SECONDS = 8
BATCH = 1024


def load(name, split="train", size=None):
    """Reads an image dataset, downloading it where it is not prepared yet.

    Prepared datasets are looked for in `TFDS_DATA_DIR`, or in tensorflow-datasets' own default folder.

    Args:
        name: "mnist", "emnist/letters", "cifar10:3.0.2", ...
        split: "train", "test", "train[:10%]", ...
        size: `(height, width)`; each picture is cut, around its centre, to these proportions, then resized. None keeps
            the size, which must then be the same for all.

    Returns:
        `(images, labels)`: uint8 `(n, h, w, c)`; int64 `(n,)`, or None if the dataset has no "label" class.

    Raises:
        ValueError: for an unknown name or split, a dataset without images, or images of several sizes and no `size`.
        ConnectionError: if it must be downloaded and cannot be.
        ImportError: if a package is missing.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # too late if TensorFlow is already there
    try:
        with _quiet():
            builder = _prepared(name) or _prepare(name)
            return _read(builder, name, split, size)
    except ModuleNotFoundError as error:
        package = {"tensorflow_datasets": "tensorflow-datasets"}.get(error.name, error.name)
        raise ImportError(f"Loading {name!r} needs a package that is not installed: pip install {package}") from error


def _prepared(name):
    """The dataset as it lies on disk, or None."""
    import tensorflow_datasets as tfds

    try:
        return tfds.core.read_only_builder.builder_from_files(name, data_dir=_data_dir())
    except tfds.core.DatasetNotFoundError:
        return None
    except ValueError as error:  # a name such as "a b"
        raise _refused(name, error) from error


def _prepare(name):
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder(name, data_dir=_data_dir())
    except tfds.core.DatasetNotFoundError as error:
        near = difflib.get_close_matches(name, ["glyphs", *tfds.list_builders(with_community_datasets=False)])
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(
            f"There is no file, folder or dataset named {name!r}.{hint} Expected: glyphs, a path, or a name of "
            "tensorflow-datasets, such as mnist or cifar10."
        ) from error
    except (ValueError, RuntimeError, AssertionError) as error:  # a configuration or version that is not there
        raise _refused(name, error) from error

    for url in list(builder.url_infos or ())[:1]:
        cause = _why_unreachable(url)
        if cause:
            raise _cannot_download(name, cause)
    try:
        builder.download_and_prepare()
    except ModuleNotFoundError:
        raise
    except Exception as error:  # of requests, of TFDS (checksum, manual download), of the disk
        raise _cannot_download(name, f"{type(error).__name__}: {error}") from error
    return builder


def _refused(name, error):
    return ValueError(
        f"{name!r} is no file or folder, and tensorflow-datasets refuses it: {str(error).strip().splitlines()[0]}"
    )


def _cannot_download(name, cause):
    return ConnectionError(
        f"The dataset {name!r} is not prepared in {_data_dir() or 'the default folder of tensorflow-datasets'}, and "
        f"downloading it failed: {cause}. Two ways out: prepare it on a machine with network "
        f"(`tfds build {name}`), copy its folder here and set TFDS_DATA_DIR to the folder that holds it; "
        "or load glyphs, a folder of pictures or a .npy/.npz file."
    )


def _why_unreachable(url):
    """Returns None if the host of `url` answers within `PROBE_SECONDS`, else what went wrong.

    TFDS itself would retry for minutes. In a thread, because looking up a name knows no time limit.
    """
    import requests

    causes = ["no answer"]

    def ask():
        try:
            with requests.head(url, timeout=PROBE_SECONDS / 2) as response:
                causes.append(None if response.status_code < 500 else f"status {response.status_code}")
        except requests.exceptions.RequestException as error:
            causes.append("no connection" if isinstance(error, requests.exceptions.ConnectionError) else str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return causes[-1] and f"{urlsplit(url).hostname}: {causes[-1]}"


def _read(builder, name, split, size):
    import tensorflow_datasets as tfds

    image = _image_feature(builder, name, size)
    features = dict(builder.info.features.items())
    label = "label" if isinstance(features.get("label"), tfds.features.ClassLabel) else None
    count = _count(builder, name, split)
    wanted = {key: features[key] for key in (image, label) if key}
    data = builder.as_dataset(split=split, decoders=tfds.decode.PartialDecoding(wanted), shuffle_files=False)
    same_size = None not in builder.info.features[image].shape
    data = data.batch(BATCH if same_size else 1).prefetch(2)

    images, labels, start = None, np.empty(count, "int64"), 0
    for batch in tfds.as_numpy(data):
        pictures = batch[image]
        if size is not None:  # batch by batch: a whole set at full size may exceed the memory
            pictures = pixels.resize(pixels.crop_to_aspect(pictures, size), size)
        if images is None:
            images = np.empty((count, *pictures.shape[1:]), "uint8")
        images[start : start + len(pictures)] = pictures
        labels[start : start + len(pictures)] = batch[label] if label else 0
        start += len(pictures)
    return images, labels if label else None


def _image_feature(builder, name, size):
    import tensorflow_datasets as tfds

    features = builder.info.features
    candidates = [key for key, feature in features.items() if isinstance(feature, tfds.features.Image)]
    if "image" not in candidates and len(candidates) != 1:
        raise ValueError(
            f'The dataset {name!r} must have one image per example, or one named "image". Received: {list(features)}.'
        )
    key = "image" if "image" in candidates else candidates[0]
    if features[key].dtype != np.uint8 or features[key].shape[-1] is None:
        raise ValueError(
            f"The images of {name!r} must be uint8, with a known number of channels. Received: {features[key]}."
        )
    if size is None and None in features[key].shape:
        raise ValueError(f"The images of {name!r} differ in size. Pass size=, for instance size=64.")
    return key


def _count(builder, name, split):
    try:
        count = builder.info.splits[split].num_examples
    except (KeyError, ValueError) as error:
        raise NoSuchSplit(f"{name!r} has the splits {list(builder.info.splits)}. Received: split={split!r}.") from error
    if not count:
        raise NoSuchSplit(f"The split {split!r} of {name!r} is empty.")
    return count


def _data_dir():
    return os.environ.get("TFDS_DATA_DIR")  # TFDS reads it only once, when imported


@contextlib.contextmanager
def _quiet():
    """Keeps TFDS's log lines off the terminal; errors and the progress of a download remain."""
    from absl import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
