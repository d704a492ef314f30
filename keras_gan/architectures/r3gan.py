"""R3GAN's networks: residual, grouped, and without any normalisation."""

import math

import keras
from keras import layers

from keras_gan.architectures.checks import check_conditioning, check_positive, check_square_image_shape
from keras_gan.architectures.conditioning import (
    beside,
    discriminator_inputs,
    discriminator_outputs,
    generator_inputs,
)
from keras_gan.architectures.seeded import SeededInitializers
from keras_gan.layers import BlurDownsample, BlurUpsample, GroupedConv2D, SpatialBasis

STARTS = {28: 7, 32: 4, 64: 4, 128: 4}  # image side: side of the smallest map
NARROWER_FROM = 32  # pixels: up to this side all maps have `width` channels; each doubling beyond it halves them
SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # what a leaky ReLU takes from the standard deviation, given back


def r3gan(
    image_shape=(32, 32, 3),
    latent_dim=64,
    width=768,
    blocks=2,
    expansion=2,
    group_width=16,
    num_classes=None,
    auxiliary_classifier=False,
    seed=None,
):
    """R3GAN's networks, for square images of 28, 32, 64 or 128 pixels.

    Each scale holds `blocks` residual blocks: 1x1 convolution to `expansion`
    times the channels, 3x3 in groups of `group_width` channels, 1x1 back, with
    leaky ReLU .2 between. The last 1x1 starts at zero and the others shrink
    with the number of blocks, so that at first the network is linear and
    nothing explodes without normalisation. Scales are joined by bilinear
    resampling. The discriminator mirrors the generator. Meant for relativistic
    pairing with R1 and R2.

    One thing differs from the paper: tanh keeps the images in [-1, 1].

    Args:
        image_shape: `(side, side, channels)`; 1, 3 or 4 channels.
        latent_dim: length of the latent vector.
        width: channels of all maps up to 32 pixels; half at 64, a quarter at
            128. 768 is the paper's, for CIFAR-10, and wants a GPU; 32 suits a CPU.
        blocks: residual blocks per scale.
        expansion: how much wider the grouped convolution is.
        group_width: channels per group.
        num_classes: number of classes, or None for a GAN without labels.
        auxiliary_classifier: whether the discriminator names the class
            (Odena et al., 2017) instead of being told it (projection).
        seed: makes the initial weights repeatable; None leaves them to Keras.

    Returns:
        `(generator, discriminator)`, as `dcgan` does.

    Raises:
        ValueError: if the image is of another size, the channels are not 1, 3
            or 4, another size is not a positive integer, or the channels cannot
            be cut into groups.

    Source: Huang et al., 2024, https://arxiv.org/abs/2501.05441
    """
    image_shape = check_square_image_shape(image_shape, STARTS)
    check_positive(latent_dim=latent_dim, width=width, blocks=blocks, expansion=expansion, group_width=group_width)
    check_conditioning(num_classes, auxiliary_classifier)
    widths = widths_by_scale(image_shape[0], width)
    check_groups(widths, width, expansion, group_width)
    block = {"expansion": expansion, "group_width": group_width, "total_blocks": blocks * len(widths)}
    return (
        r3gan_generator(image_shape, latent_dim, widths, blocks, block, num_classes, seed),
        r3gan_discriminator(image_shape, widths, blocks, block, num_classes, auxiliary_classifier, seed),
    )


