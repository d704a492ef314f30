"""No pipeline that the model reads tunes itself, unless its user says so."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from keras_gan.datasets.steady import steady


@pytest.fixture
def autotune(monkeypatch):
    """Of every tf.data pipeline that Keras iterates over, whether it tunes itself."""
    from keras.src.backend.tensorflow.trainer import TFEpochIterator

    seen, begin = [], TFEpochIterator.__init__

    def noting(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        seen.append(self._distributed_dataset.options().autotune.enabled)

    monkeypatch.setattr(TFEpochIterator, "__init__", noting)
    return seen


def dataset(images):
    return tf.data.Dataset.from_tensor_slices(images).batch(16)


@pytest.mark.parametrize("source", [lambda x: x, dataset], ids=["arrays", "tf.data"])
def test_no_workflow_lets_a_pipeline_tune_itself(source, images, players, autotune):
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    gan.fit(source(images), validation_data=source(images[:32]), verbose=0)
    gan.evaluate(source(images), verbose=0)
    gan.predict(source(np.zeros((32, 6), "float32")), verbose=0)
    gan.generate(3, batch_size=2)
    assert len(autotune) == 5 and set(autotune) == {False}


def test_what_the_user_says_stays():
    options = tf.data.Options()
    options.autotune.enabled = True
    data = dataset(np.zeros((4, 2))).with_options(options)
    assert steady(data) is data
    assert steady(dataset(np.zeros((4, 2)))).options().autotune.enabled is False
    assert steady([1]) == [1]


def test_samples_are_those_of_keras_own_pipeline(images, players):
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    latents = np.random.default_rng(0).standard_normal((50, 6)).astype("float32")
    theirs = keras.Model.predict(gan, latents, batch_size=16, verbose=0)
    np.testing.assert_array_equal(gan.predict(latents, batch_size=16, verbose=0), theirs)
    np.testing.assert_allclose(gan.predict(latents, steps=5, verbose=0), theirs, atol=1e-6)  # batches of 10
