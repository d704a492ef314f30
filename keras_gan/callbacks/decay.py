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
    counted for the first twentieth of the time and settled then, so that the
    rate is a function of the examples seen from there on; `Resume` keeps the number.

    Args:
        examples: how many examples the run will see.
        minutes: how long the run will train, if it is not that.
        batch_size: examples in a batch.

    Raises:
        ValueError: unless exactly one of `examples` and `minutes` is given.
    """

    any_pace = True
    counters = ("total_examples",)

    def __init__(self, batch_size, examples=None, minutes=None):
        super().__init__()
        if (examples is None) == (minutes is None):
            raise ValueError(f"Expected `examples` or `minutes`. Received: examples={examples}, minutes={minutes}.")
        self.total_examples = examples
        self.minutes = minutes
        self.batch_size = batch_size

    def on_train_begin(self, logs=None):
        self._initial = [float(each.learning_rate.numpy()) for each in self.model.optimizer.optimizers]
        self._began = self._warm = None
        self._timed = 0

    def on_epoch_begin(self, epoch, logs=None):
        self._examples, self._batch_index = int(self.model.examples_seen.numpy()), -1
        self._batches = int(self.model.batches_seen.numpy())

    def on_train_batch_end(self, batch, logs=None):
        done, self._batch_index = batch - self._batch_index, batch
        before = self._batches
        self._batches += done
        self._examples += done * self.batch_size
        if self.total_examples is None:
            self._measure(done)
        elif self._batches // EVERY > before // EVERY:
            self._set()

    def _measure(self, done):
        now = time.monotonic()
        self._began = self._began or now
        self._timed += done
        if self._timed < WARM:
            return
        self._warm = self._warm or (now, self._examples)
        since, examples = self._warm
        if now - self._began > MEASURED * 60 * self.minutes and self._examples > examples:
            rate = (self._examples - examples) / (now - since)
            self.total_examples = int(self._examples + rate * (60 * self.minutes - (now - self._began)))

    def _set(self):
        left = max(FINAL, 1 - self._examples / self.total_examples)
        for rate, optimizer in zip(self._initial, self.model.optimizer.optimizers, strict=True):
            optimizer.learning_rate.assign(rate * left)
