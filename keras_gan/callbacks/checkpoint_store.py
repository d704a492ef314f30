"""The checkpoints of one run: found at its start, written by a thread, swept."""

import os
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakValueDictionary

from keras_gan.callbacks import checkpoints

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

HELD = WeakValueDictionary()  # the runs that this process trains: process and directory to Hold


class Store:
    """The directory of a run's checkpoints as one worker sees it: the chief writes, all read what the chief names."""

    def __init__(self, directory, keep, model):
        self.directory, self.keep, self.model = directory, keep, model
        self.writes = model.is_chief()
        self.last, self.best = None, None  # path of the newest on the disk, and the best one noted then
        self.seconds = 0.0  # of the processor for the last write
        self._pending = None
        if self.writes:
            directory.mkdir(parents=True, exist_ok=True)
            self._held = hold(directory)
            checkpoints.sweep_leftovers(directory)

    def find(self, path=None, batches=None):
        """Arrays and facts at `path`, or of the newest whole checkpoint (of at most `batches`), or None.

        Of several workers the chief finds.

        Raises:
            ValueError: if another worker does not see the file that the chief found.
        """
        found = None
        if self.writes:
            found = checkpoints.read_or_newest(path) if path else checkpoints.newest_whole(self.directory, batches)
        batches = self.model.chief_says(-1 if found is None else found[1]["batches"])
        if self.writes or batches < 0:
            return found
        try:
            return checkpoints.read(self.path_of(batches))
        except ValueError as error:
            raise ValueError(f"Every worker must see the chief's checkpoints. {error}") from error

    def path_of(self, batches):
        return checkpoints.path_of(self.directory, batches)

    def set_aside_after(self, found):
        """Renames the files newer than the one found, all damaged."""
        if self.writes:
            checkpoints.set_aside(self.directory, -1 if found is None else found[1]["batches"])

    def write(self, arrays, facts):
        """Has a checkpoint written beside training, once the one before is; returns where it will be."""
        path = self.path_of(facts["batches"])
        if self.writes:
            self._pending = self._held.thread.submit(self._write, path, arrays, facts)
        else:
            self.last, self.best = path, facts["best"]
        return path

    def _write(self, path, arrays, facts):
        began = time.thread_time()
        checkpoints.write(path, arrays, facts)
        self.last, self.best = path, facts["best"]
        checkpoints.sweep(self.directory, self.keep, {self.best["file"]} if self.best else ())
        self.seconds = time.thread_time() - began

    def finish(self):
        """Waits for what is being written; False, with a warning, if it could not be."""
        if self._pending is None:
            return True
        pending, self._pending = self._pending, None
        try:
            pending.result()
        except OSError as error:
            warnings.warn(
                f"Could not save a checkpoint in {self.directory}: {error}. Training goes on; older checkpoints stay.",
                stacklevel=2,
            )
            return False
        return True

    def close(self):
        self._held = None


class Hold:
    """A run in the hands of this process until the last Store lets go: locked against others, with a thread to write.

    POSIX frees a process's lock when it closes the file anywhere, so that Stores of one directory must share it.
    """

    def __init__(self, lock):
        self.lock, self.thread = lock, ThreadPoolExecutor(1, thread_name_prefix="checkpoint")

    def __del__(self):
        self.thread.shutdown(wait=False)  # nothing is left to write: what is to be written holds the Store
        self.lock.close()


def hold(directory):
    """Takes a run, also from a Store of this process that a broken-off fit has left, once that has written."""
    where = os.stat(directory)
    key = os.getpid(), where.st_dev, where.st_ino
    held = HELD.get(key) or Hold(locked(directory))
    HELD[key] = held
    held.thread.submit(int).result()
    return held


def locked(directory):
    """An open file that holds the run for this process until it is closed, or the process ends.

    Raises:
        ValueError: if another process holds it.
    """
    lock = open(directory / ".lock", "w")  # noqa: SIM115 it stays open
    try:
        if fcntl:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        lock.close()
        raise ValueError(
            f"Another process is training the run in {directory}. Wait for its end, stop it, or use another directory."
        ) from error
    except OSError:  # a file system that has no locks
        pass
    return lock
