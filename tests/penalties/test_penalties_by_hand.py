"""Every penalty on a critic whose slope is known."""

import keras
import linear_critic
import numpy as np
import pytest
from keras import ops

from keras_gan import backend, penalties
from keras_gan.augmentation import ADA
from keras_gan.schedules import Linear

STEEP = linear_critic.linear(3.0, 4.0)  # a slope of length 5


def test_r1_and_r2_are_half_the_squared_slope():
    np.testing.assert_allclose(linear_critic.values(penalties.R1(10.0), STEEP), np.full(4, 125.0))
    np.testing.assert_allclose(linear_critic.values(penalties.R2(0.05), STEEP), np.full(4, 0.625))


def test_r1_looks_at_the_data_and_r2_at_the_fakes():
    real, fake = linear_critic.samples()

    def bowl(samples):  # a slope of 2 |sample|
        return ops.sum(samples**2, axis=1)

    for penalty, where in ((penalties.R1(2.0), real), (penalties.R2(2.0), fake)):
        found = linear_critic.values(penalty, bowl, real, fake)
        np.testing.assert_allclose(found, 4 * np.sum(linear_critic.array(where) ** 2, axis=1), rtol=1e-5)


@pytest.mark.parametrize("penalty", [penalties.GradientPenalty, penalties.Dragan])
def test_penalties_around_one_square_the_distance_of_the_slope_from_one(penalty):
    np.testing.assert_allclose(linear_critic.values(penalty(10.0), STEEP), np.full(4, 160.0), rtol=1e-6)
    np.testing.assert_allclose(
        linear_critic.values(penalty(10.0), linear_critic.linear(0.6, 0.8)), np.zeros(4), atol=1e-6
    )


def where_it_looks(penalty, real, fake, seed=0):
    """The samples at which a penalty takes the slope."""
    seen = []

    def critic(samples):
        seen.append(linear_critic.array(samples))
        return ops.sum(samples, axis=1)

    penalty(critic, ops.convert_to_tensor(real), ops.convert_to_tensor(fake), keras.random.SeedGenerator(seed))
    return seen[0]


def test_the_gradient_penalty_mixes_by_a_uniform_share_for_each_sample():
    real, fake = np.ones((4000, 3), "float32"), np.zeros((4000, 3), "float32")
    shares = where_it_looks(penalties.GradientPenalty(), real, fake)
    np.testing.assert_allclose(shares[:, 0], shares[:, 2], atol=1e-6)
    assert 0 <= shares.min() < 0.01 and 0.99 < shares.max() <= 1
    np.testing.assert_allclose([shares.mean(), shares.std()], [1 / 2, 12**-0.5], atol=0.02)


def test_dragan_looks_around_the_data_half_as_far_as_it_spreads():
    real = np.random.default_rng(0).normal(size=(4000, 2)).astype("float32") * 0.4
    noise = where_it_looks(penalties.Dragan(), real, real * 0 + 9) - real
    np.testing.assert_allclose([noise.mean(), noise.std()], [0.0, 0.2], atol=0.01)


def test_lecam_pulls_scores_towards_the_anchor_of_the_other_side():
    lecam = linear_critic.built(penalties.LeCam(weight=2.0, decay=0.5))
    real, fake = (ops.convert_to_tensor(np.full((2, 2), x, "float32")) for x in (1.0, -1.0))
    # scores are 2 and -2; the anchors have gone half the way, to 1 and -1
    np.testing.assert_allclose(
        linear_critic.values(lecam, linear_critic.linear(1.0, 1.0), real, fake), np.full(2, 2 * (9 + 9))
    )
    assert (float(lecam.real_anchor.numpy()), float(lecam.fake_anchor.numpy())) == (1.0, -1.0)
    np.testing.assert_allclose(
        linear_critic.values(lecam, linear_critic.linear(1.0, 1.0), real, fake), np.full(2, 2 * 2 * 3.5**2)
    )


