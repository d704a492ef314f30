"""Files that appear whole or not at all."""

import contextlib
import os
import threading
from pathlib import Path


@contextlib.contextmanager
def replacing(path, durable=False):
    """Lends a temporary path whose file becomes `path` when the block ends well.

    A reader, or a process killed halfway, sees the old file or the new one, never half of one. The temporary file
    lies in the same folder, because a rename is atomic only within one file system.

    Args:
        path: where the file shall be. Its folder must exist.
        durable: wait until the file is on the disk, so that it also survives a loss of power.

    Yields:
        A `Path` with the same suffix, to write to.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}-{os.getpid()}-{threading.get_ident()}{path.suffix}")
    try:
        yield temporary
        if durable:
            _to_disk(temporary)
        os.replace(temporary, path)
        if durable:
            _to_disk(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _to_disk(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
