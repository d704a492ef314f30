"""The `reference` extractor: a small classifier that the library trains on the real data."""

import numpy as np

from keras_gan.cache import cached
from keras_gan.images import to_unit
from keras_gan.metrics.extractors.base import as_images, as_pixels, content_hash
from keras_gan.metrics.extractors.keras_model import KerasExtractor

RECIPE = "reference 2"  # change it whenever the trained weights change
EPOCHS = 3
BATCH_SIZE = 128


class ReferenceExtractor(KerasExtractor):
    """Four convolutions and a dense layer of 128 units, whose activations are the features, below a softmax.

    Trained for 3 epochs (Adam, batch 128, the rate falling from 1e-3 to 0 on half a cosine wave) it reads 99 % of the
    MNIST and 91 % of the Fashion-MNIST test images. The order of the images and the initial weights come from `seed`,
    and Keras's global seed is left alone; threads add up in another order on another machine, so the weights there
    differ slightly and so does the hash, which is taken from the weights. They are cached: scores of one machine stay
    comparable.

    Args:
        train_images: `(n, h, w, c)` floats in [-1, 1] or uint8.
        train_labels: integers `(n,)` from 0 on.
        seed: of the initial weights and the order.
        verbose: 1 shows the progress of the training, which takes a few minutes for 60,000 images on two cores.

    Raises:
        ValueError: if there is not one label for each image.
    """

    def __init__(self, train_images, train_labels, seed=0, verbose=0):
        pixels, labels = as_pixels(as_images(train_images)), np.asarray(train_labels)
        if labels.shape != (len(pixels),) or not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0:
            raise ValueError(
                f"The reference extractor needs one integer label, 0 or more, for each of {len(pixels)} images. "
                f"Received: shape {labels.shape}, dtype {labels.dtype}."
            )
        model = reference_network(pixels.shape[1:], int(labels.max()) + 1, seed)
        recipe = content_hash(f"{RECIPE} seed {seed}", pixels, labels.astype("int64"))
        weights = cached(f"reference-{recipe}.npz", lambda: _train(model, pixels, labels, seed, verbose))
        model.set_weights(weights)
        super().__init__(model, "reference")

    def predict(self, images):
        """Returns the class read from each image, integers `(n,)`."""
        return self.extract(images).probabilities.argmax(axis=1)


def reference_network(image_shape, classes, seed=0):
    """Returns the untrained network, from images to `[features, class probabilities]`."""
    import keras

    seeds = iter(range(seed * 10, seed * 10 + 6))

    def options():  # whatever the user's global dtype policy and image format are
        return {"kernel_initializer": keras.initializers.GlorotUniform(next(seeds)), "dtype": "float32"}

    def convolution(x, filters, strides):
        layer = keras.layers.Conv2D(
            filters, 3, strides, "same", data_format="channels_last", activation="relu", **options()
        )
        return layer(x)

    images = x = keras.Input(image_shape, dtype="float32")
    for filters in (32, 64):
        x = convolution(x, filters, strides=1)
        x = convolution(x, filters, strides=2)
    x = keras.layers.Flatten(data_format="channels_last", dtype="float32")(x)
    features = keras.layers.Dense(128, activation="relu", **options())(x)
    probabilities = keras.layers.Dense(classes, activation="softmax", **options())(features)
    return keras.Model(images, [features, probabilities])


def _train(model, pixels, labels, seed, verbose):
    import keras

    classifier = keras.Model(model.inputs, model.outputs[1])
    steps = EPOCHS * -(-len(pixels) // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(1e-3, steps)  # constant, it ends at 98.97 % on MNIST or above 99
    classifier.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, random = to_unit(pixels), np.random.default_rng(seed)
    for epoch in range(EPOCHS):
        order = random.permutation(len(images))
        classifier.fit(
            images[order], labels[order], BATCH_SIZE, epoch + 1, initial_epoch=epoch, shuffle=False, verbose=verbose
        )
    return tuple(model.get_weights())
