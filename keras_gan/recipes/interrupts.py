"""Interrupts: ends training between two batches, by the clock or by Ctrl-C."""

import os
import signal

import keras


class Stopped(Exception):
    """Training was ended between two batches; everything is whole."""


class Interrupts(keras.callbacks.Callback):
    """As a context manager around `fit`: Ctrl-C, or the end of the time, leaves `fit` after the batch.

    A KeyboardInterrupt in the middle of a step could leave one player improved
    and the other not. A second Ctrl-C interrupts at once all the same.

    Args:
        clock: whose `seconds` are those that the run has trained; a `Decay`.
        minutes: time to train, or None.
    """

    any_pace = True  # content to see every few batches
    runs_last = True  # behind Resume, which counts the batch

    def __init__(self, clock, minutes=None):
        super().__init__()
        self.clock, self.minutes = clock, minutes
        self.asked = False
        self.stopped = None  # "time" or "interrupt"
        self.inside_epoch = None  # its number

    def prepare(self, model, siblings):
        """Nothing: only callbacks that resume need it."""

    def __enter__(self):
        self._previous = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, kind, error, trace):
        signal.signal(signal.SIGINT, self._previous)
        return kind is Stopped

    def _on_signal(self, number, frame):
        self.asked = True
        message = "\nStopping after this batch and saving; Ctrl-C again interrupts at once.\n"
        os.write(2, message.encode())  # print may itself be what was interrupted
        signal.signal(signal.SIGINT, self._previous)

    def on_train_begin(self, logs=None):
        self._look()  # a run whose time was up when it was saved

    def on_epoch_begin(self, epoch, logs=None):
        self.inside_epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        self.inside_epoch = None
        self._look()

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 != self.params.get("steps"):  # or else when the others have done what is due at an epoch's end
            self._look()

    def _look(self):
        if self.asked:
            self.stopped = "interrupt"
        elif self.minutes is not None and self.clock.seconds >= 60 * self.minutes:
            self.stopped = "time"
        if self.stopped:
            raise Stopped
