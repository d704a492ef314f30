import numpy as np
import pytest

from keras_gan.metrics import memorisation


def test_a_hand_worked_case_on_a_line():
    # Training points 0, 10, 11. Held out 2 and 14 lie 2 and 3 away; samples 1, 9.5, 12 lie 1, 0.5, 1 away.
    # Medians 1 and 2.5. Their nearest training points are 0, 10, 11, whose own neighbours are 10, 1, 1 away:
    # none of 1, 0.5, 1 is farther, so nothing is authentic.
    found = memorisation([[0.0], [10.0], [11.0]], [[2.0], [14.0]], [[1.0], [9.5], [12.0]])
    assert found == pytest.approx((0.4, 1.0, 0.0), rel=1e-12)


@pytest.fixture
def real():
    return np.random.default_rng(0).normal(size=(3, 1000, 6))


def test_fresh_samples_look_like_held_out_ones(real):
    found = memorisation(*real)
    assert found.distance_ratio == pytest.approx(1, abs=0.05)
    assert found.copied_share < 0.03
    assert 0.4 < found.authenticity < 0.6


def test_copies_of_training_images_are_found(real):
    train, held_out, fake = real
    fake[:300] = train[:300]
    found = memorisation(train, held_out, fake)
    assert found.copied_share == pytest.approx(0.3, abs=0.03)


def test_copies_are_found_where_the_held_out_images_have_some_too(real):
    train, held_out, _ = real
    held_out[:20] = train[:20]
    assert memorisation(train, held_out, train).copied_share == 1
    assert memorisation(train, held_out, held_out).copied_share == 0.02


def test_a_generator_that_only_copies_has_distance_zero(real):
    train, held_out, _ = real
    assert memorisation(train, held_out, train) == (0, 1, 0)


def test_held_out_images_are_their_own_yardstick(real):
    train, held_out, _ = real
    found = memorisation(train, held_out, held_out)
    assert found.distance_ratio == 1
    assert found.copied_share == 0.01
