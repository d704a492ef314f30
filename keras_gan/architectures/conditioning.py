"""How labels enter a network: as one-hot vectors, and at the discriminator's last layer."""

import keras
from keras import layers

from keras_gan.layers import OneHot


def generator_inputs(latent_dim, num_classes):
    """The generator's inputs.

    Returns:
        `(inputs, latents, one_hot)`. With classes the inputs are `[latents,
        labels]`; without, they are the latents, and `one_hot` is None.
    """
    latents = keras.Input((latent_dim,), name="latents")
    if num_classes is None:
        return latents, latents, None
    labels = keras.Input((), dtype="int32", name="labels")
    return [latents, labels], latents, OneHot(num_classes, name="generator_one_hot")(labels)


def beside(latents, one_hot):
    """The label's one-hot vector appended to the latents; the latents alone where there is none."""
    if one_hot is None:
        return latents
    return layers.Concatenate(name="generator_condition")([latents, one_hot])


def discriminator_inputs(image_shape, num_classes):
    """The discriminator's inputs.

    Returns:
        `(inputs, images)`. With classes the inputs are `[images, labels]`;
        without, they are the images.
    """
    images = keras.Input(image_shape, name="images")
    if num_classes is None:
        return images, images
    return [images, keras.Input((), dtype="int32", name="labels")], images


def discriminator_outputs(inputs, features, num_classes, auxiliary_classifier, initializers, normalize=None):
    """The last layers of a discriminator, in float32 whatever the precision before them.

    Without classes: one logit, dense(features).
    Projection: one logit, dense(features) + <embedding(label), features>.
    Auxiliary classifier: the plain logit and one logit per class; the labels
    are an input so that all conditional discriminators are called alike, but
    are not read.

    Args:
        inputs: what `discriminator_inputs` returned.
        features: shape `(batch, n)`.
        normalize: wraps each layer that has weights, as `SpectralNormalization` does.

    Returns:
        Logits of shape `(batch, 1)`, or with an auxiliary classifier
        `{"logits": (batch, 1), "class_logits": (batch, num_classes)}`.

    Source: Miyato & Koyama, 2018, https://arxiv.org/abs/1802.05637 (projection);
        Odena et al., 2017, https://arxiv.org/abs/1610.09585 (auxiliary classifier)
    """

    def dense(units, name, use_bias=True):
        layer = layers.Dense(
            units,
            use_bias=use_bias,
            kernel_initializer=initializers.glorot(),
            name=f"discriminator_{name}",
            dtype="float32",
        )
        return normalize(layer) if normalize else layer

    logits = dense(1, "logits")(features)
    if num_classes is None:
        return logits
    if auxiliary_classifier:
        return {"logits": logits, "class_logits": dense(num_classes, "class_logits")(features)}
    one_hot = OneHot(num_classes, name="discriminator_one_hot", dtype="float32")(inputs[1])
    embedding = dense(features.shape[-1], "label_embedding", use_bias=False)(one_hot)
    projection = layers.Dot(axes=-1, name="discriminator_projection", dtype="float32")([embedding, features])
    return layers.Add(name="discriminator_conditional_logits", dtype="float32")([logits, projection])
