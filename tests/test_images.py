import os

import numpy as np
import pytest
from PIL import Image

from keras_gan import images


class TestPixelRange:
    def test_the_ends_and_the_middle_are_where_they_belong(self):
        np.testing.assert_allclose(images.to_unit(np.array([0, 51, 255], "uint8")), [-1.0, -0.6, 1.0], atol=1e-7)
        np.testing.assert_array_equal(images.to_uint8([-1.0, -0.6, 0.0, 1.0]), [0, 51, 128, 255])

    def test_every_pixel_survives_the_round_trip(self):
        pixels = np.arange(256, dtype="uint8")
        np.testing.assert_array_equal(images.to_uint8(images.to_unit(pixels)), pixels)

    def test_floats_are_rounded_not_cut(self):
        assert images.to_uint8(99.6 / 127.5 - 1) == 100

    def test_what_lies_outside_is_clipped_and_nan_is_black(self):
        np.testing.assert_array_equal(images.to_uint8([-3, 3, np.nan, np.inf, -np.inf]), [0, 255, 0, 255, 0])

    def test_to_unit_refuses_what_is_not_uint8(self):
        with pytest.raises(ValueError, match="must be uint8.*float64"):
            images.to_unit(np.zeros(3))


class TestResize:
    def test_halving_a_constant_keeps_it(self):
        for value, dtype in ((77, "uint8"), (0.25, "float32")):
            small = images.resize(np.full((2, 8, 4, 3), value, dtype), (4, 2))
            assert small.shape == (2, 4, 2, 3) and small.dtype == dtype
            np.testing.assert_allclose(small, value, atol=1e-6)

    def test_is_antialiased(self):
        stripes = np.tile(np.array([0, 255], "uint8"), (1, 16, 8))[..., None]
        small = images.resize(stripes, (4, 4))[0, 1:-1, 1:-1]
        assert np.abs(small.astype(int) - 127).max() < 20

    def test_the_overshoot_of_the_filter_stays_in_range(self):
        edge = np.where(np.arange(16) < 8, -1.0, 1.0)[None, None, :, None] * np.ones((1, 16, 1, 1))
        large = images.resize(edge, (64, 64))
        assert large.min() == -1 and large.max() == 1 and large.dtype == "float32"

    def test_float_and_uint8_pictures_agree(self):
        pixels = np.random.default_rng(0).integers(0, 256, (1, 20, 20, 1)).astype("uint8")
        as_float = images.to_uint8(images.resize(images.to_unit(pixels), (9, 7)))
        assert np.abs(as_float.astype(int) - images.resize(pixels, (9, 7))).max() <= 1

    def test_the_centre_is_what_the_crop_keeps(self):
        row = np.arange(6, dtype="uint8").reshape(1, 1, 6, 1) * np.ones((1, 2, 1, 1), "uint8")
        np.testing.assert_array_equal(images.crop_to_aspect(row, (5, 5))[0, :, :, 0], [[2, 3], [2, 3]])
        assert images.crop_to_aspect(np.zeros((1, 30, 20, 3)), (40, 80)).shape == (1, 10, 20, 3)


class TestChannels:
    def test_grey_is_the_luminance(self):
        red = np.array([1.0, -1.0, -1.0], "float32").reshape(1, 1, 1, 3)
        np.testing.assert_allclose(images.with_channels(red, 1).item(), 0.299 - 0.701, atol=1e-6)

    def test_transparent_parts_turn_white(self):
        black = np.full((1, 1, 3, 4), -1.0, "float32")
        black[0, 0, :, 3] = [-1, 0, 1]
        np.testing.assert_allclose(images.with_channels(black, 1).ravel(), [1, 0, -1], atol=1e-6)

    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_grey_survives_a_detour(self, channels):
        grey = np.linspace(-1, 1, 12, dtype="float32").reshape(1, 3, 4, 1)
        detour = images.with_channels(grey, channels)
        assert detour.shape == (1, 3, 4, channels)
        np.testing.assert_allclose(images.with_channels(detour, 1), grey, atol=1e-6)

    def test_two_channels_cannot_become_colours(self):
        with pytest.raises(ValueError, match="Received: 2"):
            images.with_channels(np.zeros((1, 2, 2, 2)), 3)


class TestGrid:
    def test_cells_lie_in_reading_order_with_a_border_between(self):
        cells = np.arange(3, dtype="uint8").reshape(3, 1, 1, 1)
        b = images.BORDER_GREY
        np.testing.assert_array_equal(images.grid(cells, 2, 2), [[0, b, 1], [b, b, b], [2, b, b]])

    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_fifty_digits_make_five_rows_of_ten(self, channels):
        picture = images.grid(np.zeros((50, 28, 20, channels), "float32"), 5, 10)
        expected = (5 * 28 + 4, 10 * 20 + 9)
        assert picture.shape == (expected if channels == 1 else (*expected, channels)) and picture.dtype == np.uint8

    def test_floats_become_pixels(self):
        assert images.grid(np.full((1, 1, 1, 1), -0.6), 1, 1) == 51

    def test_more_images_than_cells_are_refused(self):
        with pytest.raises(ValueError, match="holds 6 images. Received: 7"):
            images.grid(np.zeros((7, 2, 2, 1)), 2, 3)

    def test_channels_first_is_refused(self):
        with pytest.raises(ValueError, match="channels last"):
            images.grid(np.zeros((4, 3, 32, 32)), 2, 2)


class TestSavePng:
    @pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4)])
    def test_a_written_picture_reads_back_equal(self, shape, tmp_path):
        picture = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
        images.save_png(picture, tmp_path / "new" / "a.png")
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "new" / "a.png")), picture.squeeze())

    def test_a_failure_leaves_the_old_file_and_no_other(self, tmp_path, monkeypatch):
        images.save_png(np.zeros((2, 2), "uint8"), tmp_path / "a.png")
        before = (tmp_path / "a.png").read_bytes()

        def half_a_file(self, path, **options):
            path.write_bytes(b"half")
            raise OSError("no space left")

        monkeypatch.setattr(Image.Image, "save", half_a_file)
        with pytest.raises(OSError, match="no space left"):
            images.save_png(np.ones((2, 2), "uint8"), tmp_path / "a.png")
        assert os.listdir(tmp_path) == ["a.png"] and (tmp_path / "a.png").read_bytes() == before

    def test_floats_are_refused(self, tmp_path):
        with pytest.raises(ValueError, match="must be uint8"):
            images.save_png(np.zeros((2, 2)), tmp_path / "a.png")
