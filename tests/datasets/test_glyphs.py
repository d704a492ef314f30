import os

import numpy as np
import pytest

from keras_gan import datasets
from keras_gan.datasets import glyphs


@pytest.fixture(scope="module")
def drawn():
    return glyphs.draw(500, [0, 0])


class TestDrawing:
    def test_pictures_are_uint8_of_28_by_28(self, drawn):
        pixels, labels = drawn
        assert pixels.shape == (500, 28, 28, 1) and pixels.dtype == np.uint8
        assert labels.shape == (500,) and labels.dtype == np.int64

    def test_every_digit_is_equally_frequent(self, drawn):
        np.testing.assert_array_equal(np.bincount(drawn[1]), [50] * 10)

    def test_the_same_seed_draws_the_same_pictures(self, drawn):
        again = glyphs.draw(500, [0, 0])
        np.testing.assert_array_equal(again[0], drawn[0])
        np.testing.assert_array_equal(again[1], drawn[1])

    def test_another_seed_draws_others(self, drawn):
        other = glyphs.draw(500, [1, 0])[0]
        assert not {picture.tobytes() for picture in other} & {picture.tobytes() for picture in drawn[0]}

    def test_ink_is_full_in_its_core_and_absent_at_the_border(self, drawn):
        pixels = drawn[0][..., 0]
        assert (pixels.max(axis=(1, 2)) == 255).all()
        border = np.concatenate([pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], axis=1)
        assert border.max() < 30

    def test_ink_covers_about_as_much_as_in_mnist(self, drawn):
        assert 0.1 < drawn[0].mean() / 255 < 0.2  # MNIST: 0.131

    def test_a_nearest_neighbour_reads_most_digits(self, drawn):
        # Legible, and not all alike: a plain distance in pixels is neither at chance (0.1) nor perfect.
        pixels, labels = drawn[0].reshape(500, -1) / 255.0, drawn[1]
        distance = ((pixels[:400, None] - pixels[None, 400:]) ** 2).sum(axis=-1)
        assert 0.6 < (labels[:400][distance.argmin(axis=0)] == labels[400:]).mean() < 1

    def test_at_least_twenty_faces_take_part_and_no_two_are_alike(self, templates):
        templates, extents = templates
        per_face = glyphs.STROKES * len(glyphs.BLURS)
        assert len(glyphs.FACES) >= 20 and extents.shape == (10, per_face * len(glyphs.FACES), 2)
        fives = {templates[5][index].tobytes() for index in range(0, len(templates[5]), per_face)}
        assert len(fives) == len(glyphs.FACES)


class TestLoading:
    def test_there_are_sixty_thousand_and_ten_thousand(self):
        images, labels = datasets.load("glyphs")
        assert images.shape == (60_000, 28, 28, 1) and images.dtype == np.float32
        assert images.min() == -1 and images.max() == 1
        np.testing.assert_array_equal(np.bincount(labels), [6000] * 10)
        assert datasets.load("glyphs", split="test")[0].shape == (10_000, 28, 28, 1)

    def test_test_pictures_are_not_training_pictures(self, few):
        train, test = glyphs.load("train")[0], glyphs.load("test")[0]
        assert not {picture.tobytes() for picture in train} & {picture.tobytes() for picture in test}

    def test_size_and_channels_apply_to_them_too(self, few):
        images, _ = datasets.load("glyphs", size=32, channels=3)
        assert images.shape == (100, 32, 32, 3) and images.min() == -1 and images.max() <= 1

    def test_another_split_is_refused(self):
        with pytest.raises(ValueError, match='"train" and "test". Received: split=\'valid\''):
            datasets.load("glyphs", split="valid")


class TestCache:
    def test_the_second_load_reads_the_file(self, few, own_cache, monkeypatch):
        first = glyphs.load()
        assert len(os.listdir(own_cache)) == 1
        monkeypatch.setattr(glyphs, "draw", None)
        for one, other in zip(first, glyphs.load(), strict=True):
            np.testing.assert_array_equal(one, other)

    def test_another_seed_has_its_own_file(self, few, own_cache):
        assert not np.array_equal(glyphs.load(seed=0)[0], glyphs.load(seed=1)[0])
        assert len(os.listdir(own_cache)) == 2

    @pytest.mark.parametrize("damage", ["truncated", "emptied", "one byte", "other arrays"])
    def test_a_damaged_file_is_made_anew(self, few, own_cache, damage):
        first = glyphs.load()[0]
        (path,) = own_cache.iterdir()
        content = path.read_bytes()
        if damage == "truncated":
            path.write_bytes(content[: len(content) // 2])
        elif damage == "emptied":
            path.write_bytes(b"")
        elif damage == "one byte":
            path.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
        else:  # intact as a file: only the checksum tells
            np.savez(path, first[::-1], np.zeros(100, "int64"), checksum="0" * 64)
        with pytest.warns(UserWarning, match="damaged"):
            again = glyphs.load()[0]
        np.testing.assert_array_equal(again, first)
        assert path.read_bytes()[:4] == content[:4] and len(path.read_bytes()) == len(content)

    def test_a_pickle_in_the_file_is_not_run(self, few, own_cache, tmp_path):
        glyphs.load()
        (path,) = own_cache.iterdir()
        np.savez(path, np.array([MakesAFile(tmp_path / "run")], dtype=object), checksum="0" * 64)
        with pytest.warns(UserWarning, match="damaged"):
            glyphs.load()
        assert not (tmp_path / "run").exists()

    def test_a_folder_that_cannot_be_written_costs_only_the_caching(self, few, own_cache):
        own_cache.write_bytes(b"a file where the folder should be")
        with pytest.warns(UserWarning, match="Set KERAS_GAN_CACHE"):
            images, _ = glyphs.load()
        assert images.shape == (100, 28, 28, 1)


class MakesAFile:
    """Does so when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.fixture(scope="module")
def templates():
    return glyphs._templates()


@pytest.fixture
def few(templates, monkeypatch):
    """200 glyphs instead of 70,000, from templates that were drawn once."""
    monkeypatch.setattr(glyphs, "COUNTS", {"train": 100, "test": 100})
    monkeypatch.setattr(glyphs, "_templates", lambda: templates)
