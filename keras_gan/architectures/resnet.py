"""The residual GAN with a spectrally normalised discriminator."""

import keras
from keras import layers

from keras_gan.architectures.checks import check_conditioning, check_positive, check_square_image_shape
from keras_gan.architectures.conditioning import discriminator_inputs, discriminator_outputs, generator_inputs
from keras_gan.architectures.seeded import SeededInitializers
from keras_gan.layers import ConditionalBatchNormalization, SpectralNormalization

# Image side: the default widths, the side of the generator's first map, the channels of the generator's maps from the
# first on, and those of the discriminator's blocks, in multiples of the width; True where a block halves its map.
# 32, 64 and 128 are the paper's; 28 is 32 with one doubling less.
PLANS = {
    28: (256, 128, 7, (1, 1, 1), ((1, True), (1, True), (1, False), (1, False))),
    32: (256, 128, 4, (1, 1, 1, 1), ((1, True), (1, True), (1, False), (1, False))),
    64: (64, 64, 4, (16, 8, 4, 2, 1), tuple((2**i, True) for i in range(5))),
    128: (64, 64, 4, (16, 16, 8, 4, 2, 1), (*((2**i, True) for i in range(5)), (16, False))),
}


def resnet(
    image_shape=(32, 32, 3),
    latent_dim=128,
    generator_width=None,
    discriminator_width=None,
    num_classes=None,
    auxiliary_classifier=False,
    seed=None,
):
    """SNGAN's residual networks, for square images of 28, 32, 64 or 128 pixels.

    Generator: a dense layer to 4x4 (7x7 for 28), then blocks of batch
    normalisation, ReLU, doubling and two 3x3 convolutions. Discriminator:
    blocks of ReLU and two 3x3 convolutions, most of them halving by average
    pooling, then the sum over all positions and one logit; every layer of it is
    spectrally normalised. It is meant for the hinge loss.

    With classes the generator uses conditional batch normalisation, and the
    discriminator projection or an auxiliary classifier.

    Args:
        image_shape: `(side, side, channels)`; 1, 3 or 4 channels.
        latent_dim: length of the latent vector.
        generator_width: channels at full size. None takes the paper's: 256 up
            to 32 pixels, where all maps have as many; 64 beyond, where they
            double towards the first map.
        discriminator_width: channels of the first block. None takes the
            paper's: 128 up to 32 pixels; 64 beyond, doubling from block to block.
        num_classes: number of classes, or None for a GAN without labels.
        auxiliary_classifier: whether the discriminator names the class
            (Odena et al., 2017) instead of being told it (projection).
        seed: makes the initial weights repeatable; None leaves them to Keras.

    Returns:
        `(generator, discriminator)`, as `dcgan` does.

    Raises:
        ValueError: if the image is of another size, the channels are not 1, 3
            or 4, or another size is not a positive integer.

    Source: Miyato et al., 2018, https://arxiv.org/abs/1802.05957; with classes:
        Miyato & Koyama, 2018, https://arxiv.org/abs/1802.05637
    """
    image_shape = check_square_image_shape(image_shape, PLANS)
    default_generator_width, default_discriminator_width, *_ = PLANS[image_shape[0]]
    generator_width = default_generator_width if generator_width is None else generator_width
    discriminator_width = default_discriminator_width if discriminator_width is None else discriminator_width
    check_positive(latent_dim=latent_dim, generator_width=generator_width, discriminator_width=discriminator_width)
    check_conditioning(num_classes, auxiliary_classifier)
    return (
        resnet_generator(image_shape, latent_dim, generator_width, num_classes, seed),
        resnet_discriminator(image_shape, discriminator_width, num_classes, auxiliary_classifier, seed),
    )


def resnet_generator(image_shape, latent_dim, width, num_classes, seed):
    initializers = SeededInitializers(seed, "generator")
    _, _, start, multiples, _ = PLANS[image_shape[0]]
    inputs, latents, one_hot = generator_inputs(latent_dim, num_classes)

    def normalized_relu(x, name):
        if one_hot is None:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
        else:
            x = ConditionalBatchNormalization(name=f"{name}_norm")([x, one_hot])
        return layers.ReLU(name=f"{name}_relu")(x)

    def convolution(filters, kernel_size, name):
        initializer = initializers.glorot()
        return layers.Conv2D(filters, kernel_size, padding="same", kernel_initializer=initializer, name=name)

    def doubling_block(x, filters, name):
        shortcut = convolution(filters, 1, f"{name}_shortcut")(
            x
        )  # before the doubling: the same, at a quarter of the work
        shortcut = layers.UpSampling2D(name=f"{name}_shortcut_up")(shortcut)
        x = layers.UpSampling2D(name=f"{name}_up")(normalized_relu(x, f"{name}_1"))
        x = convolution(filters, 3, f"{name}_conv_1")(x)
        x = convolution(filters, 3, f"{name}_conv_2")(normalized_relu(x, f"{name}_2"))
        return layers.Add(name=f"{name}_sum")([shortcut, x])

    first = start * start * multiples[0] * width
    x = layers.Dense(first, kernel_initializer=initializers.glorot(), name="generator_dense")(latents)
    x = layers.Reshape((start, start, multiples[0] * width), name="generator_reshape")(x)
    for i, multiple in enumerate(multiples[1:], start=1):
        x = doubling_block(x, multiple * width, f"generator_block_{i}")
    x = convolution(image_shape[2], 3, "generator_pixels")(normalized_relu(x, "generator_last"))
    return keras.Model(inputs, layers.Activation("tanh", name="generator_images", dtype="float32")(x), name="generator")


def resnet_discriminator(image_shape, width, num_classes, auxiliary_classifier, seed):
    initializers = SeededInitializers(seed, "discriminator")
    *_, blocks = PLANS[image_shape[0]]
    inputs, x = discriminator_inputs(image_shape, num_classes)

    def convolution(filters, kernel_size, name):
        initializer = initializers.glorot()
        return SpectralNormalization(
            layers.Conv2D(filters, kernel_size, padding="same", kernel_initializer=initializer, name=name)
        )

    def block(x, filters, halve, first, name):
        shortcut = x
        if halve:  # pooling and the 1x1 convolution commute: pooling first costs a quarter of the work
            shortcut = layers.AveragePooling2D(2, name=f"{name}_shortcut_down")(shortcut)
        if halve or shortcut.shape[-1] != filters:
            shortcut = convolution(filters, 1, f"{name}_shortcut")(shortcut)
        if not first:  # the images themselves must not lose their negative half
            x = layers.ReLU(name=f"{name}_relu_1")(x)
        x = convolution(filters, 3, f"{name}_conv_1")(x)
        x = convolution(filters, 3, f"{name}_conv_2")(layers.ReLU(name=f"{name}_relu_2")(x))
        if halve:
            x = layers.AveragePooling2D(2, name=f"{name}_down")(x)
        return layers.Add(name=f"{name}_sum")([shortcut, x])

    for i, (multiple, halve) in enumerate(blocks, start=1):
        x = block(x, multiple * width, halve, i == 1, f"discriminator_block_{i}")
    x = layers.ReLU(name="discriminator_last_relu")(x)
    positions = x.shape[1] * x.shape[2]
    x = layers.GlobalAveragePooling2D(name="discriminator_average", dtype="float32")(x)
    x = layers.Rescaling(positions, name="discriminator_sum", dtype="float32")(x)
    outputs = discriminator_outputs(
        inputs, x, num_classes, auxiliary_classifier, initializers, normalize=SpectralNormalization
    )
    return keras.Model(inputs, outputs, name="discriminator")
