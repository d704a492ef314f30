"""ScheduledAdam: Adam whose memory changes while training."""

import keras
from keras import ops

from keras_gan.schedules import positive, value_at


@keras.saving.register_keras_serializable(package="keras_gan")
class ScheduledAdam(keras.optimizers.Adam):
    """Adam with a schedule for beta_2, which Keras keeps constant.

    Args:
        learning_rate: a number, or a Keras schedule such as `schedules.LearningRate`.
        beta_1: decay of the mean of the gradients, in [0, 1).
        beta_2: decay of the mean of their squares, in [0, 1): a number or a
            schedule of `keras_gan.schedules`.
        batch_size: examples per step of this optimizer, as for `schedules.LearningRate`.
        **kwargs: as in `keras.optimizers.Adam`.

    Source: Huang et al., 2024, https://arxiv.org/abs/2501.05441, raises beta_2 from 0.9 to 0.99
    """

    def __init__(self, learning_rate=2e-4, beta_1=0.0, beta_2=0.99, batch_size=64, **kwargs):
        super().__init__(learning_rate, beta_1=beta_1, beta_2=beta_2, **kwargs)
        self.batch_size = positive(batch_size, "batch_size")

    def update_step(self, gradient, variable, learning_rate):
        schedule = self.beta_2
        self.beta_2 = value_at(schedule, ops.cast(self.iterations, "float32") * self.batch_size)
        try:
            super().update_step(gradient, variable, learning_rate)
        finally:
            self.beta_2 = schedule

    def get_config(self):
        beta_2 = keras.saving.serialize_keras_object(self.beta_2)
        return {**super().get_config(), "beta_2": beta_2, "batch_size": self.batch_size}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        beta_2 = keras.saving.deserialize_keras_object(config["beta_2"], custom_objects)
        return super().from_config({**config, "beta_2": beta_2}, custom_objects)
