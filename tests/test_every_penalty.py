"""What holds for every penalty."""

import inspect

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend, penalties


def array(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


def built(penalty):
    penalty.build(lambda **how: keras.Variable(how["initializer"], how["shape"], trainable=False, name=how["name"]))
    return penalty


def pair(shape=(6, 3, 3, 1)):
    real, fake = np.random.default_rng(0).uniform(-1, 1, (2, *shape)).astype("float32")
    return ops.convert_to_tensor(real), ops.convert_to_tensor(fake)


def critic_of(factors):
    """A critic with curvature, so that its slope depends on its factors and on where it is taken."""

    def critic(samples):
        flat = ops.reshape(samples, (ops.shape(samples)[0], -1))
        return ops.sum(ops.tanh(flat * factors), axis=1)

    return critic


@pytest.mark.parametrize("kind", penalties.ALL, ids=lambda each: each.__name__)
class TestEveryPenalty:
    def measure(self, kind, factors, **kwargs):
        return built(kind(**kwargs))(critic_of(factors), *pair(), keras.random.SeedGenerator(0))

    def test_it_gives_one_value_per_sample_none_below_zero(self, kind):
        found = array(self.measure(kind, 0.7))
        assert found.shape == (6,) and found.min() >= 0 and found.max() > 0

    def test_its_weight_is_included(self, kind):
        np.testing.assert_allclose(
            array(self.measure(kind, 0.7, weight=6.0)), 3 * array(self.measure(kind, 0.7, weight=2.0)), rtol=1e-5
        )

    def test_it_is_zero_for_a_critic_that_says_nothing_unless_it_wants_a_slope(self, kind):
        wants_a_slope = kind in (penalties.GradientPenalty, penalties.Dragan)
        np.testing.assert_allclose(
            array(self.measure(kind, 0.0, weight=2.0)), np.full(6, 2.0 * wants_a_slope), atol=1e-6
        )

    def test_its_gradient_is_that_of_finite_differences(self, kind):
        factors, step = keras.Variable(np.linspace(0.4, 1.2, 9).astype("float32")), 1e-2

        def objective():
            return ops.mean(self.measure(kind, factors.value)), ()

        (slope,), _ = backend.gradients(objective, [factors])
        value = factors.numpy()
        for index in (0, 5):
            moved = [value + sign * step * np.eye(9, dtype="float32")[index] for sign in (1, -1)]
            up, down = (float(np.mean(array(self.measure(kind, ops.convert_to_tensor(each))))) for each in moved)
            np.testing.assert_allclose(array(slope)[index], (up - down) / (2 * step), rtol=0.02, atol=2e-3)

    def test_its_gradient_is_finite_where_the_slope_is_zero(self, kind):
        factors = keras.Variable(np.zeros(9, "float32"))
        (slope,), _ = backend.gradients(lambda: (ops.mean(self.measure(kind, factors.value)), ()), [factors])
        assert np.isfinite(array(slope)).all()

    def test_a_seed_gives_the_same_value_again(self, kind):
        np.testing.assert_array_equal(array(self.measure(kind, 0.7)), array(self.measure(kind, 0.7)))

    def test_it_leaves_batch_statistics_alone(self, kind):
        norm, dense = keras.layers.BatchNormalization(), keras.layers.Dense(1)
        norm.build((None, 9)), dense.build((None, 9))

        def critic(samples):
            return dense(norm(ops.reshape(samples, (-1, 9)), training=True))[:, 0]

        built(kind())(critic, *pair(), keras.random.SeedGenerator(0))
        np.testing.assert_array_equal(norm.moving_mean.numpy(), np.zeros(9))

    def test_a_lazy_one_is_so_many_times_the_mean_where_it_is_due_and_nothing_elsewhere(self, kind):
        if "interval" not in inspect.signature(kind).parameters:
            pytest.skip("it is never lazy, since it keeps state")

        def part(due, interval=3):
            penalty = built(kind(interval=interval))
            return float(array(penalty.loss(critic_of(0.7), *pair(), keras.random.SeedGenerator(0), due=due)))

        assert part(False) == 0 < part(True)
        drawn = kind in (penalties.GradientPenalty, penalties.Dragan, penalties.Consistency)  # otherwise than at once
        assert drawn or np.isclose(part(True), 3 * part(True, interval=1), rtol=1e-5)

    def test_it_survives_a_config_round_trip(self, kind):
        penalty = kind()
        twin = penalties.get(keras.saving.serialize_keras_object(penalty))
        assert type(twin) is kind and repr(twin) == repr(penalty)
