"""Checkpoint files: one file a checkpoint, whole or not at all."""

import errno
import json
import os
import warnings
import zipfile
from pathlib import Path

import numpy as np

from keras_gan.atomic import replacing

SUFFIX = ".checkpoint"
FORMAT = 1
UNREADABLE = {errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE}


class Damaged(ValueError):
    """A checkpoint that cannot be read."""


def path_of(directory, batch):
    """The file of the checkpoint taken after `batch` batches; names sort by age."""
    return Path(directory) / f"batch-{batch:010d}{SUFFIX}"


def write(path, arrays, facts):
    """Writes arrays and JSON facts to one file that survives a crash or is not there.

    The file is a zip of `.npy` members with a checksum each, so that a torn one
    is recognised. It reaches the disk before it takes its name.

    Args:
        path: target.
        arrays: dict of names to NumPy arrays.
        facts: dict for JSON.
    """
    with replacing(path, durable=True) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("facts.json", json.dumps({"format": FORMAT, "arrays": sorted(arrays), **facts}))
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, writable(array), allow_pickle=False)


def writable(array):
    """The array in a type that `.npy` files know: bfloat16 as float32, which holds it exactly."""
    array = np.asanyarray(array)
    return array.astype("float32") if array.dtype.kind == "V" else array


def read(path):
    """The arrays and facts of a checkpoint.

    Raises:
        Damaged: if the file is torn, truncated or something else.
        OSError: if it may be whole, and the system does not let it be read.
        ValueError: if it is of another format than this version's.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            facts = json.loads(archive.read("facts.json"))
            arrays = {}
            for name in archive.namelist():
                if name.endswith(".npy"):
                    with archive.open(name) as member:
                        arrays[name[:-4]] = np.lib.format.read_array(member, allow_pickle=False)
                        member.read()  # to the end: only there is the checksum compared
            # A wrong bit in the zip's directory hides members.
            if sorted(arrays) != facts.get("arrays", sorted(arrays)):
                raise ValueError(f"it holds {len(arrays)} arrays and should hold {len(facts['arrays'])}")
    except Exception as error:  # of one wrong bit in its headers zipfile raises almost anything
        if isinstance(error, MemoryError) or getattr(error, "errno", None) in UNREADABLE:
            raise
        raise Damaged(f"{path} is no whole checkpoint: {error}") from error
    if facts.get("format") != FORMAT:
        raise ValueError(f"{path} has checkpoint format {facts.get('format')}; this version reads {FORMAT}.")
    return arrays, facts


def found_in(directory):
    """All checkpoint files, the newest first."""
    return sorted(Path(directory).glob(f"batch-*{SUFFIX}"), reverse=True)


def newest_whole(directory, batches=None):
    """The arrays and facts of the newest checkpoint that can be read, or None; torn ones are named in a warning.

    Args:
        batches: how many it may have seen, unless all have seen more: then the oldest; None for any number.
    """
    paths = found_in(directory)
    if batches is not None:
        paths = [path for path in paths if path <= path_of(directory, batches)] or paths[-1:]
    for path in paths:
        try:
            return read(path)
        except Damaged as error:
            warnings.warn(f"Passing over a damaged checkpoint. {error}", stacklevel=2)
    return None


def best_whole(directory):
    """The same of the best checkpoint, by the monitor of a `Resume`; where none is, of the newest."""
    found = newest_whole(directory)
    if found is None or not found[1]["best"]:
        return found
    return read_or_newest(Path(directory) / found[1]["best"]["file"])


def read_or_newest(path):
    """The arrays and facts of a checkpoint, or of the newest beside it where that one cannot be read, or None."""
    try:
        return read(path)
    except (Damaged, FileNotFoundError) as error:
        warnings.warn(f"Taking the newest checkpoint in the place of the best one. {error}", stacklevel=2)
        return newest_whole(Path(path).parent)


def set_aside(directory, batches):
    """Renames the checkpoints after `batches`, all damaged, to `.damaged`, where they are not counted as the newest."""
    for path in found_in(directory):
        if path > path_of(directory, batches):
            path.replace(path.with_suffix(".damaged"))


def sweep(directory, keep, spare=()):
    """Deletes all but the newest `keep` checkpoints and those to spare, and what a killed writer left behind."""
    for path in found_in(directory)[keep:]:
        if path.name not in spare:
            path.unlink(missing_ok=True)


def sweep_leftovers(directory):
    """Deletes unfinished files of processes that are gone. Call it before anything is being written."""
    for path in Path(directory).glob(f".*{SUFFIX}"):
        os.unlink(path)
