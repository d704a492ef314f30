"""EndEpoch: ends one epoch early, and not the training."""

import keras


class EndEpoch(keras.callbacks.Callback):
    """Ends an epoch early where the data run on, since of one that was resumed inside only the rest is due.

    Keras ends an epoch only by stopping all training; this comes before the other callbacks to take that back.
    """

    any_pace = True
    armed = False

    def now(self):
        self.armed = not self.model.stop_training
        self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        if self.armed:
            self.armed = self.model.stop_training = False
