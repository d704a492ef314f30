"""Resume: a run that was killed goes on as if it had not been."""

import time
import warnings
from pathlib import Path

import keras

from keras_gan.callbacks import counters
from keras_gan.callbacks.best import Best
from keras_gan.callbacks.checkpoint_store import Store
from keras_gan.callbacks.end_epoch import EndEpoch
from keras_gan.callbacks.snapshots import infinite_constants, not_finite, restore, snapshot
from keras_gan.models.identity import differences

MIN_INTERVAL_IN_COSTS = 100  # between two saves of an epoch's end: they take at most 1 % of the time
CLOCK_BATCHES = 50  # between two looks at the chief's clock, where there are several workers


class Resume(keras.callbacks.Callback):
    """Saves everything that training depends on, and continues from it bit for bit.

    Run the same script again after a crash: `fit` finds the newest whole
    checkpoint and goes on from that batch, in the middle of an epoch too, with
    the weights, both optimizers, the averaged generator, all random states, the
    order of the data, the running means of the logs, the counters of the other
    callbacks and their log file. A torn file is set aside for the one before it. Learning rates
    are those of the checkpoint, since callbacks change them; a run that EarlyStopping or Health
    had ended stays ended. A model whose seed was drawn takes on that of the run.
    A callback of your own names its counters, JSON values or arrays, in an attribute `counters`.

    The order of the data must come again. Of arrays and `keras_gan.datasets.stream` the model keeps
    it. Any other source is read and dropped up to where the run was: exact if every iteration gives
    the same order, and with `steps_per_epoch` on endless data if the one iteration comes again, as
    with a seeded shuffle before `repeat`. Of other orders the epoch gets as many batches as it
    lacked. Where the size is unknown and no `steps_per_epoch` is given, the epoch begins anew: such
    runs are exact from the end of an epoch only.

    Checkpoints are copied in memory and written by a thread, when training begins, at the end of an
    epoch (where the last save cost at most 1 % of the time since, or where it is the best one), every
    `every_seconds` between, and when training ends.

    Under several workers (`MultiWorkerMirroredStrategy`) each has this callback with the same
    `directory`, which all must see. The chief alone writes and decides when; every worker
    restores the file that the chief names. `every_seconds` is looked at every 50 batches.

    Args:
        directory: of the checkpoints; one per run.
        every_seconds: seconds between two checkpoints inside an epoch; None for none.
        every_batches: batches between two checkpoints; None for none.
        keep: how many of the newest to keep.
        monitor: a log, such as "val_fid", whose best epoch is kept as well; see `best`.
        mode: "min" or "max": what is best.
        force: go on although the data, the networks, the compilation or the versions changed.

    Raises:
        ValueError: at the start of `fit`, with what changed, if the run in
            `directory` is another one; or if another process is training it.
    """

    any_pace = True  # content to see every few batches
    runs_last = True

    def __init__(
        self, directory, every_seconds=30.0, every_batches=None, keep=2, monitor=None, mode="min", force=False
    ):
        super().__init__()
        if keep < 1:
            raise ValueError(f"Expected to keep at least 1 checkpoint. Received: keep={keep}.")
        self.directory = Path(directory)
        self.every_seconds, self.every_batches = every_seconds, every_batches
        self.keep, self.force = keep, force
        self._judge = Best(monitor, mode)
        self.best = None  # {"monitor": ..., "mode": ..., "value": ..., "file": ..., "epoch": ...}
        self.siblings = []
        self.runs_first = self._end_epoch = EndEpoch()
        self._store = self._found = None

    def prepare(self, model, siblings):
        """Called by `fit` before any callback begins: finds the checkpoint and refuses another run's."""
        self.siblings = siblings
        if self._store is not None:  # of a fit that an error ended
            self._store.finish()
            self._store.close()
        self._store = Store(self.directory, self.keep, model)
        self._found = self._store.find()
        self._store.set_aside_after(self._found)
        if self._found is None:
            self._identity = model.identity()
            return
        _, facts = self._found
        if model.seed_was_drawn:
            model.seed = facts["identity"]["seed"]
        self._identity = model.identity()
        changes = differences(facts["identity"], self._identity)
        if changes and not self.force:
            raise ValueError(
                f"The run in {self.directory} is another one; it cannot go on exactly. What changed: "
                f"{'; '.join(changes)}. Restore that, use another directory, or pass `force=True` "
                "(`keras-gan resume --force`)."
            )
        model.resumes_at = facts["epoch"], facts["batches_into_epoch"], facts.get("program_steps")
        if self._store.writes:
            counters.rewind_logs(siblings, facts["epoch"])

    def on_train_begin(self, logs=None):
        if self._store is None:
            raise ValueError(
                "Expected `callbacks` as a list. Received: a CallbackList, in which Resume is not prepared."
            )
        self._restored_metrics, self._resumed_inside = None, False
        self._judge.logs_seen.clear()
        self._judge.judged_by = self.model.judged_by()
        self._shared = self.model.has_several_workers()
        self._program_steps = self.model.program_steps  # which `fit` forgets when an error or Ctrl-C ends it
        self._saved_at, self._cost, self._epoch, self._must_save = time.monotonic(), 0.0, 0, False
        self._batches, self._batches_into_epoch = int(self.model.batches_seen.numpy()), 0
        self._saved_batches = self._batches
        if self._found is None:
            self._epoch_start = int(self.model.examples_seen.numpy())
            self._constants = infinite_constants(self.model)
            self._save()
            return
        arrays, facts = self._found
        self._found = None
        restore(self.model, arrays)
        self._constants = infinite_constants(self.model)
        counters.restore(self.siblings, facts["counters"], arrays)
        self.best = self._judge.own(facts["best"])
        self.model.last_checkpoint = self._store.path_of(facts["batches"])
        self._store.last, self._store.best = self.model.last_checkpoint, self.best
        self.model._initial_epoch = facts["epoch"]
        if any(counters.has_stopped(callback) for callback in self.siblings):
            self.model._initial_epoch = max(facts["epoch"], self.params["epochs"])
        self.model.examples_into_epoch = facts["examples_into_epoch"]
        self.model.data_ahead = facts.get("data_ahead", self.model.data_ahead)
        self._saved_batches = self._batches = int(self.model.batches_seen.numpy())
        self._batches_into_epoch = facts["batches_into_epoch"]
        if self._batches_into_epoch and self.params.get("steps") is None:
            warnings.warn(
                f"The data of unknown size begin epoch {facts['epoch'] + 1} anew, of which {self._batches_into_epoch} "
                "batches were trained. With `steps_per_epoch` training goes on from the batch.",
                stacklevel=2,
            )
            self._batches_into_epoch = self.model.examples_into_epoch = 0
        self._resumed_inside = self._batches_into_epoch > 0
        if self._resumed_inside:
            self._restored_metrics = [variable.numpy() for variable in self.model.metrics_variables]

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._batch_index = epoch, -1
        self._epoch_start = int(self.model.examples_seen.numpy()) - self.model.examples_into_epoch
        if self._restored_metrics is not None:  # fit has just reset them
            for variable, value in zip(self.model.metrics_variables, self._restored_metrics, strict=True):
                variable.assign(value)
            self._restored_metrics = None

    def on_train_batch_end(self, batch, logs=None):
        # Counted here, because on JAX touching the model after every batch is slow.
        done, self._batch_index = batch - self._batch_index, batch
        if self.params.get("steps") is not None:  # beyond which a program of several steps counts on
            done = min(done, self.params["steps"] - self._batches_into_epoch)
        self._batches += done
        self._batches_into_epoch += done
        if self._epoch_is_complete():  # on_epoch_end saves it, with what others do there
            if self._resumed_inside and self.model.data_run_on:
                self._end_epoch.now()
        elif self._is_due() or self._model.stop_training:  # before others take a stop for an epoch's end
            self._save()

    def _epoch_is_complete(self):
        steps = self.params.get("steps")
        return steps is not None and self._batches_into_epoch >= steps

    def _is_due(self):
        if self.every_batches and self._batches - self._saved_batches >= self.every_batches:
            return True
        if self.every_seconds is None or (self._shared and self._batches % CLOCK_BATCHES):
            return False
        late = time.monotonic() - self._saved_at >= self.every_seconds
        return bool(self.model.chief_says(int(late))) if self._shared else late

    def on_epoch_end(self, epoch, logs=None):
        if self.model.stop_training and self.params.get("steps") is not None and not self._epoch_is_complete():
            return  # stopped inside the epoch, and saved there
        self.model.examples_into_epoch = 0
        due = self._is_due() or self.model.stop_training or epoch + 1 == self.params["epochs"]
        self._epoch, self._batches_into_epoch, self._resumed_inside = epoch + 1, 0, False
        self._batches = int(self.model.batches_seen.numpy())
        self._epoch_start = int(self.model.examples_seen.numpy())
        self._must_save = self._note_best(epoch, logs or {})
        late = time.monotonic() - self._saved_at >= MIN_INTERVAL_IN_COSTS * (self._cost + self._store.seconds)
        if self.model.chief_says(int(self._must_save or late or due)):
            self._save()

    def on_train_end(self, logs=None):
        self.save()
        self._finish_writing()
        self._store.close()
        self.model._initial_epoch = self.model.examples_into_epoch = 0
        self._judge.warn_if_unseen(self.siblings)

    def save(self):
        """Saves what is not saved yet; a thread writes it."""
        if self._must_save or self._batches != self._saved_batches:
            self._save()

    def go_back(self, batches=None):
        """Puts the best checkpoint, or the newest where no epoch was the best, back into the model.

        Args:
            batches: the newest is to have seen no more than so many, if there is such a one; None for any.

        Call it when training has ended, as `Health(back_to=...)` does. The files stay: a later `fit`
        in this directory begins with the newest.

        Returns:
            The checkpoint's path; None if there is none.
        """
        self._finish_writing()
        found = self._store.find(self.best and self.directory / self.best["file"], batches)
        if found is None:
            return None
        restore(self.model, found[0])
        self._saved_batches = self._batches  # what follows the checkpoint shall not be saved
        return self._store.path_of(found[1]["batches"])

    def consider(self, logs):
        """Takes the present weights for the best, if these logs say so: of a score made when the last epoch is over.

        Call it before this callback's `on_train_end`, which saves what is noted, and the others' counters again.
        """
        self._note_best(self._epoch, logs)
        self._must_save = True

    def _note_best(self, epoch, logs):
        value = self._judge.value(logs)
        if value is None:
            return False
        self._finish_writing()  # which forgets a best one that found no room on the disk
        if not self._judge.beats(value, self.best):
            return False
        self.best = self._judge.note(value, epoch, self._store.path_of(self._batches).name)
        return True

    def _save(self):
        began, self._must_save = time.monotonic(), False
        self._finish_writing()
        kept, kept_arrays = counters.collect(self.siblings)
        into_epoch = int(self.model.examples_seen.numpy()) - self._epoch_start
        complete = self._epoch_is_complete()  # ended from outside before on_epoch_end
        facts = {
            "batches": self._batches,
            "epoch": self._epoch + complete,
            "batches_into_epoch": 0 if complete else self._batches_into_epoch,
            "examples_into_epoch": 0 if complete else into_epoch,
            "data_ahead": self.model.data_ahead,
            "program_steps": self._program_steps,
            "counters": kept,
            "best": self.best,
            "identity": self._identity,
        }
        arrays = snapshot(self.model)
        if not_finite(arrays) - self._constants:
            self._saved_at, self._saved_batches, self.best = time.monotonic(), self._batches, self._store.best
            warnings.warn(
                "Did not save NaN or infinite weights; the last good checkpoint stays the newest.", stacklevel=2
            )
            return
        self.model.last_checkpoint = self._store.write(arrays | kept_arrays, facts)
        self._saved_batches, self._saved_at = self._batches, time.monotonic()
        self._cost = self._saved_at - began

    def _finish_writing(self):
        if not self._store.finish():
            self.model.last_checkpoint, self.best = self._store.last, self._store.best
