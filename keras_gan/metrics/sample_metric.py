"""Metrics for `gan.compile(metrics=[...])`: real images and samples in, a number out."""

import keras
import numpy as np

from keras_gan.metrics.extractors import Extractor, get_extractor
from keras_gan.metrics.extractors.base import as_images, as_pixels, content_hash
from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.modes import class_agreement
from keras_gan.metrics.precision_recall import precision_recall
from keras_gan.metrics.real_features import real_extraction

_latest = {}  # what an extractor saw in the last samples, for the next metric that is asked about the same ones


class SampleMetric:
    """Compares samples with real images, both rounded to uint8, by the features an extractor finds in them.

    In `gan.compile(metrics=[...])` its value stands under `name` in what `gan.evaluate` returns, and under
    `val_<name>` in the logs of `fit` with `validation_data`. It never sees the model.

    The first call, or the start of a `fit` that validates, fits the extractor: half a minute for "patches" and a few
    minutes for "reference" on 60,000 images and two cores. The fit and the features of the real images are cached.

    A saved model keeps the metric where its settings say all of it: an extractor by name, and no training images. Else
    it is left out of the file, and `compile` brings it back.

    Args:
        extractor: "patches", "reference", "inception" or an `Extractor`. Only values of one extractor compare.
        train_images: `(n, h, w, c)`, floats in [-1, 1] or uint8: what "patches" and "reference" are fitted to. Give all
            the images of the training, and the value is that of `keras-gan evaluate` (which takes all real images;
            here they are `count` at most). None fits "patches" to the real images of each call.
        train_labels: integers `(n,)`, which "reference" needs.
        count: how many samples are made, and how many real images they are compared with at most.
        seed: of the samples and of the choice of real images.
        name: its key in the logs.

    Raises:
        ValueError: for an unknown extractor, "reference" without images and labels, training images that are no
            pictures, or a count below 2.
    """

    needs_labels = False  # whether it asks which class each sample was to be
    better = None  # "min" or "max", for callbacks that monitor it
    fewest = 2  # real images, and samples, that it can judge

    def __init__(self, extractor="patches", train_images=None, train_labels=None, count=10_000, seed=0, name=None):
        labelled = train_images is not None and train_labels is not None
        names = ("patches", "inception", "reference") if labelled else ("patches", "inception")
        if not (isinstance(extractor, str) and extractor in names):
            get_extractor(extractor)  # says what is wrong, if anything
        if train_images is not None:
            as_images(train_images)
        if count < 2:
            raise ValueError(f"A metric of samples needs a `count` of at least 2. Received: count={count}.")
        self.extractor = extractor
        self.train_images, self.train_labels = train_images, train_labels
        self.count, self.seed, self.name = count, seed, name
        self._fitted = None  # (what to, extractor)

    def compare(self, real_features, fake_features):
        """The value, or a dict of values, for features `(n, d)` and `(m, d)`."""
        raise NotImplementedError

    @property
    def log_names(self):
        """The keys of its values in the logs."""
        return (self.name,)

    def judge(self, extractor, real, fake, labels):
        """The value, or a dict of values, for uint8 images; most metrics need their features alone."""
        return self.compare(real_extraction(extractor, real).features, _extraction(extractor, fake).features)

    def __call__(self, real_images, fake_images, labels=None):
        """Returns a float, or a dict of floats, for images `(n, h, w, c)` and `(m, h, w, c)`.

        `labels` are the classes `(m,)` that the samples were to be, of a class-conditional model.

        NaN where the samples are not finite: a generator that diverged must not look like a good one, nor end `fit`.
        """
        fake = as_images(fake_images)
        if not np.isfinite(fake).all():
            nans = dict.fromkeys(self.log_names, float("nan"))
            return nans if len(nans) > 1 else nans[self.name]
        fake = fake if fake.dtype == np.uint8 else np.clip(fake, -1, 1)
        real, fake = as_pixels(as_images(real_images)), as_pixels(fake)
        return self.judge(self._extractor_for(real), real, fake, labels)

    def prepare(self, real_images):
        """Fits the extractor, before a training that is to be judged by these real images.

        Raises:
            ValueError: where they, or what the extractor is fitted to, cannot be judged by.
        """
        if min(len(real_images), self.count) < self.fewest:
            raise ValueError(
                f"Expected at least {self.fewest} real images and samples. "
                f"Received: {len(real_images)} real images, count={self.count}, for {self!r}."
            )
        pixels = as_pixels(as_images(real_images))
        as_images(pixels, self._extractor_for(pixels).image_shape)

    def _extractor_for(self, real):
        given = self.train_images is not None or self.extractor != "patches"
        fitted_to = None if given else content_hash(real)
        if self._fitted is None or self._fitted[0] != fitted_to:
            images = self.train_images if given else real
            self._fitted = fitted_to, get_extractor(self.extractor, images, self.train_labels)
        return self._fitted[1]

    def protocol(self):
        """What must be equal for two of its values to compare, beside the real images: a dict for JSON."""
        fitted_to = None if self.train_images is None else content_hash(np.asarray(self.train_images))
        of = repr(self.extractor) if isinstance(self.extractor, Extractor) else self.extractor
        return {"metric": type(self).__name__, **self.get_config(), "extractor": of, "fitted_to": fitted_to}

    @property
    def is_portable(self):
        """Whether `get_config` says all of it."""
        return not isinstance(self.extractor, Extractor) and self.train_images is None

    def get_config(self):
        return {"extractor": self.extractor, "count": self.count, "seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __repr__(self):
        return f"{type(self).__name__}(extractor={self.extractor!r}, count={self.count}, name={self.name!r})"


@keras.saving.register_keras_serializable(package="keras_gan")
class FrechetDistance(SampleMetric):
    """`frechet_distance` of the features, 0 at best; see `SampleMetric` for the arguments."""

    better = "min"

    def __init__(self, extractor="patches", train_images=None, train_labels=None, count=10_000, seed=0, name="fid"):
        super().__init__(extractor, train_images, train_labels, count, seed, name)

    def compare(self, real_features, fake_features):
        return frechet_distance(real_features, fake_features)


@keras.saving.register_keras_serializable(package="keras_gan")
class KernelDistance(SampleMetric):
    """The mean of `kernel_distance` over its subsets, about 0 at best; see `SampleMetric` for the arguments."""

    better = "min"

    def __init__(self, extractor="patches", train_images=None, train_labels=None, count=10_000, seed=0, name="kid"):
        super().__init__(extractor, train_images, train_labels, count, seed, name)

    def compare(self, real_features, fake_features):
        return kernel_distance(real_features, fake_features, seed=self.seed).mean


@keras.saving.register_keras_serializable(package="keras_gan")
class PrecisionRecall(SampleMetric):
    """`precision_recall`: four logs, `precision`, `recall`, `density`, `coverage`, 1 at best; see `SampleMetric`.

    Args:
        name: put before the four names, as in "reference_precision"; None for nothing.
        k: which neighbour sets the radius.
    """

    better = "max"

    def __init__(self, extractor="patches", train_images=None, train_labels=None, count=10_000, seed=0, name=None, k=5):
        super().__init__(extractor, train_images, train_labels, count, seed, name)
        self.k, self.fewest = k, k + 1

    @property
    def log_names(self):
        before = f"{self.name}_" if self.name else ""
        return tuple(before + each for each in ("precision", "recall", "density", "coverage"))

    def compare(self, real_features, fake_features):
        return dict(zip(self.log_names, precision_recall(real_features, fake_features, self.k), strict=True))

    def get_config(self):
        return {**super().get_config(), "k": self.k}


@keras.saving.register_keras_serializable(package="keras_gan")
class ClassAgreement(SampleMetric):
    """The share of samples in which the extractor reads the class that was asked for, 1 at best; see `SampleMetric`.

    For class-conditional models. "reference" is trained on `train_images` and `train_labels`; an `Extractor` of your
    own must give probabilities.
    """

    better = "max"
    needs_labels = True

    def __init__(
        self,
        extractor="reference",
        train_images=None,
        train_labels=None,
        count=10_000,
        seed=0,
        name="class_agreement",
    ):
        super().__init__(extractor, train_images, train_labels, count, seed, name)

    def prepare(self, real_images):
        super().prepare(real_images)
        pixels = as_pixels(as_images(real_images))
        extractor = self._extractor_for(pixels)
        if not extractor.reads_labels or extractor.extract(pixels[:1]).probabilities is None:
            raise ValueError(f"Agreement needs an extractor that reads the labels' classes. Received: {extractor!r}.")

    def judge(self, extractor, real, fake, labels):
        probabilities = _extraction(extractor, fake).probabilities
        if probabilities is None or labels is None or not extractor.reads_labels:
            raise ValueError(
                "Agreement needs an extractor that reads the labels' classes, and the class of each sample. "
                f"Received: {extractor!r}, labels {'missing' if labels is None else 'given'}."
            )
        return class_agreement(probabilities.argmax(axis=1), labels)


def _extraction(extractor, pixels):
    key = extractor.name, extractor.hash, content_hash(pixels)
    if key not in _latest:
        _latest.clear()
        _latest[key] = extractor.extract(pixels)
    return _latest[key]
