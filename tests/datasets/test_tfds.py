import os
import socket
import time

import numpy as np
import pytest

from keras_gan import datasets
from keras_gan.datasets import tfds

REAL = os.environ.get("TFDS_DATA_DIR")
needs_real_data = pytest.mark.skipif(not REAL, reason="TFDS_DATA_DIR is not set")


@needs_real_data
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_real_sets_have_their_known_shape_and_balance(name):
    images, labels = datasets.load(name, split="test")
    assert images.shape == (10_000, 28, 28, 1) and images.dtype == np.float32 and labels.dtype == np.int64
    assert images.min() == -1 and images.max() == 1
    counts = {"mnist": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], "fashion_mnist": [1000] * 10}
    np.testing.assert_array_equal(np.bincount(labels), counts[name])


@needs_real_data
def test_a_slice_of_a_split_and_another_size_can_be_had():
    images, labels = datasets.load("mnist", split="train[:50]", size=(16, 20), channels=3)
    assert images.shape == (50, 16, 20, 3) and len(labels) == 50
    with pytest.raises(ValueError, match=r"\['test', 'train'\]|\['train', 'test'\]"):
        datasets.load("mnist", split="dev")


@pytest.fixture
def empty_data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    return tmp_path


class TestWithoutNetwork:
    @pytest.fixture(autouse=True)
    def no_network(self, monkeypatch):
        def unreachable(*args, **options):
            raise OSError("no network in this test")

        monkeypatch.setattr(socket, "getaddrinfo", unreachable)
        for variable in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.delenv(variable, raising=False)

    def test_an_unprepared_set_fails_soon_and_says_what_to_do(self, empty_data_dir):
        start = time.monotonic()
        with pytest.raises(ConnectionError) as caught:
            datasets.load("cifar10")
        assert time.monotonic() - start < 15
        for part in ("'cifar10'", str(empty_data_dir), "www.cs.toronto.edu", "tfds build cifar10", "TFDS_DATA_DIR"):
            assert part in str(caught.value)
        assert list(empty_data_dir.iterdir()) == []

    def test_a_failure_in_mid_download_says_the_same(self, empty_data_dir, monkeypatch):
        import tensorflow_datasets

        def fail(self, **options):
            raise RuntimeError("checksum differs")

        monkeypatch.setattr(tfds, "_why_unreachable", lambda url: None)
        monkeypatch.setattr(tensorflow_datasets.core.DatasetBuilder, "download_and_prepare", fail)
        with pytest.raises(ConnectionError, match="RuntimeError: checksum differs.*Two ways out"):
            datasets.load("cifar10")

    def test_a_missing_package_is_named_with_its_pip_line(self, empty_data_dir, monkeypatch):
        import tensorflow_datasets

        def fail(self, **options):
            raise ModuleNotFoundError("No module named 'importlib_resources'", name="importlib_resources")

        monkeypatch.setattr(tfds, "_why_unreachable", lambda url: None)
        monkeypatch.setattr(tensorflow_datasets.core.DatasetBuilder, "download_and_prepare", fail)
        with pytest.raises(ImportError, match="pip install importlib_resources"):
            datasets.load("cifar10")

    @pytest.mark.parametrize(("typo", "meant"), [("gylphs", "glyphs"), ("mnst", "mnist"), ("fashon_mnist", "fashion_")])
    def test_a_typo_is_answered_with_the_nearest_name(self, empty_data_dir, typo, meant):
        with pytest.raises(ValueError, match=f"named '{typo}'. Did you mean .*{meant}"):
            datasets.load(typo)

    @pytest.mark.parametrize("name", ["a b", "emnist/nope", "mnist:9.9.9"])
    def test_a_name_that_tfds_cannot_parse_is_refused_in_one_line(self, empty_data_dir, name):
        with pytest.raises(ValueError, match="tensorflow-datasets refuses it") as caught:
            datasets.load(name)
        assert "\n" not in str(caught.value)


def test_a_host_that_takes_the_call_and_stays_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(tfds, "PROBE_SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        start = time.monotonic()
        cause = tfds._why_unreachable(f"http://127.0.0.1:{server.getsockname()[1]}/file")
    assert cause.startswith("127.0.0.1: ") and time.monotonic() - start < 2


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Two sets on disk, as TFDS prepares them: pictures of several sizes with labels, and no pictures at all."""
    import tensorflow_datasets
    from etils import epath

    folder = tmp_path_factory.mktemp("tfds")

    class SeveralSizes(tensorflow_datasets.core.GeneratorBasedBuilder):
        VERSION = tensorflow_datasets.core.Version("1.0.0")
        pkg_dir_path = epath.Path(folder)  # where TFDS looks for a README

        def _info(self):
            features = tensorflow_datasets.features
            return self.dataset_info_from_configs(
                features=features.FeaturesDict(
                    {"image": features.Image(shape=(None, None, 3)), "label": features.ClassLabel(num_classes=3)}
                )
            )

        def _split_generators(self, manager):
            return {"train": self._generate_examples()}

        def _generate_examples(self):
            for index, size in enumerate([(8, 8), (4, 16), (20, 10)]):
                yield index, {"image": np.full((*size, 3), 51 * index, "uint8"), "label": index}

    class NoPictures(SeveralSizes):
        def _info(self):
            features = tensorflow_datasets.features
            return self.dataset_info_from_configs(features=features.FeaturesDict({"text": features.Text()}))

        def _generate_examples(self):
            yield 0, {"text": "a line"}

    for builder in (SeveralSizes, NoPictures):
        builder(data_dir=folder).download_and_prepare()
    return folder


class TestPreparedSets:
    @pytest.fixture(autouse=True)
    def data_dir(self, prepared, monkeypatch):
        monkeypatch.setenv("TFDS_DATA_DIR", str(prepared))

    def test_pictures_of_several_sizes_are_made_equal(self):
        images, labels = datasets.load("several_sizes", size=4)
        assert images.shape == (3, 4, 4, 3) and sorted(labels) == [0, 1, 2]
        np.testing.assert_allclose(images[:, 0, 0, 0], 51 * labels / 127.5 - 1, atol=1e-6)

    def test_without_a_size_they_are_refused(self):
        with pytest.raises(ValueError, match="differ in size. Pass size="):
            datasets.load("several_sizes")

    def test_a_set_without_pictures_is_refused(self):
        with pytest.raises(ValueError, match=r"one image per example.*\['text'\]"):
            datasets.load("no_pictures")

    def test_a_split_that_is_not_there_is_refused_with_those_that_are(self):
        with pytest.raises(ValueError, match=r"splits \['train'\]. Received: split='test'"):
            datasets.load("several_sizes", split="test", size=4)
