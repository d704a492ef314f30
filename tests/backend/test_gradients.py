"""Every function of the backend against derivatives taken by hand."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan as kg
from keras_gan import backend


def variable(value, **kwargs):
    return keras.Variable(np.asarray(value, "float32"), **kwargs)


def tensor(value):
    return ops.convert_to_tensor(np.asarray(value, "float32"))


def array(tensor):
    return ops.convert_to_numpy(ops.stop_gradient(tensor))


def test_gradients_differentiate_the_scalar_and_return_the_extra():
    x, y = variable([2.0, 3.0]), variable(5.0)
    slope, extra = backend.gradients(lambda: (ops.sum(x.value**3) * y.value, {"double": 2 * y.value}), [x, y])
    np.testing.assert_allclose(array(slope[0]), [60.0, 135.0])
    np.testing.assert_allclose(array(slope[1]), 35.0)
    np.testing.assert_allclose(array(extra["double"]), 10.0)


def test_gradients_keep_what_the_function_assigned():
    x, count = variable(2.0), variable(0.0, trainable=False)

    def function():
        count.assign_add(1.0)
        return x.value * count.value, ()

    slope, _ = backend.gradients(function, [x])
    assert float(array(slope[0])) == 1.0
    assert float(count.numpy()) == 1.0


def test_a_recorded_pass_pulls_slopes_back_after_the_game_went_on():
    x, opponent = variable([2.0, 3.0]), variable(1.0)
    outputs, pull_back = backend.record(lambda: {"made": x.value**2, "own_loss": ops.sum(x.value)}, [x])
    np.testing.assert_allclose(array(outputs["made"]), [4.0, 9.0])
    opponent.assign(7.0)
    (slope,) = pull_back({"made": tensor([1.0, 10.0]), "own_loss": tensor(100.0)})
    np.testing.assert_allclose(array(slope), [104.0, 160.0])


def test_a_recorded_pass_may_hold_an_output_that_no_variable_moves():
    x = variable(2.0)
    _, pull_back = backend.record(lambda: {"made": x.value**2, "own_loss": ops.zeros(())}, [x])
    (slope,) = pull_back({"made": tensor(1.0), "own_loss": tensor(1.0)})
    assert float(array(slope)) == 4.0


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("layer", [kg.layers.BlurUpsample, "bilinear", "nearest"], ids=str)
def test_a_penalty_on_slopes_sees_through_a_resize(layer, dtype):
    """The slope of D(x) = mean(tanh(w up(tanh(w x)))) at x, squared, moves with both weights as differences say."""
    up = layer(dtype=dtype) if layer is kg.layers.BlurUpsample else None
    up = up or keras.layers.UpSampling2D(interpolation=layer, dtype=dtype)
    weights, x = [variable(0.5), variable(0.7)], tensor(np.random.default_rng(0).normal(size=(2, 4, 4, 1)))

    def critic(x):
        up_again = ops.cast(up(ops.tanh(weights[0].value * x)), "float32")
        return ops.mean(ops.tanh(weights[1].value * up_again), axis=(1, 2, 3))

    def penalty():
        return 1e3 * ops.mean(backend.input_gradients(critic, x) ** 2), ()

    found, _ = backend.gradients(penalty, weights)
    tolerance = 0.01 if dtype == "float32" else 0.2
    for weight, slope in zip(weights, found, strict=True):
        before, values = float(weight.numpy()), []
        for step in (0.05, -0.05):
            weight.assign(before + step)
            values.append(float(array(penalty()[0])))
            weight.assign(before)
        assert float(array(slope)) == pytest.approx((values[0] - values[1]) / 0.1, rel=tolerance)


def test_slopes_come_in_the_structure_of_the_tensors_and_are_zero_where_nothing_depends():
    y = variable(3.0)
    tensors = {"made": tensor([1.0, 2.0]), "unused": tensor(4.0)}
    slope, extra = backend.slopes(lambda t: (ops.sum(t["made"] ** 2) * y.value, y.value), tensors)
    np.testing.assert_allclose(array(slope["made"]), [6.0, 12.0])
    assert float(array(slope["unused"])) == 0.0
    assert float(array(extra)) == 3.0


def test_input_gradients_are_differentiable_once_more():
    weight = variable([1.0, 2.0])
    x = tensor([[3.0, 4.0], [5.0, 6.0]])

    def penalty():
        slope = backend.input_gradients(lambda x: ops.sum(weight.value * x**2, axis=1), x)
        return ops.sum(slope**2), slope

    # the slope is 2 w x, its square 4 w^2 x^2, and the derivative of that by w is 8 w x^2
    (slope,), first = backend.gradients(penalty, [weight])
    np.testing.assert_allclose(array(first), [[6.0, 16.0], [10.0, 24.0]])
    np.testing.assert_allclose(array(slope), [8 * (9 + 25), 16 * (16 + 36)])


def test_input_gradients_leave_batch_statistics_alone():
    layer = keras.layers.BatchNormalization()
    layer.build((None, 2))
    backend.input_gradients(lambda x: ops.sum(layer(x, training=True) ** 2, axis=1), tensor([[3.0, 4.0], [5.0, 7.0]]))
    np.testing.assert_array_equal(layer.moving_mean.numpy(), [0.0, 0.0])


def test_update_is_one_step_of_the_optimizer():
    x = variable([2.0, 3.0])
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([x])
    backend.update(optimizer, [tensor([1.0, 2.0])], [x])
    np.testing.assert_allclose(x.numpy(), [1.9, 2.8])
    assert int(optimizer.iterations.numpy()) == 1


@pytest.mark.parametrize("turn", [True, False])
def test_when_runs_the_function_only_where_the_condition_holds(turn):
    x, y = variable(2.0), variable(3.0)

    def function():
        x.assign(x.value + 1)
        y.assign(x.value * y.value)

    backend.when(ops.equal(tensor(4.0), 4.0 if turn else 5.0), function)
    assert (float(x.numpy()), float(y.numpy())) == ((3.0, 9.0) if turn else (2.0, 3.0))


def test_normal_noise_depends_on_the_seed_and_on_the_draw():
    first, again, other = (keras.random.SeedGenerator(seed) for seed in (0, 0, 1))
    draws = [array(backend.normal((2000, 2), seed)) for seed in (first, first, again, other)]
    np.testing.assert_array_equal(draws[0], draws[2])
    for i, j in ((0, 1), (0, 3), (1, 3)):  # the second draw of seed 0 is not the first of seed 1
        assert abs(np.corrcoef(draws[i].ravel(), draws[j].ravel())[0, 1]) < 0.1
    assert draws[0].dtype == np.float32
    np.testing.assert_allclose([draws[0].mean(), draws[0].std()], [0.0, 1.0], atol=0.05)


def test_one_process_holds_one_copy_of_the_model():
    assert backend.replica() == (0, 1)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_penalty_differentiates_through_normalisation_as_finite_differences_do(groups):
    rng = np.random.default_rng(0)
    dense, out = keras.layers.Dense(4, use_bias=False), keras.layers.Dense(1, use_bias=False)
    normalise = keras.layers.GroupNormalization(groups)
    x = tensor(rng.standard_normal((6, 3)))
    out(ops.softplus(normalise(dense(x))))
    start = rng.standard_normal((3, 4)).astype("float32")
    out.kernel.assign(rng.standard_normal((4, 1)))

    def penalty():
        slope = backend.input_gradients(lambda x: out(ops.softplus(normalise(dense(x))))[:, 0], x)
        return ops.sum(slope**2), ()

    def value(kernel):
        dense.kernel.assign(kernel)
        return float(array(penalty()[0]))

    steps = np.eye(12, dtype="float32").reshape(12, 3, 4) * 1e-2
    differences = [(value(start + step) - value(start - step)) / 2e-2 for step in steps]
    dense.kernel.assign(start)
    (slope,), _ = backend.gradients(penalty, [dense.kernel])
    np.testing.assert_allclose(array(slope).ravel(), differences, atol=0.02 * np.abs(differences).max())
