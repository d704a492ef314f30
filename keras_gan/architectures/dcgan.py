"""The convolutional GAN: transposed convolutions up, strided convolutions down."""

import math

import keras
from keras import layers

from keras_gan.architectures.checks import check_conditioning, check_image_shape, check_positive
from keras_gan.architectures.conditioning import (
    beside,
    discriminator_inputs,
    discriminator_outputs,
    generator_inputs,
)
from keras_gan.architectures.seeded import SeededInitializers

LARGEST_START = 8  # pixels: the side of the generator's first map is at most this
MOST_CHANNELS = 512


def dcgan(
    image_shape=(28, 28, 1),
    latent_dim=64,
    generator_width=64,
    discriminator_width=32,
    discriminator_units=256,
    num_classes=None,
    auxiliary_classifier=False,
    seed=None,
):
    """A small DCGAN for any even image size from 16 to 128 pixels.

    The longer side is halved until it is at most 8 pixels; there the generator
    starts. Each doubling (4x4 transposed convolution, batch normalisation,
    ReLU) halves the channels, down to `generator_width` at half size; the last
    one (6x6, tanh) makes the image. Where the sides are no multiple of the
    power of two, the image is made larger and cropped around its centre.

    The discriminator halves as often (4x4, stride 2, leaky ReLU .2), from
    `discriminator_width` channels on and doubling them; a dense layer of
    `discriminator_units` sees all of the last map. It has no normalisation, so
    any gradient penalty fits.

    For 28x28 that is 7x7x128 -> 14x14x64 -> 28x28x1 (15 MFLOP an image) and 32,
    64 channels, 256 units (5 MFLOP). There is no map at full size, which is
    dear on a CPU. Doubling stops at 512 channels.

    Args:
        image_shape: `(height, width, channels)`; sides even, 1, 3 or 4 channels.
        latent_dim: length of the latent vector.
        generator_width: channels of the generator's largest map.
        discriminator_width: channels of the discriminator's first map.
        discriminator_units: size of the discriminator's dense layer.
        num_classes: number of classes, or None for a GAN without labels.
        auxiliary_classifier: whether the discriminator names the class
            (Odena et al., 2017) instead of being told it (projection).
        seed: makes the initial weights repeatable; None leaves them to Keras.

    Returns:
        `(generator, discriminator)`. The generator maps latents of shape
        `(batch, latent_dim)` to images in [-1, 1]; the discriminator maps
        images to logits of shape `(batch, 1)`. With classes the inputs are
        `[latents, labels]` and `[images, labels]`, labels int32 `(batch,)`.

    Raises:
        ValueError: if a side is odd or outside 16..128, the channels are not
            1, 3 or 4, or another size is not a positive integer.

    Source: Radford et al., 2016, https://arxiv.org/abs/1511.06434
    """
    image_shape = check_image_shape(image_shape)
    check_positive(
        latent_dim=latent_dim,
        generator_width=generator_width,
        discriminator_width=discriminator_width,
        discriminator_units=discriminator_units,
    )
    check_conditioning(num_classes, auxiliary_classifier)
    return (
        dcgan_generator(image_shape, latent_dim, generator_width, num_classes, seed),
        dcgan_discriminator(
            image_shape, discriminator_width, discriminator_units, num_classes, auxiliary_classifier, seed
        ),
    )


def dcgan_generator(image_shape, latent_dim, width, num_classes, seed):
    initializers = SeededInitializers(seed, "generator")
    doublings = halvings(image_shape)
    start = [math.ceil(side / 2**doublings) for side in image_shape[:2]]
    widths = [channels(width, i) for i in reversed(range(doublings))]

    inputs, latents, one_hot = generator_inputs(latent_dim, num_classes)
    dense = layers.Dense(
        math.prod(start) * widths[0],
        use_bias=False,  # the batch normalisation that follows adds its own
        kernel_initializer=initializers.glorot(),
        name="generator_dense",
    )
    x = layers.Reshape((*start, widths[0]), name="generator_reshape")(dense(beside(latents, one_hot)))
    x = normalized_relu(x, 0)
    for i, each in enumerate(widths[1:], start=1):
        x = normalized_relu(doubled(x, each, 4, initializers, f"up_{i}", use_bias=False), i)
    x = doubled(x, image_shape[2], 6, initializers, "pixels")
    x = cropped(x, *image_shape[:2])
    return keras.Model(inputs, layers.Activation("tanh", name="generator_images", dtype="float32")(x), name="generator")


def doubled(x, filters, kernel_size, initializers, name, use_bias=True):
    return layers.Conv2DTranspose(
        filters,
        kernel_size,
        strides=2,
        padding="same",
        use_bias=use_bias,
        kernel_initializer=initializers.glorot(),
        name=f"generator_{name}",
    )(x)


def dcgan_discriminator(image_shape, width, units, num_classes, auxiliary_classifier, seed):
    initializers = SeededInitializers(seed, "discriminator")
    inputs, x = discriminator_inputs(image_shape, num_classes)
    for i in range(halvings(image_shape)):
        x = layers.Conv2D(
            channels(width, i),
            4,
            strides=2,
            padding="same",
            kernel_initializer=initializers.glorot(),
            name=f"discriminator_down_{i + 1}",
        )(x)
        x = layers.LeakyReLU(0.2, name=f"discriminator_leaky_relu_{i + 1}")(x)
    x = layers.Flatten(name="discriminator_flatten")(x)
    x = layers.Dense(units, kernel_initializer=initializers.glorot(), name="discriminator_dense")(x)
    x = layers.LeakyReLU(0.2, name="discriminator_dense_leaky_relu")(x)
    outputs = discriminator_outputs(inputs, x, num_classes, auxiliary_classifier, initializers)
    return keras.Model(inputs, outputs, name="discriminator")


def halvings(image_shape):
    """How often the longer side is halved until it is at most 8 pixels: 16 once, 28 and 32 twice, 128 four times."""
    return math.ceil(math.log2(max(image_shape[:2]) / LARGEST_START))


def channels(width, doublings):
    return min(width * 2**doublings, max(width, MOST_CHANNELS))


def normalized_relu(x, i):
    # momentum .9 instead of .99: the statistics must keep up with a generator that changes all the time
    x = layers.BatchNormalization(momentum=0.9, name=f"generator_norm_{i}")(x)
    return layers.ReLU(name=f"generator_relu_{i}")(x)


def cropped(x, height, width):
    """The centre of a map, `height` x `width` pixels."""
    extra_rows, extra_columns = x.shape[1] - height, x.shape[2] - width
    if not extra_rows and not extra_columns:
        return x
    rows = (extra_rows // 2, extra_rows - extra_rows // 2)
    columns = (extra_columns // 2, extra_columns - extra_columns // 2)
    return layers.Cropping2D((rows, columns), name="generator_crop")(x)
