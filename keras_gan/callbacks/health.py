"""Health: notices when training goes wrong, and says so in one line."""

import keras
import numpy as np

from keras_gan.callbacks import symptoms

JUDGED_IMAGES = 20_000
MOST_CLASSES = 10  # of more classes each of 100 samples would be alone in its own
FEWEST_LATENTS = 4

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
    | dominance | the discriminator is right about more than 98 % of both sides; not asked of a Wasserstein critic |
    | vanishing gradients | the generator stands still, its loss is flat at its samples, or all images score alike |
    | mode collapse | samples are much nearer to each other than real images are, or common classes are missing |
    | oscillation | the generator's loss swings by more than its own size, or a critic's, from epoch to epoch |

    All but NaN and infinity are judged at the end of epochs, and in long ones after every 20,000 images (but
    oscillation), and told when seen `patience` times in a row. Nothing is replaced, and no state is touched but by
    `back_to`. Samples are of 10 classes at most; with latents of fewer than 4 numbers they are near each other in any
    case, and only equal ones are told. A collapse onto one kind of image that is varied in itself is seen by `classify`
    alone.

    Args:
        images: some real images `(n, ...)`, in [-1, 1], n at least 2, of which 100 are used: the scale
            for diversity. None takes those of the arrays, or of the first batch, that `fit` is given.
        classify: callable from images to class indices `(n,)`, for coverage of the classes that at
            least 7 % of these images are of; None for none.
        patience: how many times in a row a symptom must be seen.
        every_batches: how often weights are searched for NaN; they are at every epoch's end. A loss that is
            NaN or infinite is seen at once (where many steps are one program, after the last of them).
        stop_on: names of illnesses that end training; divergence always does.
        report: callable that takes the line; default `print`.
        back_to: the `Resume` of the same `fit`. When an illness has ended training, its best checkpoint
            (see its `monitor`), or else the newest from before the illness, if it is still kept, or the oldest,
            is put back into the model. None leaves the model as it is.

    Attributes:
        seen: list of `(epoch, illness, line)`.
        has_ended: whether an illness has ended training; a run that `Resume` continues then stays ended.
    """

    any_pace = True
    counters = ("_present", "_losses", "_sizes", "_weights", "has_ended")

    def __init__(
        self, images=None, classify=None, patience=2, every_batches=200, stop_on=(), report=print, back_to=None
    ):
        super().__init__()
        unknown = set(stop_on) - set(HELP)
        if unknown:
            raise ValueError(f"Expected `stop_on` from {sorted(HELP)}. Received: {sorted(unknown)}.")
        self.images = None if images is None else np.asarray(images[: symptoms.SAMPLES])
        self.classify = classify
        self.patience, self.every_batches = patience, every_batches
        self.stop_on = {"divergence", *stop_on}
        self.back_to = back_to
        self.report = report
        self.seen = []

    def on_train_begin(self, logs=None):
        self._present = {}
        self._losses, self._sizes = [], []  # of the generator by epoch
        self._weights = None
        self._epoch = 0
        self._diverged = self.has_ended = False
        self._healthy_batches = None
        real = self.model.real_examples if self.images is None else self.images
        self._real = real = real if isinstance(real, np.ndarray) and len(real) > 1 else None
        self._few_latents = np.prod(getattr(self.model, "latent_shape", FEWEST_LATENTS)) < FEWEST_LATENTS
        classes = getattr(self.model, "num_classes", None)
        self._samples_made = symptoms.COVERAGE_SAMPLES if self.classify else symptoms.SAMPLES
        self._asked = np.arange(self._samples_made) % min(classes, MOST_CLASSES) if classes else None
        common = () if real is None or self.classify is None else symptoms.common_classes(real, self.classify)
        self._common = np.intersect1d(common, self._asked) if classes else common

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._checked, self._judged = epoch, 0, -1
        self._batches, self._images = self._seen()
        self._judge_every, self._judged_at, self._totals, self._counted_at = None, None, None, self._images

    def on_train_batch_end(self, batch, logs=None):
        if batch - self._checked >= self.every_batches or not np.isfinite(logs["loss"]):
            self._checked = batch
            if self._look_for_divergence(batch, logs):
                return
        if self._judge_every is None:
            self._judge_every = self._batches_of(JUDGED_IMAGES)
        if batch - self._judged >= self._judge_every:
            self._judged = batch
            self._judge(logs)

    def on_epoch_end(self, epoch, logs=None):
        if not self._look_for_divergence(None, logs):
            self._losses.append(float(logs["g_loss"]))
            critic = self.model.adversarial_loss.is_critic  # of whose scores only differences mean something
            self._sizes.append(max(abs(self._losses[-1]), critic * abs(float(logs["d_loss"]))))
            if self._judged_at != self._seen()[0]:  # else this very state was judged after the epoch's last batch
                self._judge(logs)
            self._note("oscillation", symptoms.oscillation(self._losses, self._sizes))

    def _seen(self):
        return int(self.model.batches_seen.numpy()), int(self.model.examples_seen.numpy())

    def _batches_of(self, images):
        """How many batches have so many images, as they were since the epoch began."""
        batches, seen = self._seen()
        return max(1, images * (batches - self._batches) // max(1, seen - self._images))

    def _means(self, logs):
        """The losses and accuracies since the last judgement of this epoch, of whose beginning on `logs` are the means.

        The model's own totals are those of the validation by the end of an epoch.
        """
        images, totals, means = self._seen()[1], {}, {}
        for name in self.model.trackers:
            if self._totals is None:
                count = before = 0
            else:
                count, before = self._totals[name]
            now = count + images - self._counted_at
            totals[name] = now, logs[name] * now
            means[name] = (logs[name] * now - before) / max(now - count, 1)
        self._totals, self._counted_at = totals, images
        return means

    def _judge(self, logs):
        self._judged_at, logs = self._seen()[0], self._means(logs)
        before, self._weights = self._weights, symptoms.flat(self.model.generator.trainable_variables)
        samples = self._samples()
        flat = self._flatness(samples, logs) or symptoms.standstill(before, self._weights)
        self._note("divergence", symptoms.explosion(logs))
        self._note("dominance", None if self.model.adversarial_loss.is_critic else symptoms.dominance(logs))
        self._note("vanishing gradients", flat)
        self._note("mode collapse", self._collapse(samples))

    def _samples(self):
        if not hasattr(self.model, "generate"):
            return None
        return self.model.generate(self._samples_made, seed=0, **self._labels(self._samples_made))

    def _labels(self, count):
        return {} if self._asked is None else {"labels": self._asked[:count]}

    def _collapse(self, samples):
        if samples is None:
            return None
        real = self._real
        same = None if real is None else symptoms.sameness(samples[: len(real)], real, self._few_latents)
        return same or (symptoms.missing_classes(samples, self.classify, self._common) if self.classify else None)

    def _flatness(self, samples, logs):
        if not hasattr(self.model, "discriminate"):
            return None
        loss, discriminate = self.model.adversarial_loss, self.model.discriminate
        samples, labels = samples[: symptoms.SAMPLES], self._labels(symptoms.SAMPLES)
        scores = discriminate(samples, **labels)
        sure = logs["fake_accuracy"] > symptoms.SURE  # else the players may stand where a loss is least
        flat = symptoms.flatness(loss, scores) if sure and not loss.compares_pairs else None
        return flat or symptoms.blindness(scores, discriminate(symptoms.other_images(samples), **labels))

    def _note(self, illness, what):
        if what is None:
            self._present.pop(illness, None)
            return
        since, times, told, batches = self._present.get(illness, (self._epoch, 0, False, self._batches))
        if not told and times + 1 >= self.patience:
            self._tell(illness, f"{illness} since epoch {since + 1}: {what}", self._epoch, batches)
            told = True
        self._present[illness] = since, times + 1, told, batches

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

    def _tell(self, illness, what, epoch, healthy_batches=None):
        line = f"Health: {what}. What usually helps: {HELP[illness]}."
        self.seen.append((epoch, illness, line))
        self.report(line)
        if illness in self.stop_on:
            self.model.stop_training = self.has_ended = True
            self._healthy_batches = healthy_batches

    def on_train_end(self, logs=None):
        if self.has_ended and self.back_to is not None:
            found = self.back_to.go_back(self._healthy_batches)
            self.report(f"Health: went back to {found or 'nothing: there is no checkpoint'}.")
