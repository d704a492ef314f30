"""Batch normalisation by one kernel is Keras's, and dropout by half words is dropout."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_gan import backend
from keras_gan.backend.replaced import replaced
from keras_gan.backend.tensorflow_layers import layers_in_few_passes

LAYERS = {
    "of maps": ((8, 6, 4, 3), {}),
    "of vectors": ((16, 5), {"momentum": 0.5, "epsilon": 1e-5}),
    "of sequences": ((4, 7, 3), {"axis": 2}),
    "unscaled": ((8, 6, 4, 3), {"center": False, "scale": False}),
    "of one example": ((1, 3), {}),
    "over rows": ((8, 6, 4, 3), {"axis": 1}),
    "frozen": ((8, 6, 4, 3), {"trainable": False}),
    "float64": ((8, 6, 4, 3), {"dtype": "float64"}),
    "mixed": ((8, 6, 4, 3), {"dtype": "mixed_bfloat16"}),
    "bfloat16": ((8, 6, 4, 3), {"dtype": "bfloat16"}),
}


def trained(name, context):
    """A layer's outputs, its slopes and what it remembers, after two batches."""
    shape, options = LAYERS[name]
    layer = layers.BatchNormalization(**options)
    layer.build(shape)
    random = np.random.default_rng(0)
    layer.set_weights([x + random.uniform(0.5, 1, x.shape) for x in layer.get_weights()])
    with context():
        for _ in range(2):
            x = tf.constant(random.standard_normal(shape) * 3 + 1, layer.compute_dtype)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, training=True)
            slopes = tape.gradient(y, [x, *(v.value for v in layer.trainable_variables)], output_gradients=tf.sin(x))
    return [np.asarray(ops.cast(each, "float64")) for each in (y, *slopes, *layer.variables)]


@pytest.mark.parametrize("name", LAYERS)
def test_batch_normalisation_goes_where_keras_goes(name):
    rounding = 0.03 if "16" in str(LAYERS[name][1]) or name == "mixed" else 1e-5
    for ours, keras_own in zip(trained(name, layers_in_few_passes), trained(name, contextlib.nullcontext), strict=True):
        np.testing.assert_allclose(ours, keras_own, rtol=rounding, atol=rounding * max(1, abs(keras_own).max()))


def test_one_kernel_is_what_runs(monkeypatch):
    kernels, kernel = [], tf.raw_ops.FusedBatchNormV3
    monkeypatch.setattr(tf.raw_ops, "FusedBatchNormV3", lambda **given: kernels.append(given["x"]) or kernel(**given))
    for name in ("of maps", "of vectors", "mixed"):
        trained(name, layers_in_few_passes)
        assert len(kernels) == 2, name
        kernels.clear()


def test_a_penalty_through_batch_normalisation_stays_as_it_was(monkeypatch):
    monkeypatch.delattr(tf.raw_ops, "FusedBatchNormV3")
    critic = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(1)])
    x = np.random.default_rng(0).standard_normal((8, 4)).astype("float32")

    def penalty():
        slopes = backend.input_gradients(lambda sample: critic(sample, training=True), x)
        return ops.sum(ops.square(slopes)), ()

    with layers_in_few_passes():
        ours, _ = backend.gradients(penalty, critic.trainable_variables[:1])
    keras_own, _ = backend.gradients(penalty, critic.trainable_variables[:1])
    np.testing.assert_allclose(ours[0], keras_own[0], rtol=1e-5)


def test_statistics_of_a_subclass_are_asked_for():
    class Shifted(layers.BatchNormalization):
        def _moments(self, inputs, mask):
            return ops.zeros(inputs.shape[-1]), ops.ones(inputs.shape[-1])

    x = tf.constant([[1.0], [3.0]])
    with layers_in_few_passes():
        np.testing.assert_allclose(Shifted(epsilon=0.0)(x, training=True), x)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float64"])
@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5])
def test_dropout_keeps_its_share_and_the_mean_and_draws_anew(rate, dtype):
    layer, x = layers.Dropout(rate, seed=1, dtype=dtype), tf.ones((101, 333), dtype)
    with layers_in_few_passes(), tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
        again = layer(x, training=True)
    kept = y.numpy() != 0
    assert (kept != (layers.Dropout(rate, seed=1, dtype=dtype)(x, training=True).numpy() != 0)).any()  # Keras's mask
    assert kept.mean() == pytest.approx(1 - rate, abs=4 * np.sqrt(rate * (1 - rate) / kept.size))
    np.testing.assert_allclose(
        y.numpy()[kept].astype(float), 1 / (1 - rate), rtol=1e-2 if dtype == "bfloat16" else 1e-4
    )
    np.testing.assert_array_equal(tape.gradient(y, x).numpy(), y.numpy())
    assert np.mean(kept == (again.numpy() != 0)) == pytest.approx((1 - rate) ** 2 + rate**2, abs=0.02)
    columns = [np.corrcoef(kept[:, i], kept[:, i + 1])[0, 1] for i in range(kept.shape[1] - 1)]
    assert abs(np.mean(columns)) < 0.03  # two halves of one word say nothing of each other
    np.testing.assert_array_equal(layer.seed_generator.state.numpy(), [1, 2])


def test_dropout_of_whole_rows_and_at_a_rate_that_is_a_tensor_is_left_to_keras():
    layer = layers.Dropout(0.5, noise_shape=(20, 1), seed=1)
    with layers_in_few_passes():
        rows = layer(tf.ones((20, 9)), training=True).numpy()
        units = keras.random.dropout(tf.ones((20, 9)), tf.constant(0.5), seed=layer.seed_generator).numpy()
    assert set(rows.sum(axis=1)) == {0, 18} and set(units.flat) == {0, 2}


def test_what_was_replaced_is_put_back_when_the_last_one_is_done():
    """Replicas enter one after the other and leave in the same order."""

    class Owner:
        name = "before"

    first, second = (replaced(Owner, "name", lambda before: f"not {before}") for _ in range(2))
    first.__enter__()
    second.__enter__()
    assert Owner.name == "not before"
    first.__exit__(None, None, None)
    assert Owner.name == "not before"
    second.__exit__(None, None, None)
    assert Owner.name == "before"
    with pytest.raises(ZeroDivisionError), replaced(Owner, "name", lambda _: "failing"):
        1 / 0  # noqa: B018
    assert Owner.name == "before"
