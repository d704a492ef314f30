"""GAN: images out of noise."""

import keras
import numpy as np

from keras_gan import backend, latents
from keras_gan.models.base import TwoPlayerModel, batch_size
from keras_gan.models.evaluating import classes_like
from keras_gan.models.feeding import check_images
from keras_gan.models.players import declared_input, zeros_like_one


@keras.saving.register_keras_serializable(package="keras_gan")
class GAN(TwoPlayerModel):
    """A generator and a discriminator that learn from images, as one Keras model.

    Any two Keras models fit: the generator maps latents `(batch, latent_dim)` to
    images in [-1, 1], the discriminator maps images to one logit `(batch, 1)`.
    With `num_classes` both also take labels, int `(batch,)`: the generator
    `[latents, labels]`, the discriminator `[images, labels]`, or images alone if
    it is functional and returns 'class_logits' beside its 'logits' (an auxiliary
    classifier).

    `fit` takes images, float in [-1, 1], channels last, of the generator's output
    shape; labels beside them are ignored unless `num_classes` is given.

    Args:
        generator: a Keras model.
        discriminator: a Keras model.
        seed: int; with it two runs are equal. None draws one, kept in `gan.seed`.
        latent_dim: size (or shape) of the latents; needed only if the generator
            does not declare its input.
        num_classes: number of classes, for a class-conditional pair.
        ema_half_life_images: keep an averaged generator whose memory fades by half
            in this many training images, and sample from it. None keeps none.

    Raises:
        ValueError: if the two networks do not fit each other.

    Source: Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661
    """

    def __init__(
        self,
        generator,
        discriminator,
        seed=None,
        latent_dim=None,
        num_classes=None,
        ema_half_life_images=None,
        **kwargs,
    ):
        self.latent_shape = latent_shape(generator, latent_dim)
        self.num_classes = num_classes
        received = zeros_like_one(self.latent_shape)
        self.discriminator_sees_labels = bool(num_classes) and not reads_classes_of_images_alone(discriminator)
        if num_classes:
            received = [received, zeros_like_one((), "int32")]
            check_takes_labels("generator", generator)
            if self.discriminator_sees_labels:
                check_takes_labels("discriminator", discriminator)
        super().__init__(generator, discriminator, received, seed, ema_half_life_images, **kwargs)

    def read_batch(self, data):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        if isinstance(x, dict):
            if "image" not in x:
                raise ValueError(
                    f"Expected the images of a dict under 'image'. Received: the keys {sorted(x)}. "
                    "Rename one: dataset.map(lambda batch: {'image': batch['...']})."
                )
            x, y = x["image"], x.get("label", y)
        return {"real": x, "labels": y} if self.num_classes else {"real": x}

    def check_batch(self, batch):
        check_images(batch["real"], self.sample_shape)
        if not self.num_classes:
            return
        labels = batch["labels"]
        if labels is None:
            raise ValueError(
                f"A GAN with num_classes={self.num_classes} learns from labelled images. "
                "Received: images alone. Pass `fit(images, labels)`, or a dataset of (images, labels)."
            )
        if labels.ndim != 1 or labels.min() < 0 or labels.max() >= self.num_classes:
            raise ValueError(
                f"Expected labels of shape (batch,), each from 0 to {self.num_classes - 1}. "
                f"Received: shape {labels.shape}, from {labels.min()} to {labels.max()}."
            )

    def generator_receives(self, batch, seed):
        drawn = backend.normal((batch_size(batch), *self.latent_shape), seed)
        return [drawn, batch["labels"]] if self.num_classes else drawn

    def discriminator_receives(self, sample, batch, received):
        return [sample, received[1]] if self.discriminator_sees_labels else sample

    def discriminator_terms(self, batch, received, made, real_scores, fake_scores):
        return [self._class_error(batch, scores) for scores in (real_scores, fake_scores) if "class_logits" in scores]

    def generator_terms(self, batch, received, made, real_scores, fake_scores):
        return [self._class_error(batch, fake_scores)] if "class_logits" in fake_scores else []

    def _class_error(self, batch, scores):
        """What both players pay when an auxiliary classifier misreads a sample (Odena et al., 2017)."""
        if not self.num_classes:
            raise ValueError(
                "A discriminator with 'class_logits' learns from labels. Received: num_classes=None. "
                "Pass `GAN(..., num_classes=...)`, or return the logits alone."
            )
        logits = keras.ops.cast(scores["class_logits"], self.precision)
        errors = keras.losses.sparse_categorical_crossentropy(batch["labels"], logits, from_logits=True)
        return keras.ops.mean(errors)

    def generate(self, n, seed=None, labels=None, batch_size=250):
        """Make images.

        Args:
            n: how many.
            seed: int; the same seed gives the same images. None gives others each time.
            labels: int classes, one for all or `(n,)`; only with `num_classes`,
                where None goes through the classes in turn.
            batch_size: how many at a time.

        Returns:
            float32 array `(n, height, width, channels)` in [-1, 1].
        """
        inputs = latents.draw(n, self.latent_shape, seed)
        if n == 0:
            return np.zeros((0, *self.sample_shape), "float32")
        if self.num_classes:
            inputs = [inputs, self._labels(n, labels)]
        elif labels is not None:
            raise ValueError("Labels need a GAN with `num_classes`. Received: labels, and num_classes=None.")
        self.settle()
        one_batch = n <= (batch_size or 0) and backend.replicas_of(self) == 1
        if one_batch:  # without the pipeline that predict builds every time
            return self.predict_on_batch(inputs).astype("float32")
        stopping = getattr(self, "stop_training", False)  # predict resets it, and generate is called by callbacks
        images = self.predict(inputs, batch_size=batch_size, verbose=0)
        self.stop_training = stopping
        return images.astype("float32")

    def discriminate(self, images, labels=None):
        """What the discriminator says of images, all at once.

        Args:
            images: float32 `(n, height, width, channels)` in [-1, 1].
            labels: their classes, as in `generate`.

        Returns:
            The logits, a float32 array `(n, ...)`.
        """
        self.settle()
        tensor = keras.ops.convert_to_tensor
        received = [None, tensor(self._labels(len(images), labels))] if self.num_classes else None
        scores = self.score(tensor(images), {}, received, training=False)
        return keras.ops.convert_to_numpy(scores["logits"]).astype("float32")

    def compared_samples(self, examples, count, seed):
        labels = classes_like(examples["labels"], count, seed) if self.num_classes else None
        return np.asarray(examples["real"], "float32"), self.generate(count, seed, labels), labels

    def export(self, filepath, format="tf_saved_model", **options):
        """Write the generator for use without keras_gan; see `keras_gan.export.export`."""
        from keras_gan.export import export

        export(self, filepath, format, **options)

    def _labels(self, n, labels):
        labels = np.arange(n) % self.num_classes if labels is None else np.asarray(labels)
        if labels.ndim > 1 or labels.size not in (1, n) or np.min(labels) < 0 or np.max(labels) >= self.num_classes:
            raise ValueError(
                f"Expected `labels` to be one class or {n} classes, each from 0 to {self.num_classes - 1}. "
                f"Received: labels={labels.tolist()}."
            )
        return np.broadcast_to(labels, (n,)).astype("int32")

    def get_config(self):
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "generator": serialize(self.generator),
            "discriminator": serialize(self.discriminator),
            "seed": self.seed,
            "latent_dim": list(self.latent_shape),
            "num_classes": self.num_classes,
            "ema_half_life_images": self.ema_half_life_images,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for player in ("generator", "discriminator"):
            config[player] = keras.saving.deserialize_keras_object(config[player], custom_objects)
        return cls(**config)


