"""The counters of other callbacks: what they remember between epochs, and their log file."""

import copy
import csv
from pathlib import Path

import keras
import numpy as np

from keras_gan.atomic import replacing

NAMES = (
    "best",
    "wait",
    "best_epoch",
    "stopped_epoch",
    "cooldown_counter",
    "epochs_since_last_save",
    "_current_epoch",
    "_batches_seen_since_last_saving",
    "_ema_weights_in_model",
    "_global_train_batch",
    "keys",
)


def collect(callbacks):
    """The counters of every callback, in order, as JSON; apart from them those that are arrays, and `best_weights`."""
    counters, arrays = [], {}
    for index, callback in enumerate(callbacks):
        names = (*(NAMES if is_of_keras(callback) else ()), *getattr(callback, "counters", ()))
        own = {name: getattr(callback, name) for name in names if hasattr(callback, name)}
        held = {name: own.pop(name) for name in names if isinstance(own.get(name), np.ndarray)}
        counters.append({"callback": type(callback).__name__, **{key: plain(value) for key, value in own.items()}})
        for number, weight in enumerate(getattr(callback, "best_weights", None) or ()):
            held[f"{number:04d}"] = np.asarray(weight)
        arrays |= {f"callback-{index}-{name}": array for name, array in held.items()}
    return counters, arrays


def restore(callbacks, counters, arrays):
    """Put counters back into callbacks of the same kind, the first of a kind into the first."""
    left = list(enumerate(counters))
    for callback in callbacks:
        match = next((pair for pair in left if pair[1]["callback"] == type(callback).__name__), None)
        if match is None:
            continue
        left.remove(match)
        index, saved = match
        for name, value in saved.items():
            if name != "callback":
                setattr(callback, name, value)
        start = f"callback-{index}-"
        held = {key.removeprefix(start): arrays[key] for key in sorted(arrays) if key.startswith(start)}
        weights = [array for name, array in held.items() if name.isdigit()]
        if weights:
            callback.best_weights = weights
        for name, array in held.items():
            if not name.isdigit():
                setattr(callback, name, array)


def has_stopped(callback):
    """Whether this is a callback that had ended training, and would again."""
    if isinstance(callback, keras.callbacks.EarlyStopping):
        return callback.stopped_epoch > 0 and callback.wait >= callback.patience
    return getattr(callback, "has_ended", False)


def plain(value):
    """A number as JSON has it; None stays None."""
    return value.item() if hasattr(value, "item") else copy.deepcopy(value)  # it is written while training goes on


def is_of_keras(callback):
    """Whether Keras wrote it, or a class above it; in a user's own, `best` may mean anything."""
    bases = set(type(callback).__mro__) - {keras.callbacks.Callback}
    return any(base.__module__.startswith("keras.") for base in bases)


def rewind_logs(callbacks, epoch):
    """Let every CSVLogger append, after the rows of epochs that the resumed run will not repeat."""
    for callback in callbacks:
        if not isinstance(callback, keras.callbacks.CSVLogger):
            continue
        callback.append = True
        path = Path(callback.filename)
        if path.exists():
            lines = path.read_bytes().decode().splitlines(keepends=True)
            rows = csv.reader(lines, delimiter=callback.sep)
            kept = [line for line, row in zip(lines, rows, strict=True) if keeps(row, epoch)]
            with replacing(path) as temporary:
                temporary.write_bytes("".join(kept).encode())


def keeps(row, epoch):
    """Whether a row is the header, or of an epoch before `epoch`; a torn last line is neither."""
    if row and row[0] == "epoch":
        return True
    return bool(row) and row[0].isdigit() and int(row[0]) < epoch
