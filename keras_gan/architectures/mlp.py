"""The classic GAN of fully connected layers."""

import math

import keras
from keras import layers

from keras_gan.architectures.checks import check_conditioning, check_positive, check_shape
from keras_gan.architectures.conditioning import (
    beside,
    discriminator_inputs,
    discriminator_outputs,
    generator_inputs,
)
from keras_gan.architectures.seeded import SeededInitializers


def mlp(
    image_shape=(28, 28, 1),
    latent_dim=100,
    hidden=(128,),
    generator_hidden=None,
    discriminator_hidden=None,
    num_classes=None,
    auxiliary_classifier=False,
    seed=None,
):
    """Two fully connected networks: latents -> 128 -> pixels, and pixels -> 128 -> one logit.

    ReLU between the layers, tanh on the pixels.

    Args:
        image_shape: shape of one sample, of any rank: `(2,)` makes points.
        latent_dim: length of the latent vector.
        hidden: units of each hidden layer, an integer or a tuple.
        generator_hidden: the same for the generator alone; None takes `hidden`.
        discriminator_hidden: the same for the discriminator alone.
        num_classes: number of classes, or None for a GAN without labels.
        auxiliary_classifier: whether the discriminator names the class
            (Odena et al., 2017) instead of being told it (projection).
        seed: makes the initial weights repeatable; None leaves them to Keras.

    Returns:
        `(generator, discriminator)`. The generator maps latents of shape
        `(batch, latent_dim)` to samples in [-1, 1]; the discriminator maps
        samples to logits of shape `(batch, 1)`. With classes the inputs are
        `[latents, labels]` and `[samples, labels]`, labels int32 `(batch,)`.

    Raises:
        ValueError: if a size is not a positive integer.

    Source: Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661
    """
    image_shape = check_shape(image_shape)
    check_positive(latent_dim=latent_dim)
    check_conditioning(num_classes, auxiliary_classifier)
    generator_hidden = hidden_units("generator_hidden", generator_hidden, hidden)
    discriminator_hidden = hidden_units("discriminator_hidden", discriminator_hidden, hidden)
    return (
        mlp_generator(image_shape, latent_dim, generator_hidden, num_classes, seed),
        mlp_discriminator(image_shape, discriminator_hidden, num_classes, auxiliary_classifier, seed),
    )


def mlp_generator(image_shape, latent_dim, hidden, num_classes, seed):
    initializers = SeededInitializers(seed, "generator")
    inputs, latents, one_hot = generator_inputs(latent_dim, num_classes)
    x = hidden_layers(beside(latents, one_hot), hidden, "generator", initializers)
    pixels = layers.Dense(math.prod(image_shape), kernel_initializer=initializers.glorot(), name="generator_pixels")
    x = layers.Reshape(image_shape, name="generator_reshape")(pixels(x))
    return keras.Model(inputs, layers.Activation("tanh", name="generator_images", dtype="float32")(x), name="generator")


def mlp_discriminator(image_shape, hidden, num_classes, auxiliary_classifier, seed):
    initializers = SeededInitializers(seed, "discriminator")
    inputs, images = discriminator_inputs(image_shape, num_classes)
    x = layers.Flatten(name="discriminator_flatten")(images)
    x = hidden_layers(x, hidden, "discriminator", initializers)
    outputs = discriminator_outputs(inputs, x, num_classes, auxiliary_classifier, initializers)
    return keras.Model(inputs, outputs, name="discriminator")


def hidden_layers(x, hidden, player, initializers):
    for i, units in enumerate(hidden, start=1):
        initializer = initializers.glorot()
        x = layers.Dense(units, activation="relu", kernel_initializer=initializer, name=f"{player}_hidden_{i}")(x)
    return x


def hidden_units(name, units, default):
    """The units of each hidden layer as a tuple; ValueError unless all are positive integers."""
    if units is None:
        name, units = "hidden", default
    units = tuple(units) if isinstance(units, (tuple, list)) else (units,)
    for each in units:
        check_positive(**{name: each})
    return units
