"""The averaged generator: an exponential moving average that follows the trained one."""

import warnings

import keras
from keras import ops

from keras_gan.schedules import value_at

RAMP_UP = 0.05  # of the examples seen so far; keeps the average from remembering its random start


def twin(generator, example):
    """A second generator with the same weights that no optimizer touches.

    Raises:
        ValueError: if the generator cannot be rebuilt from its config.
    """
    try:
        copy = type(generator).from_config(generator.get_config())
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            "Averaging keeps a second generator, made from `generator.get_config()`. "
            f"Received: {type(generator).__name__}, of which that failed: {error} "
            "Give it, or the layer that is named, a working get_config (a Lambda has none: write a layer), or leave "
            "`ema_half_life_images` at None."
        ) from error
    if not copy.built:
        copy(example)
    coarse = {variable.dtype for variable in copy.trainable_variables} & {"float16", "bfloat16"}
    if coarse:
        warnings.warn(
            f"Expected the generator's weights in float32. Received: {coarse.pop()}, whose steps are too large for an "
            "average over thousands of images: it will stand still. A policy that begins with mixed_ keeps float32.",
            stacklevel=4,
        )
    copy.set_weights(generator.get_weights())
    copy.trainable = False
    return copy


def decay(examples, examples_seen, half_life):
    """How much of the average stays after `examples` more examples, in [0, 1); the half-life may be a schedule."""
    half_life = value_at(half_life, examples_seen)
    half_life = ops.minimum(float_of(half_life), RAMP_UP * float_of(examples_seen))
    return ops.power(0.5, float_of(examples) / ops.maximum(half_life, keras.config.epsilon()))


def float_of(number):
    return ops.cast(number, "float32")


def follow(averaged, live, decay):
    """Move the averaged weights towards the live ones, and copy batch statistics as they are.

    Source: Karras et al., 2020, https://arxiv.org/abs/2006.06676, section 5 and its code
    """
    trained = {id(variable) for variable in live.trainable_variables}
    for mean, variable in zip(averaged.weights, live.weights, strict=True):
        keep = ops.cast(decay if id(variable) in trained else 0.0, variable.dtype)
        mean.assign(variable.value + (mean.value - variable.value) * keep)
