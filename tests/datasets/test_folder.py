import warnings

import numpy as np
import pytest
from PIL import Image

from keras_gan import datasets


def save(path, colour, size=(4, 4), mode="RGB", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **options)


def pixel(images, index=0):
    """The top left pixel of one image, as 0..255."""
    return np.rint((images[index, 0, 0] + 1) * 127.5).astype(int).tolist()


class TestPictures:
    def test_grey_stays_grey_and_one_colour_picture_makes_all_rgb(self, tmp_path):
        save(tmp_path / "a.png", 51, mode="L")
        images, labels = datasets.load(tmp_path)
        assert images.shape == (1, 4, 4, 1) and images.dtype == np.float32 and labels is None
        np.testing.assert_allclose(images, -0.6, atol=1e-6)
        save(tmp_path / "b.png", (255, 0, 51))
        images, _ = datasets.load(str(tmp_path))
        assert images.shape == (2, 4, 4, 3) and pixel(images, 0) == [51] * 3 and pixel(images, 1) == [255, 0, 51]

    @pytest.mark.parametrize("suffix", ["png", "jpg", "JPEG", "bmp", "webp", "gif"])
    def test_every_format_is_read(self, tmp_path, suffix):
        save(tmp_path / f"a.{suffix}", (200, 200, 200))
        assert np.abs(np.array(pixel(datasets.load(tmp_path, channels=3)[0])) - 200).max() <= 2

    def test_sixteen_bits_are_scaled_not_clipped(self, tmp_path):
        Image.fromarray(np.full((4, 4), 51 * 257, "uint16")).save(tmp_path / "a.png")
        images, _ = datasets.load(tmp_path)
        assert images.shape == (1, 4, 4, 1) and pixel(images) == [51]

    def test_one_bit_is_black_and_white(self, tmp_path):
        save(tmp_path / "a.png", 1, mode="1")
        assert pixel(datasets.load(tmp_path)[0]) == [255]

    @pytest.mark.parametrize(("colour", "expected"), [((9, 99, 200), [9, 99, 200]), ((70, 70, 70), [70])])
    def test_a_palette_gives_its_colours(self, tmp_path, colour, expected):
        Image.new("RGB", (4, 4), colour).quantize(2).save(tmp_path / "a.png")
        assert pixel(datasets.load(tmp_path)[0]) == expected

    def test_a_transparent_palette_colour_is_white(self, tmp_path):
        Image.new("RGB", (4, 4), (9, 99, 200)).quantize(2).save(tmp_path / "a.png", transparency=0)
        assert pixel(datasets.load(tmp_path, channels=3)[0]) == [255] * 3

    def test_alpha_is_laid_over_white_unless_it_is_asked_for(self, tmp_path):
        save(tmp_path / "a.png", (0, 255, 0, 0), mode="RGBA")
        save(tmp_path / "b.png", (0, 255, 0, 255), mode="RGBA")
        images, _ = datasets.load(tmp_path)
        assert images.shape[-1] == 3 and pixel(images, 0) == [255] * 3 and pixel(images, 1) == [0, 255, 0]
        assert pixel(datasets.load(tmp_path, channels=4)[0], 1) == [0, 255, 0, 255]
        save(tmp_path / "grey" / "a.png", (0, 0), mode="LA")
        assert pixel(datasets.load(tmp_path / "grey")[0]) == [255]

    def test_a_photograph_held_upright_stands_upright(self, tmp_path):
        picture, exif = Image.new("L", (8, 4)), Image.Exif()
        exif[0x0112] = 6  # turn by 90 degrees
        picture.save(tmp_path / "a.jpg", exif=exif)
        assert datasets.load(tmp_path)[0].shape == (1, 8, 4, 1)

    def test_cmyk_becomes_rgb(self, tmp_path):
        save(tmp_path / "a.jpg", (0, 0, 0, 0), mode="CMYK")
        images, _ = datasets.load(tmp_path)
        assert images.shape[-1] == 3 and min(pixel(images)) > 250


