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
    generator_width=32,
    discriminator_width=32,
    discriminator_stem=False,
    num_classes=None,
    auxiliary_classifier=False,
    seed=None,
):
    """A small DCGAN for any even image size from 16 to 128 pixels.

    The longer side is halved until it is at most 8 pixels; there the generator
    starts. Each doubling (4x4 transposed convolution, batch normalisation,
    ReLU) halves the channels, down to `generator_width` at full size; a 3x3
    convolution and tanh make the image. Where the sides are no multiple of the
    power of two, the map is made larger and cropped around its centre.

    The discriminator halves as often (4x4, stride 2, leaky ReLU .2), from
    `discriminator_width` channels on and doubling them, then once more with
    3x3, stride 2. It has no normalisation, so any gradient penalty fits.

    For 28x28 that is 7x7x128 -> 14x14x64 -> 28x28x32 -> 1 (27 MFLOP an image)
    and 32, 64, 128 channels (6 MFLOP). Doubling stops at 512 channels.

    Args:
        image_shape: `(height, width, channels)`; sides even, 1, 3 or 4 channels.
        latent_dim: length of the latent vector.
        generator_width: channels of the generator's largest map.
        discriminator_width: channels of the discriminator's first map.
        discriminator_stem: whether a 3x3 convolution at full size comes first:
            slower by half, and worth it for sharp detail.
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
    check_positive(latent_dim=latent_dim, generator_width=generator_width, discriminator_width=discriminator_width)
    check_conditioning(num_classes, auxiliary_classifier)
    return (
        dcgan_generator(image_shape, latent_dim, generator_width, num_classes, seed),
        dcgan_discriminator(
            image_shape, discriminator_width, discriminator_stem, num_classes, auxiliary_classifier, seed
        ),
    )


def dcgan_generator(image_shape, latent_dim, width, num_classes, seed):
    initializers = SeededInitializers(seed, "generator")
    doublings = halvings(image_shape)
    start = [math.ceil(side / 2**doublings) for side in image_shape[:2]]
    widths = [channels(width, i) for i in reversed(range(doublings + 1))]

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
        x = layers.Conv2DTranspose(
            each,
            4,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=initializers.glorot(),
            name=f"generator_up_{i}",
        )(x)
        x = normalized_relu(x, i)
    initializer = initializers.glorot()
    x = layers.Conv2D(image_shape[2], 3, padding="same", kernel_initializer=initializer, name="generator_pixels")(x)
    x = cropped(x, *image_shape[:2])
    return keras.Model(inputs, layers.Activation("tanh", name="generator_images", dtype="float32")(x), name="generator")


def dcgan_discriminator(image_shape, width, stem, num_classes, auxiliary_classifier, seed):
    initializers = SeededInitializers(seed, "discriminator")
    inputs, x = discriminator_inputs(image_shape, num_classes)

    def convolved(x, filters, kernel_size, strides, name):
        x = layers.Conv2D(
            filters,
            kernel_size,
            strides=strides,
            padding="same",
            kernel_initializer=initializers.glorot(),
            name=f"discriminator_{name}",
        )(x)
        return layers.LeakyReLU(0.2, name=f"discriminator_{name}_leaky_relu")(x)

    if stem:
        x = convolved(x, width, 3, 1, "stem")
    steps = halvings(image_shape)
    for i in range(steps):
        x = convolved(x, channels(width, i), 4, 2, f"down_{i + 1}")
    x = convolved(x, channels(width, steps), 3, 2, f"down_{steps + 1}")
    x = layers.Flatten(name="discriminator_flatten")(x)
    outputs = discriminator_outputs(inputs, x, num_classes, auxiliary_classifier, initializers)
    return keras.Model(inputs, outputs, name="discriminator")


def halvings(image_shape):
    """How often the longer side is halved until it is at most 8 pixels: 16 once, 28 and 32 twice, 128 four times."""
    return max(0, math.ceil(math.log2(max(image_shape[:2]) / LARGEST_START)))


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