def reads_classes_of_images_alone(discriminator):
    inputs = declared_input(discriminator)
    output = getattr(discriminator, "output", None)  # which a Sequential may lack
    return bool(inputs) and len(inputs) == 1 and isinstance(output, dict) and "class_logits" in output


def check_takes_labels(player, network):
    """Refuses a network of one input: as a Sequential it would drop the labels, and train on without them."""
    inputs = declared_input(network)
    if inputs and len(inputs) == 1:
        first = {"generator": "latents", "discriminator": "images"}[player]
        alone = " (or let it return 'class_logits' beside 'logits')" if player == "discriminator" else ""
        raise ValueError(
            f"With `num_classes` the {player} takes [{first}, labels]. Received: {network.name!r} with one input, of "
            f"shape {inputs[0]}. Give it an input of labels too, as kg.architectures do with `num_classes`{alone}."
        )


def latent_shape(generator, latent_dim):
    """The shape of one latent, read off the generator's declared input unless `latent_dim` says it.

    Raises:
        ValueError: if neither says it, or both do and differ.
    """
    inputs = declared_input(generator)
    declared = inputs[0] if inputs else None
    if latent_dim is None and declared is None:
        raise ValueError(
            "The generator does not declare its input, so the size of the latents is unknown. "
            "Received: latent_dim=None. Pass `latent_dim`, or begin the generator with keras.Input((latent_dim,))."
        )
    if latent_dim is None:
        return declared
    shape = (latent_dim,) if isinstance(latent_dim, int) else tuple(latent_dim)
    if declared is not None and declared != shape:
        raise ValueError(
            f"`latent_dim` must agree with the generator's input. Received: latent_dim={latent_dim}, "
            f"generator input {declared}."
        )
    return shape
