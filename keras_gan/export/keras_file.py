"""`.keras`: the bare generator, which plain Keras loads where its layers are plain Keras."""

import keras

from keras_gan.export import facts, parity
from keras_gan.export.inference import samples

SUFFIX = ".keras"


def require(uint8):
    if uint8:
        raise ValueError(
            "A `.keras` file holds the generator as it is, whose samples are floats. Received: uint8=True. "
            "Leave it at False, or take another format."
        )


def write(gan, path, uint8):
    gan.sampler().save(path)
    facts.write(path, gan, uint8)


def read(path):
    """The exported generator, a function of arrays: latents, and labels of a class-conditional GAN.

    Raises:
        ValueError: if Keras cannot load it.
    """
    try:
        generator = keras.saving.load_model(path, compile=False)
    except Exception as error:
        raise ValueError(
            "The generator must be loadable from its file. "
            f"Received: {error} "
            "Register its classes with keras.saving.register_keras_serializable, and give them a `get_config`."
        ) from error
    return lambda *inputs: keras.ops.convert_to_numpy(samples(generator, inputs, uint8=False))


def verify(gan, path, uint8):
    parity.verify_samples(gan, read(path), uint8)
