"""ONNX and LiteRT: pip install "keras-gan[onnx,litert]". Without these packages most of this is skipped."""

import sys

import numpy as np
import pytest

from keras_gan import images
from keras_gan.export import FORMATS

LATENTS = np.random.default_rng(1).standard_normal((3, 6), dtype="float32")
PACKAGES = {"onnx": ("tf2onnx", "onnx", "onnxruntime"), "litert": ("ai_edge_litert",)}


@pytest.fixture(params=["onnx", "litert"])
def name(request):
    """A format whose packages are there."""
    for package in PACKAGES[request.param]:
        pytest.importorskip(package)
    return request.param


def exported(gan, name, folder, **options):
    """The exported generator, run by the format's own runtime."""
    path = folder / f"generator{FORMATS[name].SUFFIX}"
    gan.export(path, format=name, **options)
    return FORMATS[name].read(path)


@pytest.mark.parametrize("name, package", [(name, each) for name in PACKAGES for each in PACKAGES[name]])
def test_a_missing_package_names_the_pip_line(gan, tmp_path, monkeypatch, name, package):
    for each in PACKAGES[name]:
        monkeypatch.setitem(sys.modules, each, sys)  # there, except for the one
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"'{package}'.*pip install 'keras-gan\[{name}\]'"):
        gan.export(tmp_path / f"generator{FORMATS[name].SUFFIX}", format=name)


def test_samples_equal_the_models_for_any_count(gan, name, tmp_path):
    make = exported(gan, name, tmp_path)
    for count in (1, 3):
        np.testing.assert_allclose(make(LATENTS[:count]), gan.predict(LATENTS[:count], verbose=0), atol=1e-5)


def test_labels_are_a_second_input(conditional_gan, name, tmp_path):
    labels = np.array([2, 0, 1], "int32")
    make = exported(conditional_gan, name, tmp_path)
    np.testing.assert_allclose(make(LATENTS, labels), conditional_gan.predict([LATENTS, labels], verbose=0), atol=1e-5)


def test_pixels_are_the_nearest(gan, name, tmp_path):
    make = exported(gan, name, tmp_path, uint8=True)
    np.testing.assert_array_equal(make(LATENTS), images.to_uint8(gan.predict(LATENTS, verbose=0)))


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "float64"])
def test_every_precision_is_exported_as_float32(gan_of_precision, name, policy, tmp_path):
    gan = gan_of_precision(policy)
    received = exported(gan, name, tmp_path)(LATENTS)
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, gan.predict(LATENTS, verbose=0), atol=5e-2)


def test_an_earlier_export_is_replaced_and_another_file_is_not(gan, name, tmp_path):
    exported(gan, name, tmp_path)
    exported(gan, name, tmp_path)
    (tmp_path / f"generator{FORMATS[name].SUFFIX}").write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        exported(gan, name, tmp_path)
