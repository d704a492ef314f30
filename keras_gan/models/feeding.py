"""What `fit` is given: refused early where it is garbage, put in an exact order where it is arrays."""

import functools
import itertools
import warnings
import zlib

import keras
import numpy as np
from keras import tree
from keras.src.trainers.data_adapters import get_data_adapter

from keras_gan.datasets.continued import Continued
from keras_gan.datasets.steady import InOrder, steady
from keras_gan.datasets.stream import EpochStream, stream_of

DEFAULT_BATCH_SIZE = 32
SOME = 100  # real examples that the model keeps a copy of, for callbacks
NO_WEIGHTS = "The game has no per-sample weights. Received: "


def training_data(model, x, y, batch_size, steps_per_epoch, shuffle):
    """The data as Keras's `fit` shall see it, checked by `model.check_batch`.

    Returns:
        `x`, the keyword arguments of `fit` that go with it, and a fingerprint of it as JSON.
    """
    if x is None:
        raise ValueError("Training needs data. Received: None.")
    stream = None if steps_per_epoch else stream_of(x, model)
    if stream is not None:
        model.real_examples = check(model, stream.arrays)
        return stream, {}, fingerprint_of_arrays(stream)
    if is_arrays(x):
        arrays = tree.map_structure(np.asarray, x if y is None else (x, y))
        count = check_counts(arrays, batch_size)
        model.real_examples = check(model, arrays)
        seed = (lambda: model.seed) if shuffle else None  # asked for late: Resume gives a run's seed to the model
        stream = EpochStream(
            arrays, batch_size or min(DEFAULT_BATCH_SIZE, count), seed, model.data_position, steps_per_epoch
        )
        return stream, {}, fingerprint_of_arrays(stream)
    first, x = peek(x)
    first = tree.map_structure(keras.ops.convert_to_numpy, first)
    model.real_examples = check(model, first)
    shuffle = shuffle and isinstance(x, keras.utils.PyDataset)  # Keras warns of it for every other source
    arguments = {"y": y, "batch_size": batch_size, "steps_per_epoch": steps_per_epoch, "shuffle": shuffle}
    return x, arguments, fingerprint_of_batches(x, first, steps_per_epoch)


def check_for_evaluation(model, x, y=None, sample_weight=None):
    """Refuse what training would refuse; data that can be read only once are let through."""
    refuse_weights(sample_weight)
    if x is None or hasattr(x, "__next__"):
        return
    data = tree.map_structure(np.asarray, x if y is None else (x, y)) if is_arrays(x) else peek(x)[0]
    check(model, tree.map_structure(keras.ops.convert_to_numpy, data))


def steadily(x, y, batch_size, steps):
    """`x` and `y` of an evaluation or a prediction, without tf.data's autotuning."""
    if keras.backend.backend() == "tensorflow" and is_arrays(x):
        return InOrder(x, y, batch_size, steps), None
    return steady(x), y


def refuse_weights(sample_weight, class_weight=None):
    if sample_weight is not None or class_weight is not None:
        raise ValueError(f"{NO_WEIGHTS}sample_weight or class_weight. Repeat or drop examples instead.")


