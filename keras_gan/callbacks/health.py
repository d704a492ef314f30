"""Health: notices when training goes wrong, and says so in one line."""

import keras
import numpy as np

from keras_gan.callbacks import symptoms

HELP = {
    "divergence": "lower the learning rates, add a gradient penalty (penalties='r1'), or clip gradients (clipnorm=1)",
    "dominance": "add a gradient penalty (penalties='r1'), or lower the discriminator's learning rate",
    "vanishing gradients": "use loss='bce' instead of 'minimax', or add a gradient penalty",
    "mode collapse": "add a gradient penalty, raise the batch size, or condition on labels",
    "oscillation": "lower the learning rates or beta_1, and sample from an averaged generator",
}


class Health(keras.callbacks.Callback):
    """Watches both players and tells of five illnesses, each when it begins, in one line.

    | illness | what is seen |
    |---|---|
    | divergence | NaN or infinite weights or losses, or losses beyond a million; training stops |
    | dominance | the discriminator is right about more than 98 % of both sides; not asked of losses without a zero |
    | vanishing gradients | the generator's weights stand still, or its loss is flat where its samples are |
    | mode collapse | samples have much nearer neighbours among each other than real images do, or classes are missing |
    | oscillation | the generator's loss swings by more than its own size from epoch to epoch |

    All but NaN and infinity are judged at the end of epochs and told when seen for
    `patience` epochs in a row. Nothing is replaced, and no state is touched but by `back_to`.

    Args:
        images: some real images `(n, ...)`, in [-1, 1], n at least 2: the scale
            for diversity. None leaves mode collapse to `classify`.
        classify: callable from images to class indices `(n,)`, for class coverage; None for none.
        patience: epochs that a symptom must last.
        every_batches: how often weights are searched for NaN; they are at every epoch's end. A loss that is
            NaN or infinite is seen at once (where many steps are one program, after the last of them).
        stop_on: names of illnesses that end training; divergence always does.
        report: callable that takes the line; default `print`.
        back_to: the `Resume` of the same `fit`. When an illness has ended training, its best checkpoint
            (see its `monitor`), or else its newest, is put back into the model. None leaves the model as it is.

    Attributes:
        seen: list of `(epoch, illness, line)`.
        has_ended: whether an illness has ended training; a run that `Resume` continues then stays ended.
    """

    any_pace = True
    counters = ("_lasting", "_losses", "_weights", "has_ended")

    def __init__(
        self, images=None, classify=None, patience=2, every_batches=200, stop_on=(), report=print, back_to=None
    ):
        super().__init__()
        unknown = set(stop_on) - set(HELP)
        if unknown:
            raise ValueError(f"Expected `stop_on` from {sorted(HELP)}. Received: {sorted(unknown)}.")
        self.diversity = None if images is None else symptoms.diversity(np.asarray(images[: symptoms.SAMPLES]))
        self.classify = classify
        self.patience, self.every_batches = patience, every_batches
        self.stop_on = {"divergence", *stop_on}
        self.back_to = back_to
        self.report = report
        self.seen = []

    def on_train_begin(self, logs=None):
        self._lasting = {}
        self._losses = []
        self._weights = None
        self._epoch = 0
        self._diverged = self.has_ended = False

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._checked = epoch, 0

    def on_train_batch_end(self, batch, logs=None):
        if batch - self._checked >= self.every_batches or not np.isfinite(logs["loss"]):
            self._checked = batch
            self._look_for_divergence(batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        if self._look_for_divergence(None, logs):
            return
        self._losses.append(float(logs["g_loss"]))
        before, self._weights = self._weights, symptoms.flat_weights(self.model.generator)
        samples = self._samples()
        found = {
            "divergence": symptoms.explosion(logs),
            "dominance": symptoms.dominance(logs) if self.model.adversarial_loss.has_zero else None,
            "vanishing gradients": symptoms.standstill(before, self._weights) or self._flatness(samples),
            "mode collapse": self._collapse(samples),
            "oscillation": symptoms.oscillation(self._losses),
        }
        for illness, what in found.items():
            self._note(illness, what, epoch)

    def _samples(self):
        return self.model.generate(symptoms.SAMPLES, seed=0) if hasattr(self.model, "generate") else None

    def _collapse(self, samples):
        if samples is None:
            return None
        return symptoms.sameness(samples, self.diversity) or symptoms.missing_classes(samples, self.classify)

    def _flatness(self, samples):
        loss = self.model.adversarial_loss
        if loss.compares_pairs or not hasattr(self.model, "discriminate"):
            return None
        return symptoms.flatness(loss, self.model.discriminate(samples))

    def _note(self, illness, what, epoch):
        if what is None:
            self._lasting.pop(illness, None)
            return
        since, told = self._lasting.get(illness, (epoch, False))
        if not told and epoch - since + 1 >= self.patience:
            self._tell(illness, f"{illness} since epoch {since + 1}: {what}", epoch)
            told = True
        self._lasting[illness] = since, told

    def _look_for_divergence(self, batch, logs):
        if self._diverged:
            return True
        what = symptoms.divergence(logs or {}, self.model.discriminator, self.model.generator)
        if what is not None:
            self._diverged = True
            where = f"epoch {self._epoch + 1}" + ("" if batch is None else f", batch {batch + 1}")
            steps = int(self.model.batches_seen.numpy())
            self._tell("divergence", f"divergence in {where} (step {steps}): {what}{self._last_good()}", self._epoch)
        return self._diverged

    def _last_good(self):
        path = getattr(self.model, "last_checkpoint", None)
        return f". Last good checkpoint: {path}" if path else ". No checkpoint was saved; add kg.callbacks.Resume"

    def _tell(self, illness, what, epoch):
        line = f"Health: {what}. What usually helps: {HELP[illness]}."
        self.seen.append((epoch, illness, line))
        self.report(line)
        if illness in self.stop_on:
            self.model.stop_training = self.has_ended = True

    def on_train_end(self, logs=None):
        if self.has_ended and self.back_to is not None:
            self.report(f"Health: went back to {self.back_to.go_back() or 'nothing: there is no checkpoint'}.")
