"""PlayerOptimizers: two optimizers that Keras sees as one."""

import keras


@keras.saving.register_keras_serializable(package="keras_gan")
class PlayerOptimizers(keras.optimizers.Optimizer):
    """Holds the discriminator's and the generator's optimizer behind the interface of one.

    Keras's callbacks, savers and backends look at `model.optimizer` and nowhere
    else. This composite answers for both players: learning-rate callbacks reach
    both through `optimizers`, savers find both states, and JAX carries exactly
    `variables` through its compiled step. The training step itself calls the two
    players' optimizers directly.

    Args:
        discriminator: a Keras optimizer.
        generator: another Keras optimizer.

    Raises:
        ValueError: if the two are one and the same instance.
    """

    def __init__(self, discriminator, generator, name="players"):
        if discriminator is generator:
            raise ValueError(
                "Each player needs an optimizer of its own, since an optimizer keeps state for its variables. "
                f"Received: one instance of {type(generator).__name__} as both g_optimizer and d_optimizer. "
                "Pass two instances, or their name as a string."
            )
        super().__init__(learning_rate=0.0, name=name)
        self.discriminator = discriminator
        self.generator = generator

    @property
    def optimizers(self):
        """Both optimizers without their loss scaling, where Keras's callbacks look for a learning rate."""
        return [getattr(each, "inner_optimizer", each) for each in (self.discriminator, self.generator)]

    @property
    def variables(self):
        return self.discriminator.variables + self.generator.variables

    @property
    def iterations(self):
        return self.generator.iterations

    @property
    def learning_rate(self):
        raise AttributeError("Two players have two learning rates: use `.discriminator` or `.generator`.")

    @learning_rate.setter
    def learning_rate(self, value):
        raise AttributeError("Two players have two learning rates: use `.discriminator` or `.generator`.")

    def build_players(self, discriminator_variables, generator_variables):
        """Create both optimizers' state, and remember by identity which variable is whose."""
        self.discriminator.build(discriminator_variables)
        self.generator.build(generator_variables)
        self._discriminator_ids = frozenset(id(variable) for variable in discriminator_variables)
        self._generator_ids = frozenset(id(variable) for variable in generator_variables)
        self.built = True

    def build(self, variables):
        if not self.built:
            raise ValueError("PlayerOptimizers is built by `gan.compile`, which knows whose each variable is.")

    def apply(self, grads, trainable_variables=None):
        pairs = list(zip(grads, trainable_variables, strict=True))
        for optimizer, ids in ((self.discriminator, self._discriminator_ids), (self.generator, self._generator_ids)):
            own = [(gradient, variable) for gradient, variable in pairs if id(variable) in ids]
            if own:
                optimizer.apply(*zip(*own, strict=True))

    def scale_loss(self, loss):
        return loss

    def finalize_variable_values(self, var_list):
        for optimizer, ids in ((self.discriminator, self._discriminator_ids), (self.generator, self._generator_ids)):
            optimizer.finalize_variable_values([variable for variable in var_list if id(variable) in ids])

    def set_weights(self, weights):
        cut = len(self.discriminator.variables)
        self.discriminator.set_weights(weights[:cut])
        self.generator.set_weights(weights[cut:])

    def save_own_variables(self, store):
        """Nothing: the savers walk into both optimizers by themselves."""

    def load_own_variables(self, store):
        """Nothing: the savers walk into both optimizers by themselves."""

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            "discriminator": serialize(self.discriminator),
            "generator": serialize(self.generator),
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        deserialize = keras.saving.deserialize_keras_object
        players = {key: deserialize(config[key], custom_objects) for key in ("discriminator", "generator")}
        return cls(**players, name=config["name"])
