"""TwoPlayerModel: the one training step of the library."""

import random

import keras
from keras import ops, tree

from keras_gan import backend, schedules
from keras_gan.models import averaging
from keras_gan.models.evaluating import JudgedBySamples
from keras_gan.models.players import build_discriminator, build_generator
from keras_gan.models.saving import SavedExactly
from keras_gan.models.workflow import Workflow

LOGS = ("d_loss", "g_loss", "real_accuracy", "fake_accuracy")


class TwoPlayerModel(SavedExactly, JudgedBySamples, Workflow, keras.Model):
    """Trains a generator and a discriminator against each other, inside plain Keras.

    A subclass says what the generator receives, which samples are compared, and
    which extra terms each player pays; see the methods below `train_step`.

    One step: the generator makes samples once. The discriminator improves on
    them. The slope of the generator's loss at the very same samples, taken
    through the improved discriminator, is then pulled back through the recorded
    generator pass, so the generator runs once per step and not twice.

    Args:
        generator, discriminator: the players, each one Keras model.
        example: one example of what the generator receives, batch 1; builds both.
        seed: int, or None to draw one.
        ema_half_life_images: see `keras_gan.GAN`.
    """

    def __init__(self, generator, discriminator, example, seed=None, ema_half_life_images=None, **kwargs):
        super().__init__(**kwargs)
        self.seed_was_drawn = seed is None
        self.seed = random.getrandbits(31) if seed is None else int(seed)
        self.generator = generator
        self.discriminator = discriminator
        made = build_generator(generator, example)
        sample = self.fake_sample({}, made)
        self.sample_shape = tree.map_structure(lambda tensor: tuple(tensor.shape[1:]), sample)
        build_discriminator(discriminator, self.discriminator_receives(sample, {}, example))
        self.precision = precision_of(discriminator)
        self.ema_half_life_images = schedules.get(ema_half_life_images)
        if ema_half_life_images is not None:
            self.averaged_generator = averaging.twin(generator, example)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.evaluation_seed_generator = keras.random.SeedGenerator(self.seed + 1)
        self.examples_seen = self._counter("examples_seen")
        self.batches_seen = self._counter("batches_seen")
        self.fed_with = None  # a fingerprint of the data, set by fit
        self.real_examples = None  # some of the data, set by fit
        self.program_steps = 1  # set by fit, for its own time
        self.examples_into_epoch = 0  # set by Resume, for one epoch
        self.resumes_at = None  # (epoch, batch, steps in a program), likewise
        self.data_ahead = 0  # set by fit: how many examples a `stream` is ahead of those seen
        self.data_run_on = False  # set by fit: one iteration of them feeds several epochs
        self.trackers = {name: keras.metrics.Mean(name=name) for name in LOGS}
        self.built = True

    def _counter(self, name):
        return self.add_weight(
            name=name, shape=(), initializer="zeros", dtype="int", trainable=False, aggregation="only_first_replica"
        )

    # The game

    @backend.stateful
    def train_step(self, data):
        batch = in_tensors(self.read_batch(data))
        received = self.generator_receives(batch, self.seed_generator)
        generators_turn, _ = self.turns()
        recorded, pull_back = backend.record(lambda: self._generate(received), self.generator.trainable_variables)
        self._improve_discriminator(batch, received, recorded["made"])
        self._count(batch)
        if self.discriminator_steps == 1:
            self._improve_generator(batch, received, recorded, pull_back)
        else:
            backend.when(generators_turn, lambda: self._improve_generator(batch, received, recorded, pull_back))
        return self.get_metrics_result()

    def _generate(self, received):
        made = self.generator(received, training=True)
        return {"made": made, "own_loss": self._own_loss(self.generator)}

    def _improve_discriminator(self, batch, received, made):
        optimizer, variables = self.optimizer.discriminator, self.discriminator.trainable_variables
        made = tree.map_structure(ops.stop_gradient, made)

        def objective():
            loss, logs = self.discriminator_objective(batch, received, made, training=True)
            return optimizer.scale_loss(loss / backend.replica()[1]), logs

        gradients, logs = backend.gradients(objective, variables)
        backend.update(optimizer, gradients, variables)
        self._track(batch, logs)

    def _improve_generator(self, batch, received, recorded, pull_back):
        optimizer, variables = self.optimizer.generator, self.generator.trainable_variables

        def objective(recorded):
            loss, logs = self.generator_objective(batch, received, recorded["made"], training=True)
            loss = loss + recorded["own_loss"]
            return optimizer.scale_loss(loss / backend.replica()[1]), {"g_loss": loss}

        slopes, logs = backend.slopes(objective, recorded)
        backend.update(optimizer, pull_back(slopes), variables)
        self._track(batch, logs)
        if self.ema_half_life_images is not None:
            averaging.follow(self.averaged_generator, self.generator, self._ema_decay(batch))

    def discriminator_objective(self, batch, received, made, training):
        """What the discriminator minimises: `(scalar, logs)`."""
        real = self.seen(self.real_sample(batch, made), training)
        fake = self.seen(self.fake_sample(batch, made), training)
        real_scores = self.score(real, batch, received, training)
        real_own = self._own_loss(self.discriminator)
        fake_scores = self.score(fake, batch, received, training)
        # A regulariser of the weights shows in both passes, one of activities in its own: the mean counts each once.
        loss = (real_own + self._own_loss(self.discriminator)) / 2
        loss = loss + ops.mean(self.adversarial_loss.discriminator(real_scores["logits"], fake_scores["logits"]))
        boundary = self.adversarial_loss.boundary(real_scores["logits"], fake_scores["logits"])
        if training and self.augmentation is not None:
            self.augmentation.observe(real_scores["logits"] - boundary, batch_size(batch) * backend.replica()[1])
        for penalty, due in zip(self.penalties, self.turns()[1], strict=True) if training else ():
            critic, now = self._critic(batch, received), penalty.at(self.examples_seen.value, self.precision)
            loss = loss + now.loss(critic, real, fake, self.seed_generator, due)
        for term in self.discriminator_terms(batch, received, made, real_scores, fake_scores):
            loss = loss + term
        return loss, {
            "d_loss": loss,
            "real_accuracy": share_above(boundary, real_scores["logits"]),
            "fake_accuracy": share_above(-boundary, -fake_scores["logits"]),
        }

    def generator_objective(self, batch, received, made, training):
        """What the generator minimises, as a function of what it made: `(scalar, logs)`."""
        fake_scores = self.score(self.seen(self.fake_sample(batch, made), training), batch, received, training)
        real_scores = {"logits": None}
        if self.adversarial_loss.compares_pairs:
            real_scores = self.score(self.seen(self.real_sample(batch, made), training), batch, received, training)
        loss = ops.mean(self.adversarial_loss.generator(real_scores["logits"], fake_scores["logits"]))
        for term in self.generator_terms(batch, received, made, real_scores, fake_scores):
            loss = loss + term
        return loss, {"g_loss": loss}

    def seen(self, sample, training):
        """A sample of either side as the discriminator sees it: in its precision, and augmented in training."""
        if self.augmentation is not None and training:
            augment = self.augmentation.at(self.examples_seen.value)
            sample = augment(in_precision(sample, "float32"), self.seed_generator)
        return in_precision(sample, self.precision)

    def score(self, sample, batch, received, training):
        """What the discriminator says of a sample: `logits` in `precision`, and whatever else it returns, as a dict."""
        outputs = self.discriminator(self.discriminator_receives(sample, batch, received), training=training)
        outputs = dict(outputs) if isinstance(outputs, dict) else {"logits": outputs}
        logits = ops.cast(outputs["logits"], self.precision)
        logits = logits if self.from_logits else logits_of(logits)
        outputs["logits"] = ops.where(is_finite(sample), logits, float("nan"))  # a ReLU of oneDNN makes 0 of NaN
        return outputs

    def _own_loss(self, network):
        """Regularisers and `add_loss` of the network's last call, a scalar."""
        return sum((ops.cast(loss, self.precision) for loss in network.losses), ops.zeros((), self.precision))

    def _critic(self, batch, received):
        def critic(sample):
            logits = self.score(sample, batch, received, training=True)["logits"]
            return ops.mean(ops.reshape(logits, (ops.shape(logits)[0], -1)), axis=1)

        return critic

    @backend.stateful
    def test_step(self, data):
        batch = in_tensors(self.read_batch(data))
        received = self.generator_receives(batch, self.evaluation_seed_generator)
        made = self.sampler()(received, training=False)
        _, d_logs = self.discriminator_objective(batch, received, made, training=False)
        _, g_logs = self.generator_objective(batch, received, made, training=False)
        self._track(batch, {**d_logs, **g_logs})
        return self.get_metrics_result()

    # What a subclass says

    def read_batch(self, data):
        """What `fit` was given, as a dict with at least `real`."""
        raise NotImplementedError

    def check_batch(self, batch):
        """Raise ValueError for a batch of NumPy arrays that cannot train this model."""

    def generator_receives(self, batch, seed):
        """The generator's inputs for a batch; draws come from `seed`, a `SeedGenerator`."""
        raise NotImplementedError

    def real_sample(self, batch, made):
        """What stands on the real side of the comparison."""
        return batch["real"]

    def fake_sample(self, batch, made):
        """What stands on the fake side."""
        return made

    def discriminator_receives(self, sample, batch, received):
        """The discriminator's inputs for a sample of either side."""
        return sample

    def discriminator_terms(self, batch, received, made, real_scores, fake_scores):
        """Further scalars that the discriminator pays."""
        return ()

    def generator_terms(self, batch, received, made, real_scores, fake_scores):
        """Further scalars that the generator pays."""
        return ()

    # Bookkeeping

    def turns(self):
        """Whether it is the generator's turn in the batch that is next to be counted, and which penalties are due."""

        def due(interval, ahead=0):
            return interval == 1 or backend.due(self.batches_seen, interval, ahead)

        return due(self.discriminator_steps, ahead=1), [due(penalty.interval) for penalty in self.penalties]

    def _count(self, batch):
        examples = ops.cast(batch_size(batch), self.examples_seen.dtype)
        self.examples_seen.assign_add(backend.across_replicas(examples))
        self.batches_seen.assign_add(1)

    def _track(self, batch, logs):
        for name, value in logs.items():
            self.trackers[name].update_state(value, sample_weight=batch_size(batch))

    def _ema_decay(self, batch):
        examples = batch_size(batch) * self.discriminator_steps * backend.replica()[1]
        return averaging.decay(examples, self.examples_seen.value, self.ema_half_life_images)

    def get_metrics_result(self):
        results = super().get_metrics_result()
        results["loss"] = results["d_loss"] + results["g_loss"]
        return backend.step_logs(results)

    def sampler(self):
        """The generator that samples, evaluates and exports: the averaged one if there is one."""
        return self.generator if self.ema_half_life_images is None else self.averaged_generator

    def call(self, inputs, training=None):
        return self.sampler()(inputs, training=training)


