"""The clock of contenders that train through `fit`: one call of it, which waits at the beginning of every epoch."""

import clock
import keras

MANY_EPOCHS = 100_000


def take_turns(gan, data, callbacks=(), **arguments):
    """The first epoch has a `fit` of its own, whose callback sees every batch; in the others none does."""
    clock.forget_peak()
    first = gan.fit(data, verbose=0, callbacks=[FirstStep()], **arguments).history
    clock.ready((first["d_loss"][-1], first["g_loss"][-1]))
    gan.fit(data, verbose=0, callbacks=[Turns(), *callbacks], epochs=MANY_EPOCHS, **arguments)


class FirstStep(keras.callbacks.Callback):
    any_pace = True  # lets keras_gan run several steps as one program

    def on_train_batch_end(self, batch, logs=None):
        clock.stepped()


class Turns(keras.callbacks.Callback):
    """A turn ends where the next epoch begins, so the other callbacks' work at its end counts."""

    losses = None

    def on_epoch_begin(self, epoch, logs=None):
        if self.losses:
            clock.answer(self.began, self.losses)
        self.began = clock.turn()
        if self.began is None:
            raise SystemExit

    def on_epoch_end(self, epoch, logs=None):
        self.losses = logs["d_loss"], logs["g_loss"]