def r3gan_generator(image_shape, latent_dim, widths, blocks, block, num_classes, seed):
    initializers = SeededInitializers(seed, "generator")
    inputs, latents, one_hot = generator_inputs(latent_dim, num_classes)
    x = beside(latents, one_hot)
    initializer = initializers.normal(gain=1)
    x = layers.Dense(widths[0], use_bias=False, kernel_initializer=initializer, name="generator_dense")(x)
    x = SpatialBasis(STARTS[image_shape[0]], seed=initializers.next_seed(), name="generator_basis")(x)
    for scale, width in enumerate(widths, start=1):
        name = f"generator_scale_{scale}"
        if scale > 1:
            x = pointwise(x, width, f"{name}_channels", initializers)
            x = BlurUpsample(name=f"{name}_up")(x)
        for i in range(1, blocks + 1):
            x = residual_block(x, f"{name}_block_{i}", initializers, **block)
    pixels = layers.Conv2D(image_shape[2], 1, kernel_initializer=initializers.normal(gain=1), name="generator_pixels")
    return keras.Model(
        inputs, layers.Activation("tanh", name="generator_images", dtype="float32")(pixels(x)), name="generator"
    )


def r3gan_discriminator(image_shape, widths, blocks, block, num_classes, auxiliary_classifier, seed):
    initializers = SeededInitializers(seed, "discriminator")
    inputs, x = discriminator_inputs(image_shape, num_classes)
    initializer = initializers.normal(gain=1)
    x = layers.Conv2D(widths[-1], 1, use_bias=False, kernel_initializer=initializer, name="discriminator_pixels")(x)
    for scale, width in reversed(list(enumerate(widths, start=1))):
        name = f"discriminator_scale_{scale}"
        if scale < len(widths):
            x = BlurDownsample(name=f"{name}_down")(x)
            x = pointwise(x, width, f"{name}_channels", initializers)
        for i in range(1, blocks + 1):
            x = residual_block(x, f"{name}_block_{i}", initializers, **block)
    start = STARTS[image_shape[0]]
    initializer = keras.initializers.RandomNormal(stddev=1 / start, seed=initializers.next_seed())
    x = layers.DepthwiseConv2D(start, use_bias=False, depthwise_initializer=initializer, name="discriminator_basis")(x)
    x = layers.Flatten(name="discriminator_flatten")(x)
    outputs = discriminator_outputs(inputs, x, num_classes, auxiliary_classifier, initializers)
    return keras.Model(inputs, outputs, name="discriminator")


def residual_block(x, name, initializers, expansion, group_width, total_blocks):
    channels = x.shape[-1]
    expanded = channels * expansion
    gain = GAIN * total_blocks ** (-1 / 4)  # -1 / (2 m - 2) with m = 3 layers in a block
    initializer = initializers.normal(gain)
    y = layers.Conv2D(expanded, 1, kernel_initializer=initializer, name=f"{name}_expand")(x)
    y = layers.LeakyReLU(SLOPE, name=f"{name}_leaky_relu_1")(y)
    grouped = GroupedConv2D(
        expanded,
        3,
        padding="same",
        groups=expanded // group_width,
        kernel_initializer=initializers.normal(gain),
        name=f"{name}_grouped",
    )
    y = layers.LeakyReLU(SLOPE, name=f"{name}_leaky_relu_2")(grouped(y))
    y = layers.Conv2D(channels, 1, use_bias=False, kernel_initializer="zeros", name=f"{name}_contract")(y)
    return layers.Add(name=f"{name}_sum")([x, y])


def pointwise(x, channels, name, initializers):
    """A 1x1 convolution where the number of channels changes, else nothing."""
    if x.shape[-1] == channels:
        return x
    initializer = initializers.normal(gain=1)
    return layers.Conv2D(channels, 1, use_bias=False, kernel_initializer=initializer, name=name)(x)


def widths_by_scale(side, width):
    """Channels from the smallest map to the full size."""
    sides = [side]
    while sides[0] > STARTS[side]:
        sides.insert(0, sides[0] // 2)
    return [width if each <= NARROWER_FROM else max(1, width * NARROWER_FROM // each) for each in sides]


def check_groups(widths, width, expansion, group_width):
    for each in widths:
        if each * expansion % group_width:
            raise ValueError(
                "`group_width` must divide `expansion` times the channels of every map."
                f" Received: group_width={group_width}, expansion={expansion}, width={width}, channels {widths}."
                " Choose a larger `width`, such as a power of two, or a smaller `group_width`."
            )
