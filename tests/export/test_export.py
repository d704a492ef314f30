import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.export import export, keras_file, parity, saved_model


@pytest.fixture
def broken(monkeypatch):
    """Every SavedModel makes samples that are wrong by twice what is allowed."""
    read = saved_model.read

    def read_wrong(path):
        make = read(path)

        def wrong(*inputs):
            return make(*inputs) + 2e-5

        wrong.loaded = make.loaded
        return wrong

    monkeypatch.setattr(saved_model, "read", read_wrong)


def test_an_export_that_makes_other_samples_is_refused_and_leaves_nothing(gan, broken, tmp_path):
    with pytest.raises(RuntimeError, match="exported samples must equal the model's to 1.0e-05.*2.0e-05"):
        gan.export(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_keeps_the_one_before_it(gan, tmp_path, monkeypatch):
    gan.export(tmp_path / "model")
    before = saved_model.read(tmp_path / "model")(np.ones((2, 6), "float32"))
    gan.generator.set_weights([weight + 0.5 for weight in gan.generator.get_weights()])

    monkeypatch.setattr(saved_model, "scores", lambda gan, images: np.nan * images)  # what `discriminate` should say
    with pytest.raises(RuntimeError, match="`discriminate`"):
        gan.export(tmp_path / "model")

    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    np.testing.assert_array_equal(saved_model.read(tmp_path / "model")(np.ones((2, 6), "float32")), before)


def test_a_generator_that_draws_noise_at_inference_is_refused(gan, tmp_path):
    class Noisy(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.seed_generator = keras.random.SeedGenerator(0)

        def call(self, x):
            return x + keras.random.normal(keras.ops.shape(x), seed=self.seed_generator)

    generator = keras.Sequential([keras.Input((6,)), Noisy(), gan.generator])
    with pytest.raises(RuntimeError, match="draws noise at inference"):
        kg.GAN(generator, gan.discriminator, seed=0).export(tmp_path / "model")


def test_a_diverged_generator_is_refused(gan, tmp_path):
    gan.generator.set_weights([weight * np.nan for weight in gan.generator.get_weights()])
    with pytest.raises(ValueError, match="has diverged"):
        gan.export(tmp_path / "model")


@pytest.mark.parametrize("policy, tolerance", [("float32", 1e-5), ("mixed_float16", 1e-2), ("mixed_bfloat16", 5e-2)])
def test_half_precision_is_given_room_for_its_rounding(gan_of_precision, policy, tolerance):
    gan, expected = gan_of_precision(policy), np.zeros(3)
    parity.compare_samples("samples", expected + 0.9 * tolerance, expected, gan, uint8=False)
    with pytest.raises(RuntimeError):
        parity.compare_samples("samples", expected + 1.1 * tolerance, expected, gan, uint8=False)


def test_pixels_may_differ_by_rounding_alone(gan):
    parity.compare_samples("samples", np.array([127.0, 255.0]), np.array([0.0, 1.0]), gan, uint8=True)
    with pytest.raises(RuntimeError):
        parity.compare_samples("samples", np.array([126.0, 255.0]), np.array([0.0, 1.0]), gan, uint8=True)


def test_nan_and_a_wrong_shape_are_differences():
    for received in (np.array([np.nan]), np.zeros((1, 1))):
        with pytest.raises(RuntimeError):
            parity.compare("samples", received, np.zeros(1), tolerance=1.0)


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("model", {"format": "tflite"}, "must be one of 'tf_saved_model', 'keras', 'onnx', 'litert'"),
        ("model.bin", {"format": "onnx"}, r"named \*.onnx"),
        ("model.onnx", {}, "Pass format='onnx'"),
        ("model.keras", {"format": "keras", "uint8": True}, "samples are floats"),
    ],
)
def test_a_wrong_format_suffix_or_option_is_refused(gan, tmp_path, name, options, message):
    with pytest.raises(ValueError, match=message):
        gan.export(tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_the_keras_file_holds_the_bare_generator_for_plain_keras(gan, tmp_path):
    gan.export(tmp_path / "generator.keras", format="keras")
    generator = keras.saving.load_model(tmp_path / "generator.keras")
    assert type(generator) is keras.Sequential and len(generator.weights) == 4
    np.testing.assert_array_equal(generator(np.ones((2, 6))), gan.generator(np.ones((2, 6))))


def test_a_generator_that_keras_cannot_load_again_is_not_kept(gan, tmp_path):
    class Unregistered(keras.layers.Layer):
        def call(self, x):
            return x

    generator = keras.Sequential([keras.Input((6,)), Unregistered(), gan.generator])
    with pytest.raises(ValueError, match="register_keras_serializable"):
        kg.GAN(generator, gan.discriminator, seed=0).export(tmp_path / "generator.keras", format="keras")
    assert list(tmp_path.iterdir()) == []


def test_it_says_where_the_export_went_if_asked(gan, tmp_path, capsys):
    export(gan, tmp_path / "generator.keras", format="keras", verbose=True)
    assert "generator.keras" in capsys.readouterr().out
    assert keras_file.read(tmp_path / "generator.keras")(np.ones((2, 6))).shape == (2, 8, 8, 1)
