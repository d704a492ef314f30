import numpy as np
import pytest

from keras_gan.images import to_unit
from keras_gan.metrics import PatchesExtractor, RidgeClassifier, frechet_distance
from keras_gan.metrics.extractors import patches
from tests.metrics.conftest import bars


@pytest.fixture(scope="module")
def extractor(train):
    return PatchesExtractor(train[0])


def test_one_activation_is_what_the_recipe_says(extractor, test):
    # The recipe followed patch by patch, for one region and one filter of one image.
    image, number = test[0][0, ..., 0] / 255, 5
    found = []
    for row in range(2):  # 7x7 positions with edges 0, 2, 5, 7: the first region holds rows and columns 0 and 1
        for column in range(2):
            patch = image[row : row + 6, column : column + 6].reshape(36)
            whitened = (patch - patch.mean()) / (patch.std() + 0.05) @ extractor._whiten
            length = np.linalg.norm(whitened)
            found.append(max(0, whitened @ extractor._filters[:, number] - 0.3 * length))
    raw = extractor._raw_activations(test[0][:1])
    assert raw[0, number] == pytest.approx(np.mean(found), rel=1e-4, abs=1e-6)


def test_28_pixels_give_23_positions_with_the_edges_of_the_recipe():
    averages = patches._region_averages((28, 28, 1), 1).reshape(3, 3, 23, 23)
    assert [int((averages[i, i].sum(axis=1) > 0).sum()) for i in range(3)] == [8, 7, 8]
    np.testing.assert_allclose(averages.sum(axis=(2, 3)), 1, rtol=1e-5)


def test_filters_have_length_one_and_whitening_is_symmetric(extractor):
    np.testing.assert_allclose(np.linalg.norm(extractor._filters, axis=0), 1, rtol=1e-5)
    np.testing.assert_allclose(extractor._whiten, extractor._whiten.T, atol=1e-4)


def test_features_of_the_training_images_are_centred_uncorrelated_and_in_order(extractor, train):
    features = extractor.extract(train[0]).features
    assert features.shape == (1000, 128)
    covariance = np.cov(features, rowvar=False)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-2)
    np.testing.assert_allclose(covariance - np.diag(np.diag(covariance)), 0, atol=1e-2 * covariance[0, 0])
    assert (np.diff(np.diag(covariance)) < 1e-3).all()


def test_equal_images_give_equal_extractors(train, test, monkeypatch, tmp_path):
    monkeypatch.setattr(patches, "FILTERS", 20)
    twins = []
    for number, images in enumerate([train[0], to_unit(train[0])]):
        monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path / str(number)))
        twins.append(PatchesExtractor(images))
    assert twins[0].hash == twins[1].hash
    np.testing.assert_array_equal(*[twin.extract(test[0]).features for twin in twins])


def test_another_seed_or_other_images_give_another_hash(extractor, train, monkeypatch):
    monkeypatch.setattr(patches, "cached", lambda name, make: (None,) * 5)  # the hash needs no fit
    assert len({extractor.hash, PatchesExtractor(train[0], 1).hash, PatchesExtractor(train[0][:999]).hash}) == 3


def test_the_fit_is_read_from_the_cache(extractor, train, monkeypatch):
    monkeypatch.setattr(patches, "_choose_filters", None)
    again = PatchesExtractor(train[0])
    np.testing.assert_array_equal(again._directions, extractor._directions)


def test_floats_and_uint8_of_one_picture_have_equal_features(extractor, test):
    floats = extractor.extract(to_unit(test[0])).features
    np.testing.assert_array_equal(floats, extractor.extract(test[0]).features)


def test_distance_grows_with_noise(extractor, test):
    random = np.random.default_rng(0)
    noise = random.normal(size=test[0].shape)
    real = extractor.extract(test[0]).features

    def distance(amount):
        noisy = np.clip(test[0] + amount * noise, 0, 255).astype("uint8")
        return frechet_distance(real, extractor.extract(noisy).features)

    assert distance(0) < 1e-6
    assert distance(10) < distance(20) < distance(40)


def test_the_ridge_classifier_reads_the_classes(extractor, train, test):
    classifier = RidgeClassifier(extractor.activations(train[0]), train[1])
    assert (classifier.predict(extractor.activations(test[0])) == test[1]).mean() > 0.97


@pytest.mark.parametrize(("size", "channels"), [(32, 3), (64, 3)])
def test_colour_and_larger_images_fit_too(size, channels, monkeypatch):
    monkeypatch.setattr(patches, "FILTERS", 20)
    images, _ = bars(140, 3, size, channels)
    features = PatchesExtractor(images).extract(images[:5]).features
    assert features.shape == (5, 128)
    assert np.isfinite(features).all()


def test_refuses_images_of_another_size(extractor):
    with pytest.raises(ValueError, match=r"shape \(n, 12, 12, 1\), with n >= 1. Received: shape \(2, 10, 12, 1\)"):
        extractor.extract(np.zeros((2, 10, 12, 1), "uint8"))


def test_refuses_too_few_training_images():
    with pytest.raises(ValueError, match="at least 130 images"):
        PatchesExtractor(np.zeros((100, 12, 12, 1), "uint8"))


def test_refuses_blank_training_images():
    with pytest.raises(ValueError, match="Are the images blank"):
        PatchesExtractor(np.zeros((200, 12, 12, 1), "uint8"))


def test_refuses_nan_and_pixels_that_pose_as_floats(extractor):
    images = np.zeros((2, 12, 12, 1), "float32")
    with pytest.raises(ValueError, match=r"must lie in \[-1, 1\]. Received: values from 0 to 255"):
        extractor.extract(np.where(np.arange(12)[None, None, :, None] > 5, 255.0, images))
    images[0, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="Images must be finite"):
        extractor.extract(images)
