"""ADA's controller, step by step as the paper has it."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import augmentation


@pytest.fixture
def ada():
    ada = augmentation.ADA(highest=0.01)
    ada.build(lambda **how: keras.Variable(how["initializer"], how["shape"], trainable=False))
    return ada


def observe(ada, share_positive, batches, examples=50):
    logits = np.where(np.arange(10) < 10 * share_positive, 1.0, -1.0)[:, None].astype("float32")
    for _ in range(batches):
        ada.observe(ops.convert_to_tensor(logits), examples)
    return float(ada.probability.numpy())


def test_every_four_batches_it_takes_one_step_of_their_images(ada):
    step = 50 * 4 / 500_000
    assert observe(ada, 0.9, 3) == 0.0  # a mean sign of 0.8, above the target of 0.6
    np.testing.assert_allclose(observe(ada, 0.9, 1), step, rtol=1e-5)
    np.testing.assert_allclose(observe(ada, 0.9, 7), 2 * step, rtol=1e-5)
    observe(ada, 0.9, 1)
    np.testing.assert_allclose(observe(ada, 0.7, 4), 2 * step, rtol=1e-5)


def test_it_judges_by_the_mean_of_the_four_batches(ada):
    observe(ada, 1.0, 3)
    assert observe(ada, 0.3, 1) > 0  # signs of 1, 1, 1 and -0.4: a mean of 0.65


def test_the_probability_stays_between_zero_and_the_highest(ada):
    assert observe(ada, 0.5, 8) == 0.0
    np.testing.assert_allclose(observe(ada, 1.0, 4 * 40), 0.01, rtol=1e-5)


def test_its_probability_is_that_of_every_transform(ada):
    ada.probability.assign(0.3)
    ada.transforms = (lambda images, seed: images + 1,)
    changed = ops.convert_to_numpy(ada(ops.zeros((4000, 2, 2, 1)), keras.random.SeedGenerator(0)))
    np.testing.assert_allclose(changed.mean(axis=0), 0.3, atol=0.03)
