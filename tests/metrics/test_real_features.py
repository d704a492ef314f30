import numpy as np
import pytest

from keras_gan.images import to_unit
from keras_gan.metrics import Extraction, Extractor, feature_statistics, real_extraction, real_statistics


class Counting(Extractor):
    """Rows of pixels as features; counts how many images it has looked at."""

    name, hash, seen = "counting", "1", 0

    def extract_batch(self, pixels):
        self.seen += len(pixels)
        return Extraction(pixels[:, 0, :, 0].astype("float32"), None)


@pytest.fixture(autouse=True)
def cache_folder(empty_cache):
    return empty_cache


def test_real_images_are_looked_at_once(test):
    extractor = Counting()
    first = real_extraction(extractor, test[0])
    again = real_extraction(extractor, to_unit(test[0]))
    assert extractor.seen == 400
    np.testing.assert_array_equal(first.features, again.features)
    assert again.probabilities is None


def test_statistics_are_those_of_the_features(test):
    mean, covariance = real_statistics(Counting(), test[0])
    expected = feature_statistics(real_extraction(Counting(), test[0]).features)
    np.testing.assert_array_equal(mean, expected[0])
    np.testing.assert_array_equal(covariance, expected[1])


def test_other_images_or_another_extractor_are_looked_at_anew(test):
    extractor = Counting()
    real_extraction(extractor, test[0])
    real_extraction(extractor, test[0][:399])
    extractor.hash = "2"
    real_extraction(extractor, test[0])
    assert extractor.seen == 400 + 399 + 400


@pytest.mark.parametrize("damage", [b"", b"not a zip", None], ids=["empty", "other", "cut short"])
def test_a_damaged_cache_is_made_anew(test, cache_folder, damage):
    expected = real_extraction(Counting(), test[0]).features
    (file,) = cache_folder.glob("features-*.npz")
    file.write_bytes(file.read_bytes()[:-100] if damage is None else damage)
    with pytest.warns(UserWarning, match="damaged"):
        found = real_extraction(Counting(), test[0]).features
    np.testing.assert_array_equal(found, expected)
    extractor = Counting()
    real_extraction(extractor, test[0])
    assert extractor.seen == 0
    assert len(list(cache_folder.iterdir())) == 1
