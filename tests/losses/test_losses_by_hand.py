"""Every loss at three numbers, worked out by hand."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import losses

REAL, FAKE = np.array([[2.0], [0.0], [-1.0]]), np.array([[-1.0], [0.5], [3.0]])


def softplus(x):
    return np.log1p(np.exp(x))


def both(loss):
    found = loss.discriminator(REAL, FAKE), loss.generator(REAL, FAKE)
    return tuple(ops.convert_to_numpy(values)[:, 0] for values in found)


def test_binary_crossentropy_is_minus_the_log_of_the_right_answer():
    discriminator, generator = both(losses.BinaryCrossentropy())
    # sigmoid(2) = 0.880797, 1 - sigmoid(-1) = 0.731059
    np.testing.assert_allclose(discriminator[0], -np.log(0.880797) - np.log(0.731059), atol=1e-5)
    np.testing.assert_allclose(generator, softplus(-FAKE[:, 0]), atol=1e-6)


def test_smoothed_labels_are_cheapest_at_their_own_odds():
    loss = losses.BinaryCrossentropy(real_label=0.9, fake_label=0.2)
    best_real, best_fake = np.log(0.9 / 0.1), np.log(0.2 / 0.8)
    best = loss.discriminator(np.array([best_real]), np.array([best_fake]))
    for step in (-0.1, 0.1):
        assert loss.discriminator(np.array([best_real + step]), np.array([best_fake]))[0] > best[0]
        assert loss.discriminator(np.array([best_real]), np.array([best_fake + step]))[0] > best[0]


def test_minimax_is_a_zero_sum_game():
    discriminator, generator = both(losses.Minimax())
    np.testing.assert_allclose(generator, softplus(-REAL[:, 0]) - discriminator, atol=1e-6)


def test_least_squares_are_half_the_squared_distances_to_the_targets():
    discriminator, generator = both(losses.LeastSquares())
    np.testing.assert_allclose(discriminator, [(1 + 1) / 2, (1 + 0.25) / 2, (4 + 9) / 2])
    np.testing.assert_allclose(generator, [4 / 2, 0.25 / 2, 4 / 2])


def test_least_squares_take_the_targets_of_pearsons_divergence():
    discriminator, generator = both(losses.LeastSquares(fake_target=-1.0, generator_target=0.0))
    np.testing.assert_allclose(discriminator, [(1 + 0) / 2, (1 + 2.25) / 2, (4 + 16) / 2])
    np.testing.assert_allclose(generator, [1 / 2, 0.25 / 2, 9 / 2])


def test_the_hinge_asks_for_nothing_beyond_the_margin():
    discriminator, generator = both(losses.Hinge())
    np.testing.assert_allclose(discriminator, [0.0, 1 + 1.5, 2 + 4])
    np.testing.assert_allclose(generator, [1.0, -0.5, -3.0])


def test_wasserstein_is_the_difference_of_the_scores():
    discriminator, generator = both(losses.Wasserstein())
    np.testing.assert_allclose(discriminator, [-3.0, 0.5, 4.0])
    np.testing.assert_allclose(generator, [1.0, -0.5, -3.0])


def test_relativistic_pairing_compares_row_by_row():
    discriminator, generator = both(losses.RelativisticPairing())
    np.testing.assert_allclose(discriminator, softplus(np.array([-3.0, 0.5, 4.0])), atol=1e-6)
    np.testing.assert_allclose(generator, softplus(np.array([3.0, -0.5, -4.0])), atol=1e-6)


def test_relativistic_average_compares_with_the_batch():
    discriminator, generator = both(losses.RelativisticAverage())
    # the mean real score is 1/3, the mean fake score 2.5/3
    real, fake = REAL[:, 0], FAKE[:, 0]
    expected = softplus(2.5 / 3 - real) + softplus(fake - 1 / 3)
    np.testing.assert_allclose(discriminator, expected, atol=1e-6)
    np.testing.assert_allclose(generator, softplus(real - 2.5 / 3) + softplus(1 / 3 - fake), atol=1e-6)


def test_relativistic_losses_ignore_a_constant_added_to_every_score():
    for loss in (losses.RelativisticPairing(), losses.RelativisticAverage()):
        for side in (loss.discriminator, loss.generator):
            np.testing.assert_allclose(side(REAL + 7, FAKE + 7), side(REAL, FAKE), atol=1e-5)


def test_patches_are_averaged_over_the_batch_each_at_its_place():
    real, fake = np.random.default_rng(0).normal(size=(2, 3, 2, 2, 1))
    values = losses.RelativisticAverage().discriminator(real, fake)
    alone = losses.RelativisticAverage().discriminator(real[:, 1, 0], fake[:, 1, 0])
    np.testing.assert_allclose(values[:, 1, 0], alone, atol=1e-6)


@pytest.mark.parametrize(
    ("loss", "boundary"),
    [
        ("bce", 0),
        ("minimax", 0),
        ("hinge", 0),
        (losses.LeastSquares(real_target=3.0, fake_target=-1.0, generator_target=2.0), 1),
        ("wasserstein", 7 / 12),  # the means are 1 / 3 and 5 / 6
        ("relativistic_average", 7 / 12),
        ("relativistic_pairing", 7 / 12),
    ],
)
def test_the_boundary_is_where_neither_side_is_favoured(loss, boundary):
    np.testing.assert_allclose(losses.get(loss).boundary(REAL, FAKE), boundary, atol=1e-6)


def test_the_name_lsgan_means_least_squares():
    assert isinstance(losses.get("lsgan"), losses.LeastSquares)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [("hing", "Did you mean 'hinge'"), (keras.losses.MeanSquaredError(), "AdversarialLoss"), (None, "loss=None")],
)
def test_what_is_no_adversarial_loss_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        losses.get(wrong)


@pytest.mark.parametrize(
    ("loss", "wrong"),
    [
        (losses.BinaryCrossentropy, {"real_label": 0.4}),
        (losses.BinaryCrossentropy, {"fake_label": -0.1}),
        (losses.LeastSquares, {"fake_target": 1.0}),
    ],
)
def test_targets_that_swap_real_and_fake_are_refused(loss, wrong):
    with pytest.raises(ValueError, match="Received"):
        loss(**wrong)
