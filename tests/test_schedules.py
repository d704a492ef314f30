"""Schedules at a start, a middle, an end and beyond, and inside what they steer."""

import math

import keras
import numpy as np
import pytest

from keras_gan.optimizers import ScheduledAdam
from keras_gan.schedules import Constant, Cosine, LearningRate, Linear, Warmup

EVERY = [Constant(3.0), Linear(1.0, 0.2, 100), Cosine(0.0, 0.5, 100), Warmup(Linear(4.0, 2.0, 100), 10)]


@pytest.mark.parametrize(
    ("schedule", "values"),
    [
        (Constant(3.0), {0: 3.0, 1000: 3.0}),
        (Linear(1.0, 0.2, 100), {0: 1.0, 25: 0.8, 100: 0.2, 1000: 0.2}),
        (Cosine(0.0, 0.5, 100), {0: 0.0, 25: 0.25 * (1 - math.sqrt(0.5)), 50: 0.25, 100: 0.5, 1000: 0.5}),
        (Warmup(2.0, 10), {0: 0.0, 5: 1.0, 10: 2.0, 1000: 2.0}),
        (Warmup(Linear(4.0, 2.0, 100), 10), {5: 0.5 * 3.9, 50: 3.0}),
    ],
    ids=repr,
)
def test_values_are_those_of_the_formula(schedule, values):
    for examples_seen, value in values.items():
        np.testing.assert_allclose(float(schedule.value_at(examples_seen)), value, atol=1e-6)


@pytest.mark.parametrize("schedule", EVERY, ids=repr)
def test_it_survives_a_config_round_trip(schedule):
    twin = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert repr(twin) == repr(schedule) and twin.value_at(30) == schedule.value_at(30)


@pytest.mark.parametrize("build", [lambda: Linear(0.0, 1.0, 0), lambda: Warmup(1.0, -5), lambda: LearningRate(None, 0)])
def test_lengths_that_are_none_are_refused(build):
    with pytest.raises(ValueError, match="above 0. Received"):
        build()


def descend(optimizer, steps, gradient=1.0):
    weight = keras.Variable(0.0)
    optimizer.build([weight])
    path = [0.0]
    for _ in range(steps):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        path.append(float(weight.numpy()))
    return np.diff(path)


def test_the_learning_rate_counts_the_examples_of_its_steps():
    optimizer = keras.optimizers.SGD(LearningRate(Linear(1.0, 0.0, examples=100), batch_size=25))
    np.testing.assert_allclose(descend(optimizer, 5), [-1.0, -0.75, -0.5, -0.25, 0.0], atol=1e-6)
    twin = keras.optimizers.SGD.from_config(optimizer.get_config())
    np.testing.assert_allclose(descend(twin, 5), [-1.0, -0.75, -0.5, -0.25, 0.0], atol=1e-6)


def test_scheduled_adam_is_adam_where_beta_2_does_not_change():
    ours = descend(ScheduledAdam(0.1, beta_1=0.5, beta_2=Constant(0.9)), 4)
    np.testing.assert_allclose(ours, descend(keras.optimizers.Adam(0.1, beta_1=0.5, beta_2=0.9), 4), atol=1e-6)


def test_scheduled_adam_follows_its_schedule_and_keeps_it_in_its_config():
    schedule = Linear(0.5, 0.9, examples=8)
    optimizer = ScheduledAdam(0.1, beta_2=schedule, batch_size=4)
    optimizer = ScheduledAdam.from_config(optimizer.get_config())
    velocity, expected = 0.0, []
    for step, beta_2 in enumerate((0.5, 0.7, 0.9), 1):
        velocity += (4.0 - velocity) * (1 - beta_2)
        expected.append(-0.1 * 2.0 * math.sqrt(1 - beta_2**step) / math.sqrt(velocity))
    np.testing.assert_allclose(descend(optimizer, 3, gradient=2.0), expected, rtol=1e-4)
    assert repr(optimizer.beta_2) == repr(schedule)
