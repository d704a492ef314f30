import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from keras_gan import images
from keras_gan.export import saved_model

LATENTS = np.random.default_rng(1).standard_normal((3, 6), dtype="float32")

# What a stranger does who has TensorFlow and nothing else.
STRANGER = """
import sys
sys.modules["keras_gan"] = sys.modules["keras"] = None
import numpy as np, tensorflow as tf
loaded = tf.saved_model.load(sys.argv[1])
call = loaded.signatures
latents, labels = np.load(sys.argv[2]), np.array([0, 1, 2], "int32")
served = call["serving_default"](latents=tf.constant(latents), labels=tf.constant(labels))["output_0"]
made = call["generate"](labels=tf.constant(labels), seed=tf.constant(5))["output_0"]
logits = call["discriminate"](images=served, labels=tf.constant(labels))["output_0"]
np.testing.assert_array_equal(loaded.serve(latents, labels), served)
np.testing.assert_array_equal(loaded.generate(labels, 5), made)
np.testing.assert_array_equal(loaded.discriminate(served, labels), logits)
np.savez(sys.argv[3], served=served, made=made, logits=logits)
"""


def test_a_process_without_keras_and_keras_gan_runs_every_signature(conditional_gan, tmp_path):
    labels = np.arange(3, dtype="int32")
    conditional_gan.export(tmp_path / "model")
    np.save(tmp_path / "latents.npy", LATENTS)
    paths = [str(tmp_path / name) for name in ("model", "latents.npy", "out.npz")]

    subprocess.run([sys.executable, "-c", STRANGER, *paths], check=True)

    with np.load(tmp_path / "out.npz") as out:
        expected = conditional_gan.predict([LATENTS, labels], verbose=0)
        np.testing.assert_allclose(out["served"], expected, atol=1e-5)
        logits = conditional_gan.discriminator([expected, labels])
        np.testing.assert_allclose(out["logits"], logits, atol=1e-5)
        assert out["made"].shape == (3, 16, 16, 1)


@pytest.fixture
def exported(gan, tmp_path):
    """What TensorFlow makes of the exported `gan`."""
    gan.export(tmp_path / "model")
    return tf.saved_model.load(str(tmp_path / "model"))


def test_saved_model_cli_runs_a_signature(exported, tmp_path):
    command = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", "run", "--dir", str(tmp_path / "model")]
    command += ["--tag_set", "serve", "--signature_def", "generate", "--input_exprs", "n=2;seed=0"]
    subprocess.run([*command, "--outdir", str(tmp_path)], check=True, capture_output=True)
    np.testing.assert_allclose(np.load(tmp_path / "output_0.npy"), exported.generate(2, 0), atol=1e-6)


def test_one_seed_makes_the_same_samples_and_another_makes_others(exported):
    generate = exported.generate
    np.testing.assert_array_equal(generate(5, 1), generate(5, 1))
    np.testing.assert_allclose(
        generate(5, 1)[:2], generate(2, 1), atol=1e-5
    )  # a product's rounding depends on its rows
    assert np.abs(generate(5, 1) - generate(5, 2)).max() > 0.01
    assert np.abs(generate(5, 1)[0] - generate(5, 1)[1]).max() > 0.01


def test_count_and_seed_may_be_integers_of_any_kind(exported):
    expected = exported.generate(1, 3)
    for kind in (np.int32, np.int64, tf.constant, lambda x: tf.constant(x, "int64")):
        np.testing.assert_allclose(exported.generate(kind(1), kind(3)), expected, atol=1e-6)
    assert exported.generate(1, 2**40).shape == exported.generate(1, -1).shape == (1, 8, 8, 1)


def test_generate_feeds_standard_normal_latents(tmp_path):
    generator = keras.Sequential([keras.Input((6,)), keras.layers.Identity()])
    discriminator = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    kg.GAN(generator, discriminator, seed=0).export(tmp_path / "model")
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    latents = loaded.generate(4000, 0).numpy()
    np.testing.assert_allclose([latents.mean(), latents.std()], [0, 1], atol=0.03)


def test_uint8_samples_are_the_nearest_pixels(gan, tmp_path):
    gan.export(tmp_path / "model", uint8=True)
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    received = loaded.serve(LATENTS).numpy()
    assert received.dtype == np.uint8 and loaded.generate(2, 0).dtype == tf.uint8
    np.testing.assert_array_equal(received, images.to_uint8(gan.predict(LATENTS, verbose=0)))


def test_discriminate_returns_logits_even_of_a_sigmoid(gan, tmp_path):
    probability = keras.Sequential([gan.discriminator, keras.layers.Activation("sigmoid")])
    kg.GAN(gan.generator, probability, seed=0).export(tmp_path / "model")
    pictures = gan.predict(LATENTS, verbose=0)
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    np.testing.assert_allclose(loaded.discriminate(pictures), gan.discriminator(pictures), atol=1e-4)


def test_the_averaged_generator_is_the_one_exported_after_fit(players, images, tmp_path):
    gan = kg.GAN(*players, seed=0, ema_half_life_images=1e6)
    gan.compile()
    gan.fit(images, batch_size=16, verbose=0)
    gan.averaged_generator.set_weights([weight + 0.1 for weight in gan.averaged_generator.get_weights()])
    gan.export(tmp_path / "model")
    served = saved_model.read(tmp_path / "model")(LATENTS)
    np.testing.assert_allclose(served, gan.averaged_generator(LATENTS), atol=1e-5)
    assert np.abs(served - gan.generator(LATENTS)).max() > 0.01


def test_a_loaded_gan_exports_what_the_saved_one_does(gan, exported, tmp_path):
    gan.save(tmp_path / "gan.keras")
    keras.saving.load_model(tmp_path / "gan.keras").export(tmp_path / "again")
    np.testing.assert_array_equal(saved_model.read(tmp_path / "again")(LATENTS), exported.serve(LATENTS))


@pytest.mark.parametrize("policy", ["mixed_float16", "float64"])
def test_samples_and_logits_are_float32_in_every_precision(policy, gan_of_precision, tmp_path):
    gan_of_precision(policy).export(tmp_path / "model")
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    samples = loaded.serve(LATENTS)
    assert samples.dtype == loaded.discriminate(samples).dtype == tf.float32


def test_a_subclassed_generator_without_a_declared_input_exports(gan, tmp_path):
    class Undeclared(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = keras.layers.Dense(64, "tanh")

        def call(self, latents):
            return keras.ops.reshape(self.inner(latents), (-1, 8, 8, 1))

    generator = Undeclared()
    kg.GAN(generator, gan.discriminator, seed=0, latent_dim=6).export(tmp_path / "model")
    np.testing.assert_allclose(saved_model.read(tmp_path / "model")(LATENTS), generator(LATENTS), atol=1e-5)
