"""What JAX and PyTorch export, TensorFlow writes; on TensorFlow these tests take the same way round."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.export import FORMATS, load_generator, under_tensorflow

LATENTS = np.random.default_rng(1).standard_normal((3, 6), dtype="float32")


@pytest.mark.parametrize("format", ["tf_saved_model"])
def test_a_second_process_writes_what_this_one_makes(conditional_gan, tmp_path, format):
    path, labels = tmp_path / f"model{FORMATS[format].SUFFIX}", np.arange(3, dtype="int32")
    under_tensorflow.write(conditional_gan, path, format, uint8=False)
    made = load_generator(path).make(LATENTS, labels)
    expected = conditional_gan.predict([LATENTS, labels], verbose=0)
    np.testing.assert_allclose(made, expected, atol=1e-5)
    assert list(tmp_path.iterdir()) == [path]


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
