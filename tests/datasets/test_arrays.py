import numpy as np
import pytest

from keras_gan import datasets

PIXELS = np.array([0, 51, 255, 102], "uint8").reshape(1, 2, 2)
UNIT = [-1.0, -0.6, 1.0, -0.2]


def saved(tmp_path, *array, **arrays):
    path = tmp_path / ("images.npz" if arrays else "images.npy")
    (np.savez if arrays else np.save)(path, *array, **arrays)
    return path


@pytest.mark.parametrize("dtype", ["uint8", "int64", "uint16"])
def test_pixels_are_scaled_and_grey_gets_a_channel(tmp_path, dtype):
    images, labels = datasets.load(saved(tmp_path, PIXELS.astype(dtype)))
    assert images.shape == (1, 2, 2, 1) and images.dtype == np.float32 and labels is None
    np.testing.assert_allclose(images.ravel(), UNIT, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_in_range_are_taken_as_they_are(tmp_path, dtype):
    images, _ = datasets.load(str(saved(tmp_path, np.array([-1, 0, 0.5, 1], dtype).reshape(1, 2, 2, 1))))
    assert images.dtype == np.float32
    np.testing.assert_array_equal(images.ravel(), [-1, 0, 0.5, 1])


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((1, 2, 2), 1.5), r"from 1.5 to 1.5"),
        (np.array([[[0.0, 255.0]]]), r"from 0.0 to 255.0.*x / 127.5 - 1"),
        (np.full((1, 2, 2), np.nan), "from nan to nan"),
        (np.full((1, 2, 2), np.inf), "inf"),
        (np.full((1, 2, 2), 256), "from 256 to 256"),
        (np.full((1, 2, 2), -1), "from -1 to -1"),
        (np.zeros((1, 2, 2), bool), "dtype bool"),
        (np.zeros((2, 2), "uint8"), r"shape \(2, 2\)"),
        (np.zeros((0, 2, 2), "uint8"), r"shape \(0, 2, 2, 1\)"),
        (np.zeros((4, 3, 32, 32), "uint8"), "channels last"),
    ],
)
def test_what_is_not_images_is_refused_with_what_was_found(tmp_path, array, message):
    with pytest.raises(ValueError, match=message):
        datasets.load(saved(tmp_path, array))


@pytest.mark.parametrize("keys", [("images", "labels"), ("x", "y"), ("x_train", "y_train")])
def test_images_and_labels_are_found_by_their_usual_keys(tmp_path, keys):
    path = saved(tmp_path, **{keys[0]: PIXELS, keys[1]: np.array([[7]], "uint8")})
    images, labels = datasets.load(path)
    np.testing.assert_allclose(images.ravel(), UNIT, atol=1e-6)
    assert labels.tolist() == [7] and labels.dtype == np.int64


def test_the_split_chooses_the_pair(tmp_path):
    path = saved(tmp_path, x_train=PIXELS, x_test=PIXELS[:, :1], y_test=np.array([3]))
    assert datasets.load(path)[1] is None
    images, labels = datasets.load(path, split="test")
    assert images.shape == (1, 1, 2, 1) and labels.tolist() == [3]


@pytest.mark.parametrize("arrays", [{}, {"x": PIXELS}])
def test_a_split_that_is_not_there_is_refused(tmp_path, arrays):
    path = saved(tmp_path, **arrays) if arrays else saved(tmp_path, PIXELS)
    with pytest.raises(ValueError, match="only split=\"train\" is there. Received: split='test'"):
        datasets.load(path, split="test")


def test_other_keys_are_named(tmp_path):
    with pytest.raises(ValueError, match="Received the keys: data, more"):
        datasets.load(saved(tmp_path, more=PIXELS, data=PIXELS))


@pytest.mark.parametrize("labels", [np.zeros(2, int), np.zeros(1), np.eye(10, dtype=int)[:1]])
def test_labels_that_are_not_one_class_each_are_refused(tmp_path, labels):
    with pytest.raises(ValueError, match=r"integers of shape \(1,\)"):
        datasets.load(saved(tmp_path, images=PIXELS, labels=labels))


@pytest.mark.parametrize("kind", ["objects", "objects in npz", "text", "truncated"])
def test_pickles_and_damaged_files_are_refused(tmp_path, kind):
    objects = np.array([{}, PIXELS], dtype=object)
    path = saved(tmp_path, images=objects) if kind == "objects in npz" else saved(tmp_path, PIXELS)
    if kind == "objects":
        np.save(path, objects, allow_pickle=True)
    elif kind == "text":
        path.write_text("hello")
    elif kind == "truncated":
        path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ValueError, match="cannot be read as plain NumPy arrays"):
        datasets.load(path)


def test_size_crops_the_centre_then_resizes(tmp_path):
    wide = np.zeros((1, 4, 8, 3), "uint8")
    wide[:, :, 2:6] = 255
    images, _ = datasets.load(saved(tmp_path, wide), size=2, channels=1)
    np.testing.assert_allclose(images, np.ones((1, 2, 2, 1)), atol=1e-6)
