"""The generator as a plain function of its inputs: inference only, one array of samples out."""

import json
import re

import keras
import numpy as np
from keras import ops

OTHER_PRECISION = re.compile(r'"(mixed_)?b?float(16|64)"')


def input_specs(gan):
    """What the generator takes, as `InputSpec`s: `latents`, and `labels` of a class-conditional GAN."""
    specs = [keras.InputSpec(dtype="float32", shape=(None, *gan.latent_shape), name="latents")]
    return specs + [labels_spec()] if gan.num_classes else specs


def labels_spec():
    return keras.InputSpec(dtype="int32", shape=(None,), name="labels")


def example_inputs(gan, count=4):
    """Latents, and labels of a class-conditional GAN, as a list of arrays: always the same ones."""
    latents = np.random.default_rng(0).standard_normal((count, *gan.latent_shape), dtype="float32")
    return [latents, (np.arange(count) % gan.num_classes).astype("int32")] if gan.num_classes else [latents]


def samples(generator, inputs, uint8):
    """What the generator makes of a list of tensors: float32 in [-1, 1], or the nearest pixels 0..255."""
    made = ops.cast(generator(unlisted(inputs), training=False), "float32")
    return pixels(made) if uint8 else made


def unlisted(inputs):
    """Inputs as a Keras model wants them: a list of several, or the only one."""
    return list(inputs) if len(inputs) > 1 else inputs[0]


def pixels(images):
    """`keras_gan.images.to_uint8` on tensors: clipped, rounded to the nearest, NaN black."""
    images = ops.clip(ops.where(ops.isnan(images), -1.0, images), -1.0, 1.0)
    return ops.cast(ops.round((images + 1.0) * 127.5), "uint8")


def float32_model(gan, uint8):
    """The sampler as a functional Keras model that computes in float32, for converters that know no other type.

    Raises:
        ValueError: if a generator of another precision cannot be rebuilt from its config.
    """
    generator = gan.sampler()
    if compute_dtypes(generator) & {"float16", "bfloat16", "float64"}:
        generator = in_float32(generator, example_inputs(gan, count=1))
    inputs = [keras.Input(spec.shape[1:], dtype=spec.dtype, name=spec.name) for spec in input_specs(gan)]
    model = keras.Model(inputs, samples(generator, inputs, uint8), dtype="float32")
    model(inputs)  # Keras exports no model that was never called
    return model


def in_float32(generator, inputs):
    """A second generator with the same weights, all of whose layers compute in float32."""
    try:
        config = json.dumps(keras.saving.serialize_keras_object(generator))
        twin = keras.saving.deserialize_keras_object(json.loads(OTHER_PRECISION.sub('"float32"', config)))
        twin(unlisted(inputs))
        twin.set_weights(generator.get_weights())
    except Exception as error:
        raise ValueError(
            "This format computes in float32, so a generator of another precision is rebuilt from its config. "
            f"Received: {type(generator).__name__}, where that failed: {error} "
            "Give it a `get_config`, or export it as 'tf_saved_model'."
        ) from error
    return twin


def lowest_precision(network):
    """The coarsest type that one of the network's layers computes in; float32 at best."""
    return next((dtype for dtype in ("bfloat16", "float16") if dtype in compute_dtypes(network)), "float32")


def compute_dtypes(network):
    return {layer.compute_dtype for layer in network._flatten_layers()}