def test_consistency_squares_the_change_of_the_score():
    def shift(samples, seed):
        return samples + ops.convert_to_tensor(np.array([1.0, 0.0], "float32"))

    for fakes, terms in ((True, 2), (False, 1)):
        found = linear_critic.values(penalties.Consistency(10.0, augmentation=shift, fakes=fakes), STEEP)
        np.testing.assert_allclose(found, np.full(4, terms * 10 * 9.0), rtol=1e-4)


def test_the_default_of_consistency_is_a_little_noise():
    found = linear_critic.values(penalties.Consistency(1.0, fakes=False), STEEP, *linear_critic.samples(5000))
    np.testing.assert_allclose(found.mean(), (0.05 * 5) ** 2, rtol=0.1)


def lazy_losses(penalty, turns):
    real, fake = linear_critic.samples()
    seed = keras.random.SeedGenerator(0)
    return [float(linear_critic.array(penalty.loss(STEEP, real, fake, seed, due))) for due in turns]


def test_a_lazy_penalty_rests_and_then_weighs_as_many_times_more():
    np.testing.assert_allclose(lazy_losses(penalties.R1(10.0, interval=3), [True, False]), [375.0, 0.0])
    np.testing.assert_allclose(lazy_losses(penalties.R1(10.0), [True]), [125.0])


def test_a_lazy_penalty_moves_the_weights_as_far_as_an_eager_one_in_as_many_steps():
    def slope_after(interval):
        slope = keras.Variable([3.0, 4.0])
        optimizer = keras.optimizers.SGD(1e-3)
        optimizer.build([slope])
        penalty, seed, (real, fake) = (
            penalties.R1(10.0, interval),
            keras.random.SeedGenerator(0),
            linear_critic.samples(),
        )
        for batch in range(4):

            def objective(due=batch % interval == 0):
                nothing = 0 * ops.sum(slope.value)  # a resting penalty has no gradient at all
                return nothing + penalty.loss(lambda x: ops.sum(x * slope.value, axis=1), real, fake, seed, due), ()

            backend.update(optimizer, backend.gradients(objective, [slope])[0], [slope])
        return slope.numpy(), int(optimizer.iterations.numpy())

    (eager, steps), (lazy, lazy_steps) = slope_after(1), slope_after(4)
    assert steps == lazy_steps == 4
    np.testing.assert_allclose(eager, np.array([3.0, 4.0]) * 0.99**4, rtol=1e-5)
    np.testing.assert_allclose(lazy, np.array([3.0, 4.0]) * (1 - 4 * 0.01), rtol=1e-5)


def test_lazy_draws_differ_from_batch_to_batch():
    def bowl(samples):
        return ops.sum(samples**2, axis=1)

    (real, fake), seed = linear_critic.samples(), keras.random.SeedGenerator(0)
    penalty = penalties.GradientPenalty(interval=2)
    first, second = (float(linear_critic.array(penalty.loss(bowl, real, fake, seed))) for _ in range(2))
    assert first != second


def test_a_scheduled_weight_follows_the_examples_seen():
    penalty = penalties.R1(weight=Linear(10.0, 2.0, examples=100))
    np.testing.assert_allclose(linear_critic.values(penalty.at(50), STEEP), np.full(4, 75.0), rtol=1e-6)
    np.testing.assert_allclose(linear_critic.values(penalty.at(500), STEEP), np.full(4, 25.0), rtol=1e-6)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: penalties.R1(-1.0), "weight=-1.0"),
        (lambda: penalties.R1(interval=0), "interval=0"),
        (lambda: penalties.LeCam(decay=1.0), "decay=1.0"),
        (lambda: penalties.Consistency(augmentation="shift"), "augmentation='shift'"),
        (lambda: penalties.Consistency(augmentation=ADA()), "Received: ADA"),
        (lambda: penalties.get("le_cam"), "Did you mean 'lecam'"),
        (lambda: penalties.several(["r1", 3]), "penalties=3"),
    ],
)
def test_nonsense_is_refused_in_words(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_penalties_come_alone_several_or_none():
    assert penalties.several(None) == ()
    assert [repr(each) for each in penalties.several("r1")] == ["R1(weight=10.0, interval=1)"]
    assert [type(each) for each in penalties.several(["r1", penalties.R2()])] == [penalties.R1, penalties.R2]