class TestSize:
    def test_several_sizes_need_one_named(self, tmp_path):
        save(tmp_path / "a.png", 0, (4, 4), "L")
        save(tmp_path / "b.png", 0, (6, 4), "L")
        with pytest.raises(ValueError, match=r"\(4, 4\) \(a.png\) and \(4, 6\) \(b.png\). Pass size="):
            datasets.load(tmp_path)
        assert datasets.load(tmp_path, size=8)[0].shape == (2, 8, 8, 1)

    def test_the_centre_is_cut_to_the_proportions_then_resized(self, tmp_path):
        wide = np.zeros((8, 32), "uint8")
        wide[:, 8:24] = 255  # the middle half: what a picture twice as wide as high keeps
        Image.fromarray(wide).save(tmp_path / "a.png")
        images, _ = datasets.load(tmp_path, size=(4, 8))
        np.testing.assert_array_equal(images, np.ones((1, 4, 8, 1)))


class TestClasses:
    def test_subfolders_are_numbered_by_name_and_deeper_ones_belong_to_them(self, tmp_path):
        save(tmp_path / "dog" / "a.png", 3, mode="L")
        save(tmp_path / "cat" / "b.png", 1, mode="L")
        save(tmp_path / "cat" / "young" / "c.png", 2, mode="L")
        (tmp_path / "ant").mkdir()  # no pictures: no class
        save(tmp_path / ".hidden" / "d.png", 9, mode="L")
        images, labels = datasets.load(tmp_path)
        assert [pixel(images, index) for index in range(3)] == [[1], [2], [3]]
        assert labels.tolist() == [0, 0, 1] and labels.dtype == np.int64

    def test_pictures_beside_the_classes_cost_the_labels_and_warn(self, tmp_path):
        save(tmp_path / "a.png", 0, mode="L")
        save(tmp_path / "cat" / "b.png", 0, mode="L")
        with pytest.warns(UserWarning, match="a.png: no labels"):
            images, labels = datasets.load(tmp_path)
        assert len(images) == 2 and labels is None

    def test_splits_are_subfolders_and_share_their_class_numbers(self, tmp_path):
        for path in ("train/ant/a.png", "train/bee/a.png", "test/bee/a.png"):
            save(tmp_path / path, 0, mode="L")
        assert datasets.load(tmp_path)[1].tolist() == [0, 1]
        assert datasets.load(tmp_path, split="test")[1].tolist() == [1]
        with pytest.raises(ValueError, match=r"splits \['test', 'train'\]. Received: split='val'"):
            datasets.load(tmp_path, split="val")

    def test_a_class_may_be_called_train(self, tmp_path):
        for name in ("bus", "train"):
            save(tmp_path / name / "a.png", 0, mode="L")
        assert datasets.load(tmp_path)[1].tolist() == [0, 1]

    def test_a_folder_without_splits_has_only_train(self, tmp_path):
        save(tmp_path / "a.png", 0, mode="L")
        with pytest.raises(ValueError, match="no splits, so only \"train\". Received: split='test'"):
            datasets.load(tmp_path, split="test")


class TestBrokenFiles:
    def test_a_broken_file_is_skipped_with_its_label_and_named(self, tmp_path):
        save(tmp_path / "a" / "good.png", 7, mode="L")
        save(tmp_path / "b" / "good.png", 8, mode="L")
        (tmp_path / "a" / "broken.jpg").write_bytes(b"not a picture")
        save(tmp_path / "b" / "cut.png", 0, (64, 64), "L")
        (tmp_path / "b" / "cut.png").write_bytes((tmp_path / "b" / "cut.png").read_bytes()[:60])
        with pytest.warns(UserWarning) as caught:
            images, labels = datasets.load(tmp_path)
        assert labels.tolist() == [0, 1] and pixel(images, 1) == [8]
        assert sorted(str(w.message).split(",")[0].rsplit("/")[-1] for w in caught) == ["broken.jpg", "cut.png"]

    def test_only_broken_files_are_an_error(self, tmp_path):
        (tmp_path / "broken.jpg").write_bytes(b"not a picture")
        with pytest.warns(UserWarning), pytest.raises(ValueError, match="None of the 1 pictures"):
            datasets.load(tmp_path)

    def test_an_empty_folder_is_an_error(self, tmp_path):
        (tmp_path / "notes.txt").write_text("nothing to see")
        with pytest.raises(ValueError, match="must hold .png.*which has none"):
            datasets.load(tmp_path)

    def test_a_good_folder_warns_of_nothing(self, tmp_path):
        save(tmp_path / "a.png", 0, mode="L")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            datasets.load(tmp_path)
