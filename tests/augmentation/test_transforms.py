"""Every transform on pictures small enough to see what happened."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import augmentation
from keras_gan.augmentation import colour, geometry


def apply(transform, images, seed=0):
    images = ops.convert_to_tensor(np.asarray(images, "float32"))
    return ops.convert_to_numpy(transform(images, keras.random.SeedGenerator(seed)))


def pictures(count=500, height=8, width=16, channels=3, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, height, width, channels)).astype("float32")


def test_brightness_adds_one_number_to_each_image():
    images = pictures()
    for transform, spread in ((colour.shift_brightness, 12**-0.5), (colour.normal_brightness, 0.2)):
        added = apply(transform, images) - images
        np.testing.assert_allclose(added.std(axis=(1, 2, 3)), 0, atol=1e-6)
        np.testing.assert_allclose(added[:, 0, 0, 0].std(), spread, rtol=0.1)


def test_saturation_keeps_the_mean_of_the_channels():
    images = pictures()
    for transform in (colour.scale_saturation, colour.lognormal_saturation):
        changed = apply(transform, images)
        np.testing.assert_allclose(changed.mean(axis=3), images.mean(axis=3), atol=1e-5)
        assert np.abs(changed - images).max() > 0.1
        grey = images[..., :1]
        np.testing.assert_allclose(apply(transform, grey), grey, atol=1e-6)


def test_contrast_stretches_about_the_mean_or_about_grey():
    images = pictures()
    factor = apply(colour.scale_contrast, images).std(axis=(1, 2, 3)) / images.std(axis=(1, 2, 3))
    assert 0.5 <= factor.min() < 0.55 and 1.45 < factor.max() <= 1.5
    changed = apply(colour.scale_contrast, images)
    np.testing.assert_allclose(changed.mean(axis=(1, 2, 3)), images.mean(axis=(1, 2, 3)), atol=1e-5)
    factor = (apply(colour.lognormal_contrast, images) / images)[:, 0, 0, 0]
    np.testing.assert_allclose(np.log2(factor).std(), 0.5, rtol=0.1)


def test_translation_moves_by_whole_pixels_and_fills_with_grey():
    images = pictures() + 3.0
    moved = apply(geometry.translate, images)
    shifts = set()
    for before, after in zip(images, moved, strict=True):
        (top, left), (bottom, right) = np.argwhere(after[..., 0]).min(0), np.argwhere(after[..., 0]).max(0)
        down, across = top - (7 - bottom), left - (15 - right)
        shifts.add((down, across))
        kept = before[max(0, -down) : 8 - max(0, down), max(0, -across) : 16 - max(0, across)]
        np.testing.assert_allclose(after[top : bottom + 1, left : right + 1], kept, atol=1e-5)
    assert shifts == {(down, across) for down in (-1, 0, 1) for across in (-2, -1, 0, 1, 2)}


def test_reflection_fills_with_what_a_mirror_at_the_edge_shows():
    ramp = np.broadcast_to(np.arange(8.0)[:, None, None], (200, 8, 8, 1))
    rows = {tuple(np.rint(each[:, 0, 0]).astype(int)) for each in apply(geometry.translate_reflected, ramp)}
    assert rows == {(0, 1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5, 6, 7, 6), (1, 0, 1, 2, 3, 4, 5, 6)}


def test_scaling_stretches_a_ramp_about_its_centre():
    ramp = np.broadcast_to(np.arange(9.0)[:, None, None] - 4, (300, 9, 9, 1))
    slope = np.diff(apply(geometry.scale, ramp)[:, 4:6, 4, 0], axis=1)[:, 0]
    np.testing.assert_allclose(np.log2(1 / slope).std(), 0.2, rtol=0.2)
    np.testing.assert_allclose(apply(geometry.scale, ramp)[:, 4, 4, 0], 0, atol=1e-5)


def test_flips_swap_left_and_right_of_half_of_the_images():
    images = pictures()
    changed = apply(geometry.flip, images)
    flipped = np.array([np.array_equal(after, before[:, ::-1]) for before, after in zip(images, changed, strict=True)])
    kept = np.array([np.array_equal(after, before) for before, after in zip(images, changed, strict=True)])
    assert (flipped ^ kept).all() and 0.4 < flipped.mean() < 0.6


def test_cutout_hides_a_square_of_half_the_sides_also_at_the_edges():
    hidden = 1 - apply(geometry.cutout, np.ones((500, 8, 16, 1)))
    sizes = hidden.sum(axis=(1, 2, 3))
    assert sizes.max() == 4 * 8 and sizes.min() == 2 * 4
    assert (hidden.max(axis=(0, 3)) == 1).all()


def test_policies_choose_the_transforms_in_order():
    chosen = augmentation.DiffAugment("translation,cutout").transforms
    assert chosen == (geometry.translate, geometry.cutout)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: augmentation.DiffAugment("colour"), "policy='colour'"),
        (lambda: augmentation.DiffAugment(probability=1.5), "probability=1.5"),
        (lambda: augmentation.ADA(target=1.0), "target=1.0"),
        (lambda: augmentation.get("diff_augment"), "Did you mean 'diffaugment'"),
    ],
)
def test_nonsense_is_refused_in_words(build, message):
    with pytest.raises(ValueError, match=message):
        build()
