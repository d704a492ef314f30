"""Workflow: `compile` and `fit` of a two-player model, as Keras has them."""

import warnings

import keras

from keras_gan import augmentation as augmentations
from keras_gan import backend, losses
from keras_gan import penalties as penalty_family
from keras_gan.datasets.continued import Continued
from keras_gan.datasets.steady import steady
from keras_gan.datasets.stream import EpochStream
from keras_gan.models import evaluating, feeding, identity, limits, pace, state
from keras_gan.models.players import check_logits, player_optimizer
from keras_gan.optimizers import PlayerOptimizers


class Workflow:
    """What stands around the training step; `TwoPlayerModel` is one."""

    def compile(
        self,
        g_optimizer=None,
        d_optimizer=None,
        loss="bce",
        penalties=(),
        discriminator_steps=1,
        from_logits=True,
        augmentation=None,
        metrics=(),
        **kwargs,
    ):
        """Choose the game.

        Args:
            g_optimizer, d_optimizer: Keras optimizers, or their names. The default
                is Adam with learning rate 2e-4 and beta_1 0.5 (Radford et al., 2016,
                https://arxiv.org/abs/1511.06434); a name means Keras's own defaults.
            loss: a name in `keras_gan.losses` or an `AdversarialLoss`.
            penalties: a name in `keras_gan.penalties`, a `Penalty`, or several.
            discriminator_steps: discriminator updates per generator update. Each
                uses a batch of its own; the generator moves on every such batch's last.
            from_logits: False if the discriminator ends in a sigmoid.
            augmentation: a name in `keras_gan.augmentation` or an `Augmentation`, of all
                images before the discriminator sees them; its state, and that of
                penalties, is kept in copies, `gan.augmentation` and `gan.penalties`.
            metrics: metrics of samples, such as `keras_gan.metrics.FrechetDistance()`:
                `evaluate` returns their values, `fit` logs them with `validation_data`.
            **kwargs: `run_eagerly`, `jit_compile`, `steps_per_execution`, as in Keras.

        Raises:
            ValueError: for an unknown loss, penalty or augmentation, one optimizer instance
                for both players, or a discriminator whose output does not fit `from_logits`.
        """
        if "optimizer" in kwargs:
            raise ValueError(
                "Each player has an optimizer of its own. Received: optimizer. Pass `g_optimizer` and `d_optimizer`."
            )
        if not isinstance(discriminator_steps, int) or discriminator_steps < 1:
            raise ValueError(
                f"Expected `discriminator_steps` to be a whole number of at least 1. Received: {discriminator_steps!r}."
            )
        check_logits(self.discriminator, from_logits)
        penalties = penalty_family.several(penalties)
        if augmentation is not None:
            augmentation = augmentations.get(augmentation)
            augmentation.check(self.sample_shape)
        optimizer = PlayerOptimizers(
            discriminator=player_optimizer(d_optimizer, self.discriminator, "discriminator"),
            generator=player_optimizer(g_optimizer, self.generator, "generator"),
        )
        limits.check(
            backend.replicas_of(self),
            optimizer.optimizers,
            discriminator_steps,
            kwargs.get("steps_per_execution"),
            kwargs.get("jit_compile"),
        )
        limits.warn_of_mixed_samples(self.discriminator, penalties)
        self.sample_metrics = evaluating.several(metrics, getattr(self, "num_classes", None))
        self.adversarial_loss = losses.get(loss)
        *penalties, augmentation = state.give(self, [*penalties, augmentation])
        self.penalties, self.augmentation = tuple(penalties), augmentation
        self.discriminator_steps = discriminator_steps
        self.from_logits = from_logits
        self.jit_compile_said = kwargs.get("jit_compile", "auto")  # Keras keeps what "auto" means on this backend
        self.free_to_pace = self.jit_compile_said == "auto" and kwargs.get("steps_per_execution") is None
        kwargs["steps_per_execution"] = kwargs.get("steps_per_execution") or 1
        self.programs = {}  # of several steps, by (steps, batch size)
        self.recordings = {}  # of one step on PyTorch, by shapes and turns
        super().compile(optimizer=optimizer, auto_scale_loss=False, **kwargs)
        optimizer.build_players(self.discriminator.trainable_variables, self.generator.trainable_variables)

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        class_weight=None,
        sample_weight=None,
        steps_per_epoch=None,
        **kwargs,
    ):
        """Train, as `keras.Model.fit`.

        Arrays are shuffled anew every epoch in an order that depends on nothing but
        the model's seed and `examples_seen`. With arrays, `steps_per_epoch` is the
        length of an epoch, whatever the size of the data.

        Under `MultiWorkerMirroredStrategy` the chief alone writes the files of CSVLogger, ImageGrid and
        Resume, so that all workers run one script; Keras's other savers need a path per worker.

        Raises:
            ValueError: before the first step, for data that cannot train this model.
        """
        self._assert_compile_called("fit")
        self.forget_validation()  # of a `fit` that was refused
        feeding.refuse_weights(sample_weight, class_weight)
        if validation_split and validation_data is None:
            (x, y), validation_data = feeding.split(x, y, validation_split)
        if validation_data is not None:
            held_out = keras.utils.unpack_x_y_sample_weight(validation_data)
            feeding.check_for_evaluation(self, *held_out)
            size, steps = kwargs.get("validation_batch_size", batch_size), kwargs.get("validation_steps")
            x_held_out, y_held_out = feeding.steadily(*held_out[:2], size, steps)
            validation_data = x_held_out if y_held_out is None else (x_held_out, y_held_out)
            callbacks = self.prepare_validation(*held_out[:2], callbacks)
        x, arguments, self.fed_with = feeding.training_data(self, x, y, batch_size, steps_per_epoch, shuffle)
        callbacks = feeding.in_order(callbacks, self)
        at, self.resumes_at = self.resumes_at, None
        x, arguments = feeding.resumed(x, arguments, at, kwargs.get("initial_epoch", 0))
        self.data_run_on = arguments.get("steps_per_epoch") is not None
        if batch_size is not None:
            kwargs.setdefault("validation_batch_size", batch_size)
        steps = pace.steps_per_program(self, x, callbacks, epochs, at)
        with warnings.catch_warnings(), pace.program_of(self, steps, x), self.judging():
            if isinstance(x, (EpochStream, Continued)):  # an epoch that was resumed in the middle rightly ends early
                warnings.filterwarnings("ignore", message="Your input ran out of data")
            return super().fit(
                steady(x),
                epochs=epochs,
                verbose=verbose,
                callbacks=callbacks,
                validation_data=validation_data,
                **arguments,
                **kwargs,
            )

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """As `keras.Model.train_on_batch`; raises ValueError for weights."""
        feeding.refuse_weights(sample_weight, class_weight)
        return super().train_on_batch(x, y, return_dict=return_dict)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """As `keras.Model.test_on_batch`; raises ValueError for weights."""
        feeding.refuse_weights(sample_weight)
        return super().test_on_batch(x, y, return_dict=return_dict)

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, **kwargs):
        """As `keras.Model.evaluate`.

        Raises:
            ValueError: for data that training would refuse.
        """
        if not kwargs.get("_use_cached_eval_dataset"):  # in `fit`, which has looked at them
            feeding.check_for_evaluation(self, x, y, sample_weight)
            x, y = feeding.steadily(x, y, batch_size, kwargs.get("steps"))
        return super().evaluate(x, y, batch_size, verbose, **kwargs)

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """As `keras.Model.predict`."""
        x, _ = feeding.steadily(x, None, batch_size, steps)
        return super().predict(x, batch_size, verbose, steps, callbacks)

    def make_train_function(self, force=False):
        if force:
            self.programs, self.recordings = {}, {}
        if self.program_steps > 1 and (force or self.train_function is None):
            self.train_function = backend.make_train_function(self, self.program_steps)
        if self.train_function is None or (force and self.program_steps == 1):
            super().make_train_function(force)
        return self.train_function

    def settle(self):
        """Makes the variables readable in the middle of `fit`, where Keras's JAX trainer holds them elsewhere."""
        if hasattr(self, "jax_state_sync"):
            self.jax_state_sync()

    def identity(self):
        """What a run must have in common with the one it continues: names to JSON values."""
        return identity.of(self)

    def has_several_workers(self):
        """Whether other processes train this model too, under `MultiWorkerMirroredStrategy`."""
        return backend.several_workers(self)

    def is_chief(self):
        """Whether this is the one among several workers that writes files; alone, it is."""
        return backend.is_chief(self)

    def chief_says(self, number):
        """The chief's `number`, an int; every worker must ask at the same point. Alone, the number itself."""
        return backend.chief_says(self, number)

    def data_position(self):
        """Where in the data the next epoch begins: `(epoch_start, offset)`, in examples seen."""
        into_epoch, self.examples_into_epoch = self.examples_into_epoch, 0
        return int(self.examples_seen.numpy()) - into_epoch, into_epoch

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing: all is built by now, and under several workers Keras's way to build fails (keras#20585)."""
