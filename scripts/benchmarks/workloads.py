"""The jobs that every contender does: data in memory, Adam 2e-4 with beta_1 .5, alternating updates, BCE."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Workload:
    kind: str  # "mlp", "tutorial" (TensorFlow's DCGAN tutorial) or "rgb64"
    batch: int
    precision: str = "float32"

    @property
    def image_shape(self):
        return {"mlp": (784,), "tutorial": (28, 28, 1), "rgb64": (64, 64, 3)}[self.kind]

    def images(self):
        count = {"mlp": 60_000, "tutorial": 4_096, "rgb64": 1_024}[self.kind]
        return np.tanh(np.random.default_rng(0).standard_normal((count, *self.image_shape))).astype("float32")


WORKLOADS = {
    "mlp-50": Workload("mlp", 50),
    "mlp-128": Workload("mlp", 128),
    "mlp-512": Workload("mlp", 512),
    "tutorial-64": Workload("tutorial", 64),
    "tutorial-256": Workload("tutorial", 256),
    "tutorial-64-bfloat16": Workload("tutorial", 64, "mixed_bfloat16"),
    "rgb64-32": Workload("rgb64", 32),
}


def keras_players(kind):
    """The two Keras networks of a workload."""
    import keras

    layers = keras.layers
    if kind == "mlp":
        generator = [layers.Dense(128, "relu"), layers.Dense(784, "tanh", dtype="float32")]
        discriminator = [layers.Dense(128, "relu")]
        sizes = 100, (784,)
    elif kind == "tutorial":
        generator = [
            *dense_block(layers, 7 * 7 * 256, (7, 7, 256)),
            *up_block(layers, 128, 1),
            *up_block(layers, 64, 2),
            layers.Conv2DTranspose(1, 5, 2, "same", use_bias=False),
            layers.Activation("tanh", dtype="float32"),
        ]
        discriminator = [*down_block(layers, 64), *down_block(layers, 128), layers.Flatten()]
        sizes = 100, (28, 28, 1)
    else:
        generator = [
            *dense_block(layers, 4 * 4 * 256, (4, 4, 256)),
            *up_block(layers, 128, 2),
            *up_block(layers, 64, 2),
            *up_block(layers, 32, 2),
            layers.Conv2DTranspose(3, 5, 2, "same", use_bias=False),
            layers.Activation("tanh", dtype="float32"),
        ]
        discriminator = [*down_block(layers, 32), *down_block(layers, 64), *down_block(layers, 128), layers.Flatten()]
        sizes = 100, (64, 64, 3)
    head = layers.Dense(1, dtype="float32")
    return (
        keras.Sequential([keras.Input((sizes[0],)), *generator], name="generator"),
        keras.Sequential([keras.Input(sizes[1]), *discriminator, head], name="discriminator"),
    )


def dense_block(layers, units, shape):
    return [
        layers.Dense(units, use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(0.3),
        layers.Reshape(shape),
    ]


def up_block(layers, channels, stride):
    convolution = layers.Conv2DTranspose(channels, 5, stride, "same", use_bias=False)
    return [convolution, layers.BatchNormalization(), layers.LeakyReLU(0.3)]


def down_block(layers, channels):
    return [layers.Conv2D(channels, 5, 2, "same"), layers.LeakyReLU(0.3), layers.Dropout(0.3)]
