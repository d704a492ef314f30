"""Folders and files that appear whole or not at all, and replace only what may be replaced."""

import contextlib
import os
import shutil

from keras_gan.export import facts


@contextlib.contextmanager
def replacing(path, overwrite):
    """Lends a temporary path beside `path`, which becomes `path` when the block ends well and vanishes otherwise.

    A folder cannot be replaced in one step: the old one is moved aside, the new one moved in, the old one deleted.

    Args:
        path: a `Path`. Its parents are made.
        overwrite: whether to replace a file, or a SavedModel, that is no earlier export.

    Raises:
        FileExistsError: if something is there that must not be replaced.
    """
    check_replaceable(path, overwrite)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    aside = path.with_name(f".{path.stem}-{os.getpid()}-old{path.suffix}")
    try:
        yield temporary
        if path.is_dir() or (path.exists() and temporary.is_dir()):
            os.replace(path, aside)
        os.replace(temporary, path)
    finally:
        remove(temporary)
        remove(aside)


def check_replaceable(path, overwrite):
    if not os.path.lexists(path) or (path.is_dir() and not any(path.iterdir())):
        return
    if path.is_dir():
        # A folder that holds no SavedModel is never deleted: it may be somebody's home.
        replaceable = facts.is_export(path) or (overwrite and (path / "saved_model.pb").is_file())
    else:
        replaceable = overwrite or facts.is_export(path)
    if not replaceable:
        raise FileExistsError(
            f"An export replaces nothing but an earlier export. Received: {path}, which is something else. "
            "Choose another path, or pass overwrite=True to replace a file or a SavedModel."
        )


def remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
