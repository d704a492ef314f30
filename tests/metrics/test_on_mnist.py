"""The measured scale of the patches extractor, in small, on real digits; skipped where there are none."""

import os

import numpy as np
import pytest

from keras_gan import datasets
from keras_gan.metrics import PatchesExtractor, RidgeClassifier, frechet_distance

pytestmark = pytest.mark.skipif("TFDS_DATA_DIR" not in os.environ, reason="needs TFDS_DATA_DIR with mnist prepared")


def test_damage_costs_more_than_a_missing_class_and_that_more_than_nothing():
    train, labels = datasets.load("mnist", split="train[:3000]")
    test, test_labels = datasets.load("mnist", split="test[:1000]")
    extractor = PatchesExtractor(train)
    real = extractor.extract(test).features

    def distance(images):
        return frechet_distance(real, extractor.extract(images).features)

    fresh, fresh_labels = datasets.load("mnist", split="train[3000:4500]")
    floor, missing = distance(fresh[:1000]), distance(fresh[fresh_labels != 0][:1000])
    noise = np.random.default_rng(0).normal(scale=0.2, size=(1000, 28, 28, 1))  # 0.1 of the range of pixels
    noisy = distance(np.clip(fresh[:1000] + noise, -1, 1))
    assert 30 < floor < 100
    assert floor + 15 < missing < noisy / 2
    classifier = RidgeClassifier(extractor.activations(train), labels)
    assert (classifier.predict(extractor.activations(test)) == test_labels).mean() > 0.94
