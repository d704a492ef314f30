"""A first map made from a vector: learned pictures, one weight each."""

import keras


@keras.saving.register_keras_serializable(package="keras_gan")
class SpatialBasis(keras.layers.Layer):
    """Turns a vector into a map: channel c is a learned picture times the vector's c-th number.

    Far fewer weights than a dense layer: side * side * channels.

    Args:
        side: height and width of the map, in pixels.
        seed: of the pictures' normal distribution; None leaves it to Keras.

    Returns:
        For `(batch, channels)`, `(batch, side, side, channels)`.

    Source: Huang et al., 2024, https://arxiv.org/abs/2501.05441
    """

    def __init__(self, side, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.side = side
        self.seed = seed

    def build(self, input_shape):
        self.pictures = self.add_weight(
            name="pictures",
            shape=(self.side, self.side, input_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=1.0, seed=self.seed),
        )

    def call(self, inputs):
        return inputs[:, None, None, :] * self.pictures

    def compute_output_shape(self, input_shape):
        batch, channels = input_shape
        return (batch, self.side, self.side, channels)

    def get_config(self):
        return {**super().get_config(), "side": self.side, "seed": self.seed}
