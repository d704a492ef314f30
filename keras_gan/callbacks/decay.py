"""Decay: learning rates that fall to almost nothing by the end of a run, however its end is given."""

import time

import keras

FINAL = 0.02  # of the initial rate (QUALITY: the last steps make samples crisp)
EVERY = 10  # batches between two settings
MEASURED = 0.05  # of the time, after which the number of examples that will fit is settled
WARM = 20  # batches that are not timed: they compile


class Decay(keras.callbacks.Callback):
    """Lets both learning rates fall linearly with the examples seen, to 2 % at the end.

    The end is `examples`, or the examples that `minutes` will suffice for. Those are
    counted for a twentieth of the time and settled then, so that the
    rate is a function of the examples seen from there on; `Resume` keeps the number. A run that goes on
    with other `examples` or `minutes` than before falls to the new end, from the rate that is due there.

    Args:
        examples: how many examples the model will have seen at the end, those of earlier processes included.
        minutes: how long the run will have trained, likewise, if it is not that.
        batch_size: examples in a batch.

    Attributes:
        seconds: that the run has trained, in all processes.
        total_examples: the examples at the end; None where that is not settled yet.

    Raises:
        ValueError: unless exactly one of `examples` and `minutes` is given; in `fit`, if the model has seen
            `examples` before: its rates have fallen, and another fit needs another compilation and a later end.
    """

    any_pace = True
    counters = ("seconds", "settled")

    def __init__(self, batch_size, examples=None, minutes=None):
        super().__init__()
        if (examples is None) == (minutes is None):
            raise ValueError(f"Expected `examples` or `minutes`. Received: examples={examples}, minutes={minutes}.")
        self.examples, self.minutes = examples, minutes
        self.batch_size = batch_size
        self.seconds = 0.0
        self.settled = None  # {"minutes": ..., "examples": ...}

    @property
    def total_examples(self):
        if self.examples is None and self.settled and self.settled["minutes"] == self.minutes:
            return self.settled["examples"]
        return self.examples

    def on_train_begin(self, logs=None):
        seen = int(self.model.examples_seen.numpy())
        if self.examples is not None and seen >= self.examples:
            raise ValueError(
                f"Expected more `examples` than the model has seen, {seen}. Received: examples={self.examples}. "
                "Compile anew, since the rates have fallen, and count the examples seen before."
            )
        self._initial = [float(each.learning_rate.numpy()) for each in self.model.optimizer.optimizers]
        self._last, self._warm = time.monotonic(), None
        self._timed = 0

    def on_epoch_begin(self, epoch, logs=None):
        self._examples, self._batch_index = int(self.model.examples_seen.numpy()), -1
        self._batches = int(self.model.batches_seen.numpy())

    def on_train_batch_end(self, batch, logs=None):
        done, self._batch_index = batch - self._batch_index, batch
        before = self._batches
        self._batches += done
        self._examples += done * self.batch_size
        now = time.monotonic()
        self.seconds, self._last = self.seconds + now - self._last, now
        if self.total_examples is None:
            self._measure(done)
        elif self._batches // EVERY > before // EVERY:
            self._set()

    def _measure(self, done):
        self._timed += done
        if self._timed < WARM:
            return
        self._warm = self._warm or (self.seconds, self._examples)
        since, examples = self._warm
        left = max(0.0, 60 * self.minutes - self.seconds)
        if self.seconds - since > MEASURED * (left + self.seconds - since) and self._examples > examples:
            rate = (self._examples - examples) / (self.seconds - since)
            self.settled = {"minutes": self.minutes, "examples": int(self._examples + rate * left)}

    def _set(self):
        left = max(FINAL, 1 - self._examples / self.total_examples)
        for rate, optimizer in zip(self._initial, self.model.optimizer.optimizers, strict=True):
            optimizer.learning_rate.assign(rate * left)
