"""What holds for every augmentation."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import augmentation, backend


def images(shape=(6, 8, 12, 3), seed=0):
    return ops.convert_to_tensor(np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32"))


def array(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


def likely(kind, probability=1.0):
    augment = kind()
    augment.probability = probability
    return augment


def seed(number=0):
    return keras.random.SeedGenerator(number)


@pytest.mark.parametrize("kind", augmentation.ALL, ids=lambda each: each.__name__)
class TestEveryAugmentation:
    @pytest.mark.parametrize("shape", [(6, 8, 12, 3), (2, 28, 28, 1), (1, 5, 3, 4)])
    def test_it_keeps_the_shape_and_a_sane_range(self, kind, shape):
        augmented = array(likely(kind)(images(shape), seed()))
        assert augmented.shape == shape and np.abs(augmented).max() < 20

    def test_it_changes_each_image_in_its_own_way(self, kind):
        same = ops.repeat(images((1, 8, 12, 3)), 6, axis=0)
        augmented = array(likely(kind)(same, seed()))
        assert all(np.abs(augmented[0] - each).max() > 1e-3 for each in augmented[1:])

    def test_a_probability_of_zero_is_the_identity(self, kind):
        np.testing.assert_array_equal(array(likely(kind, 0.0)(images(), seed())), array(images()))

    def test_the_seed_decides(self, kind):
        first, again, other = (array(likely(kind)(images(), seed(number))) for number in (0, 0, 1))
        np.testing.assert_array_equal(first, again)
        assert np.abs(first - other).max() > 1e-3

    def test_the_seed_goes_on(self, kind):
        generator = seed()
        first, second = (array(likely(kind)(images(), generator)) for _ in range(2))
        assert np.abs(first - second).max() > 1e-3

    def test_the_generator_learns_through_it(self, kind):
        augment, direction = likely(kind), np.random.default_rng(1).normal(size=(6, 8, 12, 3)).astype("float32")

        def loss(pictures):
            return ops.sum(augment(pictures, seed()) * direction)

        slope = array(backend.slopes(lambda pictures: (loss(pictures), ()), images())[0])
        step = 1e-2 * np.random.default_rng(2).normal(size=slope.shape).astype("float32")
        change = float(array(loss(images() + step))) - float(array(loss(images() - step)))
        np.testing.assert_allclose(2 * np.sum(slope * step), change, rtol=1e-2)

    def test_every_pixel_can_be_learned(self, kind):
        pictures = images((40, 8, 12, 3))
        slope = array(backend.slopes(lambda x: (ops.sum(likely(kind)(x, seed()) ** 2), ()), pictures)[0])
        assert np.isfinite(slope).all() and (np.abs(slope).max(axis=0) > 0).all()

    def test_it_keeps_half_precision(self, kind):
        augmented = likely(kind)(ops.cast(images(), "bfloat16"), seed())
        assert keras.backend.standardize_dtype(augmented.dtype) == "bfloat16"

    def test_it_survives_a_config_round_trip(self, kind):
        twin = augmentation.get(keras.saving.serialize_keras_object(kind()))
        assert type(twin) is kind and repr(twin) == repr(kind())

    @pytest.mark.parametrize("shape", [(2,), (28, 28), (None, None, 3), {"a": (8, 8, 1)}])
    def test_it_refuses_what_is_no_image(self, kind, shape):
        with pytest.raises(ValueError, match="Received: samples of shape"):
            kind().check(shape)
