"""Batch normalisation whose scale and offset depend on a condition."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="keras_gan")
class ConditionalBatchNormalization(layers.Layer):
    """Normalises over the batch, then scales and shifts by what the condition says.

    normalised(x) * (1 + gamma(condition)) + beta(condition)

    gamma and beta are linear and start at zero. With a one-hot label each class
    has its own scale and offset; any other vector, such as latents or an
    embedding, serves too.

    Called as `layer([x, condition])` with x `(batch, ..., channels)` and
    condition `(batch, n)`; the result has the shape of x.

    Args:
        momentum: of the moving mean and variance, which inference uses.
        epsilon: added to the variance.

    Source: de Vries et al., 2017, https://arxiv.org/abs/1707.00683;
        in a GAN: Miyato & Koyama, 2018, https://arxiv.org/abs/1802.05637
    """

    def __init__(self, momentum=0.9, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon
        self.normalization = layers.BatchNormalization(
            momentum=momentum, epsilon=epsilon, center=False, scale=False, name="normalization", dtype=self.dtype_policy
        )

    def build(self, input_shape):
        x_shape, condition_shape = input_shape
        self.normalization.build(x_shape)
        for name in ("gamma", "beta"):
            dense = layers.Dense(
                x_shape[-1], use_bias=False, kernel_initializer="zeros", name=name, dtype=self.dtype_policy
            )
            dense.build(condition_shape)
            setattr(self, name, dense)

    def call(self, inputs, training=False):
        x, condition = inputs
        positions = (1,) * (len(x.shape) - 2)
        gamma, beta = (
            ops.reshape(dense(condition), (-1, *positions, x.shape[-1])) for dense in (self.gamma, self.beta)
        )
        return self.normalization(x, training=training) * (1 + gamma) + beta

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}
