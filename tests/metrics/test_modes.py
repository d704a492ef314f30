import numpy as np
import pytest

from keras_gan.metrics import class_agreement, class_coverage, confident_share, mixture_coverage


def test_a_hand_worked_divergence():
    # Shares 3/4 and 1/4 against 1/2 and 1/2: 3/4 log 3/2 + 1/4 log 1/2.
    found = class_coverage([0, 0, 0, 1], [10, 10])
    assert found.reached == 2
    assert found.divergence == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5), rel=1e-12)


def test_one_class_of_ten_diverges_by_log_ten():
    found = class_coverage(np.full(50, 3), np.ones(10))
    assert found.reached == 1
    assert found.divergence == pytest.approx(np.log(10), rel=1e-12)


def test_a_stray_reading_does_not_reach_a_class_unless_it_is_asked_to_count():
    classes = np.repeat([0, 1], [95, 5])  # 5 % is just a tenth of the data's 50 %, 4 % is less
    assert class_coverage(classes, [1, 1]).reached == 2
    assert class_coverage(np.repeat([0, 1], [96, 4]), [1, 1]).reached == 1
    assert class_coverage(np.repeat([0, 1], [96, 4]), [1, 1], least_share=0).reached == 2


def test_equal_shares_diverge_by_zero():
    assert class_coverage(np.repeat([0, 1, 2], [10, 20, 30]), [1, 2, 3]) == (3, 0)


def test_confident_share_counts_clear_readings():
    assert confident_share([[0.95, 0.05], [0.8, 0.2], [0.1, 0.9]]) == pytest.approx(1 / 3)


def test_agreement_counts_the_asked_class():
    assert class_agreement([3, 1, 4, 1], [3, 1, 4, 2]) == 0.75


def test_agreement_needs_a_label_per_sample():
    with pytest.raises(ValueError, match=r"labels \(2,\), samples \(3,\)"):
        class_agreement([0, 1, 2], [0, 1])


def test_refuses_a_class_that_the_data_does_not_have():
    with pytest.raises(ValueError, match=r"in \[0, 3\)"):
        class_coverage([0, 3], [1, 1, 1])


def test_a_sample_is_good_within_three_deviations_of_a_mode():
    centres = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]]
    samples = [[0.2, 0.0], [10.0, 0.29], [10.31, 0.0], [5.0, 5.0]]
    assert mixture_coverage(samples, centres, deviation=0.1) == (2, 0.5)


def test_true_samples_of_a_ring_reach_all_modes_and_98_9_percent_are_good():
    random = np.random.default_rng(0)
    angles = np.arange(8) * np.pi / 4
    centres = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    samples = centres[random.integers(8, size=20_000)] + random.normal(0, 0.02, (20_000, 2))
    found = mixture_coverage(samples, centres, 0.02)
    assert found.reached == 8
    assert found.high_quality == pytest.approx(1 - np.exp(-4.5), abs=0.003)
