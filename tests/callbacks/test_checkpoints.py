"""A checkpoint file is whole, or it is known not to be."""

import errno
import zipfile

import ml_dtypes
import numpy as np
import pytest

from keras_gan.callbacks import checkpoints

ARRAYS = {"0000": np.arange(3, dtype="float32"), "0001": np.array(7, "uint32"), "callback-0-0000": np.ones((2, 2))}


@pytest.fixture
def path(tmp_path):
    path = checkpoints.path_of(tmp_path, 7)
    checkpoints.write(path, ARRAYS, {"batches": 7})
    return path


def assert_whole_or_damaged(path, content):
    path.write_bytes(content)
    try:
        arrays, facts = checkpoints.read(path)
    except checkpoints.Damaged:
        return
    assert facts["batches"] == 7 and sorted(arrays) == sorted(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)


def test_no_cut_file_is_taken_for_whole(path):
    whole = path.read_bytes()
    for length in range(len(whole)):
        assert_whole_or_damaged(path, whole[:length])


def test_no_wrong_bit_is_taken_for_a_right_one(path):
    whole = path.read_bytes()
    for place in range(len(whole)):
        wrong = whole[place] ^ (1 << place % 8)
        assert_whole_or_damaged(path, whole[:place] + bytes([wrong]) + whole[place + 1 :])


def test_zeros_in_the_place_of_lost_blocks_are_noticed(path):
    whole = path.read_bytes()
    for start in range(0, len(whole), 16):
        assert_whole_or_damaged(path, whole[:start] + bytes(16) + whole[start + 16 :])


def test_a_folder_in_its_place_is_passed_over(path):
    checkpoints.path_of(path.parent, 8).mkdir()
    with pytest.warns(UserWarning, match="batch-0000000008"):
        assert checkpoints.newest_whole(path.parent)[1]["batches"] == 7


def test_another_format_is_refused_and_not_passed_over(path, monkeypatch):
    monkeypatch.setattr(checkpoints, "FORMAT", 2)
    with pytest.raises(ValueError, match="has checkpoint format 1; this version reads 2"):
        checkpoints.newest_whole(path.parent)


def test_bfloat16_comes_back_exactly(tmp_path):
    array = np.array([1.0078125, -3e38], ml_dtypes.bfloat16)
    checkpoints.write(checkpoints.path_of(tmp_path, 0), {"0": array}, {})
    np.testing.assert_array_equal(checkpoints.newest_whole(tmp_path)[0]["0"], array.astype("float32"))


def test_a_file_that_cannot_be_read_now_is_not_called_damaged(path, monkeypatch):
    """It would be set aside, and the run begun anew."""

    def fails(*arguments, **options):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(zipfile, "ZipFile", fails)
    with pytest.raises(OSError, match="Input/output"):
        checkpoints.newest_whole(path.parent)