def batch_size(batch):
    return ops.shape(tree.flatten(batch)[0])[0]


def in_tensors(batch):
    """Where a step runs eagerly, `train_on_batch` hands it NumPy arrays, which Keras refuses among several inputs."""
    return tree.map_structure(lambda each: each if each is None else ops.convert_to_tensor(each), batch)


def in_precision(sample, dtype):
    return tree.map_structure(lambda tensor: ops.cast(tensor, dtype), sample)


def precision_of(network):
    """In what samples are compared and losses summed: float32, or float64 where the network computes in it."""
    return "float64" if "float64" in {layer.compute_dtype for layer in network._flatten_layers()} else "float32"


def is_finite(sample):
    """Whether all of a sample's tensors are, a scalar."""
    return ops.isfinite(sum(ops.sum(ops.cast(tensor, "float32")) for tensor in tree.flatten(sample)))


def share_above(boundary, logits):
    """NaN where a logit is not finite: then nothing was read right, and Health sees on which side it began."""
    return ops.mean(ops.where(ops.isfinite(logits), ops.cast(logits > boundary, "float32"), float("nan")))


def logits_of(probabilities):
    """The logits of sigmoid outputs, finite where those have saturated."""
    epsilon = keras.config.epsilon()
    probabilities = ops.clip(probabilities, epsilon, 1 - epsilon)
    return ops.log(probabilities) - ops.log1p(-probabilities)
