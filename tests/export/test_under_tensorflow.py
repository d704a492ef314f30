"""What JAX and PyTorch export, TensorFlow writes; on TensorFlow these tests take the same way round."""

import importlib.util

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.export import FORMATS, load_generator, under_tensorflow
from keras_gan.recipes.image_generation import Recipe, train
from keras_gan.recipes.run_folder import RunFolder

LATENTS = np.random.default_rng(1).standard_normal((3, 6), dtype="float32")


@pytest.mark.parametrize("format", ["tf_saved_model"])
def test_a_second_process_writes_what_this_one_makes(conditional_gan, tmp_path, format):
    path, labels = tmp_path / f"model{FORMATS[format].SUFFIX}", np.arange(3, dtype="int32")
    under_tensorflow.write(conditional_gan, path, format, uint8=False)
    made = load_generator(path).make(LATENTS, labels)
    expected = conditional_gan.predict([LATENTS, labels], verbose=0)
    np.testing.assert_allclose(made, expected, atol=1e-5)
    assert list(tmp_path.iterdir()) == [path]


def test_where_tensorflow_is_not_installed_the_error_says_so_and_a_run_ends_without(gan, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install tensorflow"):
        under_tensorflow.write(gan, tmp_path / "model", "tf_saved_model", uint8=False)
    monkeypatch.setattr(kg.GAN, "export", lambda gan, path, **_: under_tensorflow.write(gan, path, "onnx", uint8=False))
    (tmp_path / "run" / "saved_model").mkdir(parents=True)  # from before a resumption
    lines, data = [], (np.zeros((20, 28, 28, 1), "float32"), None)
    train(Recipe(architecture="mlp", epochs=1, batch_size=10), RunFolder(tmp_path / "run"), data, report=lines.append)
    assert "No SavedModel. TensorFlow writes the format 'onnx'" in lines[-1]
    assert (tmp_path / "run" / "samples.png").exists() and not (tmp_path / "run" / "saved_model").exists()


def test_a_class_that_only_this_process_knows_is_named_as_the_reason(gan, tmp_path):
    class Unregistered(keras.layers.Layer):
        def call(self, x):
            return x

    generator = keras.Sequential([keras.Input((6,)), Unregistered(), gan.generator])
    with pytest.raises(ValueError, match="Unregistered.*module that can be imported"):
        under_tensorflow.write(
            kg.GAN(generator, gan.discriminator, seed=0), tmp_path / "model", "tf_saved_model", uint8=False
        )
    assert list(tmp_path.iterdir()) == []
