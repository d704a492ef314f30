import numpy as np
import pytest

from keras_gan.images import to_unit
from keras_gan.metrics import (
    ClassAgreement,
    Extraction,
    Extractor,
    FrechetDistance,
    KernelDistance,
    PrecisionRecall,
    evaluate_samples,
    frechet_distance,
)


class FirstPixel(Extractor):
    """One feature: the pixel in the corner. Counts the images it has looked at."""

    name, hash, seen = "first pixel", "1", 0

    def extract_batch(self, pixels):
        self.seen += len(pixels)
        return Extraction(pixels[:, 0, 0, :1].astype("float32"), None)


@pytest.fixture(autouse=True)
def cache_folder(empty_cache):
    return empty_cache


def grey(*values):
    """One 8x8 image for each value, in floats that round to these pixels."""
    return to_unit(np.tile(np.array(values, "uint8")[:, None, None, None], (1, 8, 8, 1)))


def test_the_frechet_distance_of_a_shift_is_its_square():
    assert FrechetDistance(FirstPixel())(grey(0, 2), grey(3, 5)) == pytest.approx(9)


def test_the_kernel_distance_by_hand():
    # k(x, y) = (xy + 1)^3; pairs: k(0, 1) = 1 among the real, k(2, 2) = 125 among the fake, 1 and 27 across.
    assert KernelDistance(FirstPixel())(grey(0, 1), grey(2, 2)) == pytest.approx(1 + 125 - 2 * (1 + 27) / 2)


def test_precision_and_recall_by_hand():
    # With k=1 the balls of 0, 1, 2, 3 have radius 1: fake 3 is in those of 3 alone; fake 9 and 10 in none.
    found = PrecisionRecall(FirstPixel(), k=1)(grey(0, 1, 2, 3), grey(3, 9, 10))
    assert found == {"precision": pytest.approx(1 / 3), "recall": 1, "density": pytest.approx(1 / 3), "coverage": 0.25}
    assert set(PrecisionRecall(FirstPixel(), name="near", k=1)(grey(0, 1), grey(0, 1))) == {
        "near_precision",
        "near_recall",
        "near_density",
        "near_coverage",
    }


class Lightness(FirstPixel):
    """Reads class 1 in bright pictures and class 0 in dark ones."""

    def extract_batch(self, pixels):
        bright = (pixels[:, 0, 0, 0] > 127).astype("float32")
        return Extraction(bright[:, None], np.stack([1 - bright, bright], axis=1))


def test_agreement_is_the_share_that_is_read_as_asked():
    samples = grey(0, 200, 90, 255)
    assert ClassAgreement(Lightness())(samples, samples, np.array([0, 1, 1, 1])) == 0.75


@pytest.mark.parametrize(("extractor", "labels"), [(FirstPixel(), [0, 1]), (Lightness(), None)])
def test_agreement_without_classes_is_refused(extractor, labels):
    with pytest.raises(ValueError, match="reads the labels' classes, and the class of each sample"):
        ClassAgreement(extractor)(grey(0, 1), grey(0, 1), labels)


def test_both_sides_are_rounded_to_pixels():
    metric, step = FrechetDistance(FirstPixel()), 1 / 127.5
    assert metric(grey(10, 12), grey(10, 12) + 0.4 * step) == 0
    assert metric(grey(10, 12), grey(10, 12) + 0.6 * step) == pytest.approx(1)


def test_its_value_is_that_of_the_table(train, test):
    scores = evaluate_samples(train[0], test[0], train[0][:300])
    given = {"train_images": train[0]}
    assert FrechetDistance(**given)(test[0], to_unit(train[0][:300])) == scores["fid"].value
    assert KernelDistance(**given)(test[0], to_unit(train[0][:300])) == scores["kid"].value
    assert PrecisionRecall(**given)(test[0], train[0][:300])["recall"] == scores["recall"].value


def test_without_training_images_patches_are_fitted_to_the_real_ones(train, test):
    metric = FrechetDistance()
    for real in (test[0], train[0], test[0]):
        assert metric(real, test[0][:200]) == FrechetDistance(train_images=real)(real, test[0][:200])


def test_real_images_are_looked_at_once_and_samples_once_for_all_metrics():
    extractor = FirstPixel()
    FrechetDistance(extractor)(grey(0, 2, 4), grey(3, 5))
    KernelDistance(extractor)(grey(0, 2, 4), grey(3, 5))
    assert extractor.seen == 3 + 2
    FrechetDistance(extractor)(grey(0, 2, 4), grey(3, 6))
    assert extractor.seen == 3 + 2 + 2


def test_samples_that_are_not_finite_give_nan():
    diverged = grey(3, 5) * np.nan
    assert np.isnan(FrechetDistance(FirstPixel())(grey(0, 2), diverged))
    assert np.isnan(list(PrecisionRecall(FirstPixel(), k=1)(grey(0, 2), diverged).values())).all()


def test_samples_beyond_white_count_as_white():
    distance, real, fake = FrechetDistance(FirstPixel()), grey(0, 255), grey(100, 200)
    assert distance(real, fake * 1e3) == distance(real, np.sign(fake)) != distance(real, fake)


@pytest.mark.parametrize(
    "metric", [FrechetDistance("inception", name="a"), KernelDistance(count=7, seed=3), PrecisionRecall(k=3)], ids=repr
)
def test_survives_a_config_round_trip(metric):
    assert metric.is_portable
    assert type(metric).from_config(metric.get_config()).get_config() == metric.get_config()


def test_what_no_config_can_hold_is_not_portable(train):
    assert not FrechetDistance(FirstPixel()).is_portable
    assert not FrechetDistance(train_images=train[0]).is_portable


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"extractor": "vgg"}, "Received: 'vgg'"),
        ({"extractor": "vgg", "train_images": np.zeros((9, 8, 8, 1)), "train_labels": np.zeros(9)}, "Received: 'vgg'"),
        ({"train_images": np.zeros((9, 64))}, "Received: shape \\(9, 64\\)"),
        ({"extractor": "reference"}, "train_labels missing"),
        ({"count": 1}, "at least 2. Received: count=1"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(arguments, words):
    with pytest.raises(ValueError, match=words):
        FrechetDistance(**arguments)


def test_the_features_are_the_extractors(train, test):
    extractor = FrechetDistance(train_images=train[0])._extractor_for(test[0])
    expected = frechet_distance(extractor.extract(test[0]).features, extractor.extract(train[0]).features)
    assert FrechetDistance(extractor)(test[0], train[0]) == expected
