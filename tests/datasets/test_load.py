import subprocess
import sys

import numpy as np
import pytest

from keras_gan import datasets


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere", "~/nowhere", "nowhere/", "nowhere.npz", "pictures.zip"])
def test_a_path_that_does_not_exist_is_called_missing(name):
    with pytest.raises(FileNotFoundError, match="no file or folder|no file"):
        datasets.load(name)


def test_a_missing_folder_inside_one_that_exists_is_a_path(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="data/faces"):
        datasets.load("data/faces")


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("not images")
    with pytest.raises(ValueError, match="must be .npy or .npz"):
        datasets.load(tmp_path / "notes.txt")


def test_arrays_in_memory_are_sent_to_fit():
    with pytest.raises(ValueError, match="go to `fit`"):
        datasets.load(np.zeros((2, 2)))


@pytest.mark.parametrize("size", [0, -1, 2.5, (8,), (8, 0), (8, 8, 3), "32", True])
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(ValueError, match="`size` must be"):
        datasets.load("glyphs", size=size)


@pytest.mark.parametrize("channels", [0, 2, "grey"])
def test_channels_that_are_no_colours_are_refused(channels):
    with pytest.raises(ValueError, match="`channels` must be"):
        datasets.load("glyphs", channels=channels)


def test_importing_the_sources_imports_no_framework():
    # `--help` has half a second. The package's own __init__ is not this folder's affair, so it is replaced.
    program = (
        "import sys, types, importlib.machinery as m\n"
        "for name in ('keras_gan', 'keras_gan.datasets'):\n"
        "    package = types.ModuleType(name)\n"
        "    package.__path__ = [name.replace('.', '/')]\n"
        "    sys.modules[name] = package\n"
        "import keras_gan.datasets.load\n"
        "print([name for name in ('keras', 'tensorflow', 'tensorflow_datasets', 'matplotlib') if name in sys.modules])"
    )
    root = datasets.__file__.rsplit("keras_gan", 1)[0]
    result = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
