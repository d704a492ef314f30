"""SavedExactly: what a model must keep, beyond Keras's own files, to go on as if it had never stopped."""

import warnings

import keras

from keras_gan.models import limits


class SavedExactly:
    """Saves the states of all random generators with the weights, and recompiles on load.

    Keras leaves seed states out of its files, so a restored run would draw other
    latents and other dropout masks. They are stored by position, since their
    automatic names count what the process built before.
    """

    def _seed_states(self):
        saved = {id(variable) for variable in self.weights}
        return [variable for variable in self.non_trainable_variables if id(variable) not in saved]

    def save_own_variables(self, store):
        super().save_own_variables(store)
        for index, state in enumerate(self._seed_states()):
            store[f"seed_{index}"] = state.numpy()

    def load_own_variables(self, store):
        own = {key: store[key] for key in list(store.keys()) if not key.startswith("seed_")}
        if not self.compiled:  # state of penalties and augmentations, which a compilation brings, comes last
            count = len(self._trainable_variables) + len(self._non_trainable_variables)
            own = {key: own[key] for key in map(str, range(count)) if key in own}
        super().load_own_variables(own)
        for index, state in enumerate(self._seed_states()):
            state.assign(store[f"seed_{index}"])

    def load_weights(self, filepath, skip_mismatch=False, **kwargs):
        """As in Keras, except that optimizer state which does not fit is an error and not a warning.

        Raises:
            ValueError: if the file's optimizer state is missing or another optimizer's.
        """
        if skip_mismatch:
            return super().load_weights(filepath, skip_mismatch=True, **kwargs)
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Skipping variable loading for optimizer")
            try:
                return super().load_weights(filepath, **kwargs)
            except (UserWarning, ValueError) as error:
                raise ValueError(
                    f"Could not load all of {filepath} into this model: {error} Compile with the optimizers that "
                    "trained the weights, load before `compile` for the networks alone, or pass skip_mismatch=True."
                ) from error

    def get_compile_config(self):
        if not self.compiled:
            return {}
        serialize = keras.saving.serialize_keras_object
        return {
            "g_optimizer": portable(serialize(self.optimizer.generator)),
            "d_optimizer": portable(serialize(self.optimizer.discriminator)),
            "loss": serialize(self.adversarial_loss),
            "penalties": [serialize(penalty) for penalty in self.penalties],
            "discriminator_steps": self.discriminator_steps,
            "from_logits": self.from_logits,
            "augmentation": serialize(self.augmentation),
            "metrics": [serialize(metric) for metric in self.sample_metrics if metric.is_portable],
            "run_eagerly": self.run_eagerly,
            "jit_compile": self.jit_compile_said,
            "steps_per_execution": None if self.free_to_pace else self.steps_per_execution,
        }

    def compile_from_config(self, config):
        config = keras.saving.deserialize_keras_object(config)
        if not limits.runs_many_steps():  # a file of a backend that does
            config["steps_per_execution"] = None
        self.compile(**config)


def portable(config):
    """An optimizer's config without torch's own class (Keras 3.15 writes it), with which no other backend goes on."""
    if not isinstance(config, dict):
        return config
    config = {key: portable(value) for key, value in config.items()}
    if str(config.get("module")).startswith("keras.src.backend.torch.optimizers"):
        config.update(module="keras.optimizers", registered_name=None)
    return config
