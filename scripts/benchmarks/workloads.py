"""The jobs that every contender does: data in memory, Adam 2e-4 with beta_1 .5, alternating updates, BCE."""

from dataclasses import dataclass

import numpy as np

SHAPES = {"mlp": (28, 28, 1), "tutorial": (28, 28, 1), "rgb64": (64, 64, 3)}  # "tutorial" is TensorFlow's DCGAN


@dataclass
class Workload:
    kind: str  # a key of SHAPES
    batch: int
    steps: int  # in an epoch, which is one turn of a contender
    rounds: int = 9

    def images(self):
        """Soft spots of light, so that there is something to learn: float32 in [-1, 1], one channel after another."""
        height, width, channels = SHAPES[self.kind]
        random, count = np.random.default_rng(0), self.batch * self.steps
        place = random.uniform(0.25, 0.75, (2, count, channels))
        size = random.uniform(0.1, 0.2, (count, channels))

        def falling_off(side, centre):
            pixels = (np.arange(side)[None, :, None] + 0.5) / side
            return np.exp(-(((pixels - centre[:, None]) / size[:, None]) ** 2)).astype("float32")

        rows, columns = falling_off(height, place[0]), falling_off(width, place[1])
        return 2 * rows[:, :, None] * columns[:, None] - 1


WORKLOADS = {
    "mlp-50": Workload("mlp", 50, 1200, rounds=21),  # as many images as MNIST has, in short turns
    "mlp-128": Workload("mlp", 128, 468, rounds=21),
    "mlp-512": Workload("mlp", 512, 117, rounds=15),
    "tutorial-64": Workload("tutorial", 64, 32),
    "tutorial-256": Workload("tutorial", 256, 8),
    "rgb64-32": Workload("rgb64", 32, 32),
}


class Kernels:
    """Glorot's uniform initializer; asked in the order of the layers, all contenders begin with the same numbers."""

    def __init__(self):
        self.random = np.random.default_rng(1)

    def next(self, *shape):
        """A kernel in Keras's shape: `(inputs, outputs)`, or `(height, width, ...)` before them."""
        limit = np.sqrt(6 / (np.prod(shape[:-2]) * (shape[-2] + shape[-1])))
        return self.random.uniform(-limit, limit, shape).astype("float32")


def keras_players(kind):
    """The two Keras networks of a workload."""
    import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    if kind == "mlp":
        pixels = layers.Dense(784, "tanh", dtype="float32")
        generator = [layers.Dense(128, "relu"), pixels, layers.Reshape(SHAPES[kind])]
        discriminator = [layers.Flatten(), layers.Dense(128, "relu")]
    elif kind == "tutorial":
        generator = [
            *dense_block(layers, 7 * 7 * 256, (7, 7, 256)),
            *up_block(layers, 128, 1),
            *up_block(layers, 64, 2),
            layers.Conv2DTranspose(1, 5, 2, "same", use_bias=False),
            layers.Activation("tanh", dtype="float32"),
        ]
        discriminator = [*down_block(layers, 64), *down_block(layers, 128), layers.Flatten()]
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
    discriminator = [*discriminator, layers.Dense(1, dtype="float32")]
    generator = keras.Sequential([keras.Input((100,)), *generator], name="generator")
    discriminator = keras.Sequential([keras.Input(SHAPES[kind]), *discriminator], name="discriminator")
    kernels = Kernels()
    for variable in generator.trainable_variables + discriminator.trainable_variables:
        if len(variable.shape) > 1:
            variable.assign(kernels.next(*variable.shape))
    return generator, discriminator


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