def check(model, data):
    """Refuse a first batch, or all arrays, that cannot train the model; returns some real examples among them."""
    if isinstance(data, (tuple, list)) and len(data) == 3 and data[2] is not None:
        raise ValueError(NO_WEIGHTS + "data of (images, labels, sample_weight). Repeat or drop examples instead.")
    batch = model.read_batch(data)
    model.check_batch(batch)
    return tree.map_structure(lambda x: np.array(x[:: max(1, len(x) // SOME)][:SOME]), batch["real"])


def resumed(x, arguments, at, initial_epoch):
    """The data as a run goes on with it: without what it has read.

    Args:
        x, arguments: as `training_data` returned them.
        at: `(epoch, batch, ...)` where the run goes on, or None.
        initial_epoch: where it began.

    Returns:
        `x` and `arguments` anew. Arrays keep their own place, and data of unknown size begin anew.
    """
    if at is None or isinstance(x, EpochStream):
        return x, arguments
    steps, (epoch, batch, _) = arguments["steps_per_epoch"], at
    if steps:  # one iteration for all epochs, unless an end is known and reached
        batch += (epoch - initial_epoch) * steps
    if not batch:
        return x, arguments
    adapter = get_data_adapter(x, **arguments)  # has read the first batches of a generator, so only it may go on
    if steps and adapter.num_batches:
        batch %= adapter.num_batches
    elif not steps and adapter.num_batches is None:
        batch = 0
    return Continued(adapter, batch), {"steps_per_epoch": steps}


def fingerprint_of_arrays(stream):
    """What training is fed with, as JSON: kinds and sizes, and a checksum of some 1,000 examples."""
    arrays, step = tree.flatten(stream.arrays), max(1, stream.count // 1000)
    checksum = functools.reduce(lambda crc, array: zlib.crc32(np.ascontiguousarray(array[::step]), crc), arrays, 0)
    shapes = [f"{array.dtype} {'x'.join(map(str, array.shape))}" for array in arrays]
    sizes = {"batch size": stream.batch_size, "batches per epoch": stream.num_batches}
    return {"arrays": shapes, "checksum": checksum} | sizes


def fingerprint_of_batches(x, first, steps_per_epoch):
    """The same of other sources: kinds and sizes alone, since their first batch may be another one every time."""
    leaves = tree.flatten(first)
    shapes = [f"{leaf.dtype} {'x'.join(map(str, leaf.shape[1:]))}" for leaf in leaves]
    found = {"kind": type(x).__name__, "examples": shapes, "batches": length(x), "steps per epoch": steps_per_epoch}
    # Of data with an end the first batch may be the smaller last one, shuffled to the front; their count tells enough.
    return found if found["batches"] else found | {"batch size": len(leaves[0])}


def length(x):
    """How many batches, or None where that is unknown or without end."""
    try:
        return len(x)
    except (TypeError, NotImplementedError):
        return None


def in_order(callbacks, model):
    """The callbacks, those that `runs_last` behind the others, whom they are told of before training begins.

    `Resume` is such a one: the others reset their counters when training begins, and it restores them. A
    callback in its `runs_first` comes before the others.
    """
    if callbacks is None or isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks
    callbacks = tree.flatten(callbacks)
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.BackupAndRestore) and callback.save_freq not in ("epoch", False):
            warnings.warn(
                "BackupAndRestore restores the weights of the middle of an epoch and then trains that epoch from its "
                f"first batch. Received: save_freq={callback.save_freq}. Use save_freq='epoch', or "
                "keras_gan.callbacks.Resume, which goes on from the batch.",
                stacklevel=3,
            )
    others = [callback for callback in callbacks if not getattr(callback, "runs_last", False)]
    last = [callback for callback in callbacks if getattr(callback, "runs_last", False)]
    for callback in last:
        callback.prepare(model, others)
    if not model.is_chief():  # a log file of several workers' equal rows is the chief's
        others = [callback for callback in others if not isinstance(callback, keras.callbacks.CSVLogger)]
    first = [callback.runs_first for callback in last if hasattr(callback, "runs_first")]
    return first + others + last


def is_arrays(x):
    return all(hasattr(leaf, "__array__") and np.ndim(leaf) > 0 for leaf in tree.flatten(x))


def check_counts(arrays, batch_size):
    counts = {len(leaf) for leaf in tree.flatten(arrays)}
    if len(counts) > 1:
        raise ValueError(f"All arrays must hold equally many examples. Received: {sorted(counts)}.")
    count = counts.pop()
    if count == 0:
        raise ValueError("Training needs data. Received: no examples.")
    if batch_size is not None and not 1 <= batch_size <= count:
        raise ValueError(
            f"Expected a batch size from 1 to the number of examples. Received: batch_size={batch_size} "
            f"with {count} examples."
        )
    return count


def peek(data):
    """The first batch, and the data with that batch still in it."""
    if isinstance(data, keras.utils.PyDataset) and data.num_batches != 0:
        return data[0], data
    iterator = iter(data)
    try:
        first = next(iterator)
    except StopIteration:
        raise ValueError("Training needs data. Received: a dataset without a batch.") from None
    return first, ((batch for batch in itertools.chain([first], iterator)) if iterator is data else data)


def split(x, y, fraction):
    """`((x, y), validation_data)`: the last `fraction` of the examples is kept for validation, as in Keras."""
    if not is_arrays(x):
        raise ValueError(
            f"`validation_split` takes part of arrays. Received: {type(x).__name__}. Pass `validation_data` instead."
        )
    cut = int(len(tree.flatten(x)[0]) * (1 - fraction))
    pair = (x,) if y is None else (x, y)
    train, held_out = (
        tree.map_structure(lambda a, part=part: a[part], pair) for part in (slice(cut), slice(cut, None))
    )
    return (*train, None)[:2], held_out


def check_images(images, shape):
    """Refuse pictures that would train silently into nothing.

    Args:
        images: array `(batch, ...)`.
        shape: what the generator makes, without the batch; None stands for any size.

    Raises:
        ValueError: for a shape that is not the generator's, whole numbers, NaN, or values far outside [-1, 1].
    """
    if len(images.shape) != len(shape) + 1 or any(
        s is not None and s != t for s, t in zip(shape, images.shape[1:], strict=True)
    ):
        raise ValueError(
            "Training images must have the shape that the generator makes. "
            f"Received: images {tuple(images.shape[1:])}, generator output {tuple(shape)}."
        )
    if not np.issubdtype(images.dtype, np.floating) and str(images.dtype) != "bfloat16":
        raise ValueError(
            "Expected float images in [-1, 1]. "
            f"Received: dtype {images.dtype}. For pixels from 0 to 255 use images.astype('float32') / 127.5 - 1."
        )
    low, high = float(images.min()), float(images.max())
    if not np.isfinite(low + high):
        raise ValueError("Expected finite images in [-1, 1]. Received: NaN or infinite pixels. Remove those images.")
    if low < -1.5 or high > 1.5:
        raise ValueError(
            f"Expected images in [-1, 1]. Received: values from {low:.4g} to {high:.4g}. "
            "For pixels from 0 to 255 use images / 127.5 - 1."
        )
