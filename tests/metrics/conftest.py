"""Small pictures with classes, and a cache folder of the test's own."""

import numpy as np
import pytest


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory):
    """No test reads or writes the user's cache; what is fitted in one test is there for the next."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("KERAS_GAN_CACHE", str(folder))
        yield folder


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("KERAS_GAN_CACHE", str(folder))
    return folder


def bars(count, seed, size=12, channels=1):
    """uint8 pictures of one bright bar on faint noise: lying (class 0), upright (1) or aslant (2); and the classes."""
    random = np.random.default_rng(seed)
    labels = random.integers(3, size=count)
    images = random.integers(0, 10, (count, size, size, channels))
    for image, label, place in zip(images, labels, random.integers(2, size - 2, count), strict=True):
        if label == 0:
            image[place] = 255
        elif label == 1:
            image[:, place] = 255
        else:
            image[np.arange(size), (np.arange(size) + place) % size] = 255
    return images.astype("uint8"), labels


@pytest.fixture(scope="session")
def train():
    return bars(1000, seed=1)


@pytest.fixture(scope="session")
def test():
    return bars(400, seed=2)
