import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan import images
from keras_gan.export import load_generator

LATENTS = np.random.default_rng(1).standard_normal((3, 6), dtype="float32")


@pytest.fixture(params=["saved_model", "exported.keras", "gan.keras", "generator.keras"])
def kind(request):
    return request.param


def written(gan, kind, folder):
    """The path of a file of that kind, written from the GAN."""
    if kind == "gan.keras":
        gan.save(folder / kind)
    elif kind == "generator.keras":
        gan.generator.save(folder / kind)
    else:
        gan.export(folder / kind, format="keras" if kind.endswith("keras") else "tf_saved_model")
    return folder / kind


def test_every_kind_of_file_makes_what_the_gan_makes(gan, kind, tmp_path):
    make, latent_shape, num_classes = load_generator(written(gan, kind, tmp_path))
    assert (latent_shape, num_classes) == ((6,), None)
    assert make(LATENTS).dtype == np.float32
    np.testing.assert_allclose(make(LATENTS), gan.predict(LATENTS, verbose=0), atol=1e-5)


def test_every_kind_of_file_knows_its_classes(conditional_gan, kind, tmp_path):
    loaded = load_generator(written(conditional_gan, kind, tmp_path))
    assert (loaded.latent_shape, loaded.num_classes) == ((6,), 3)
    labels = np.array([2, 0, 1])
    expected = conditional_gan.predict([LATENTS, labels.astype("int32")], verbose=0)
    np.testing.assert_allclose(loaded.make(LATENTS, labels), expected, atol=1e-5)


def test_pixels_become_floats_again(gan, tmp_path):
    gan.export(tmp_path / "model", uint8=True)
    pixels = images.to_uint8(gan.predict(LATENTS, verbose=0))
    np.testing.assert_array_equal(load_generator(tmp_path / "model").make(LATENTS), images.to_unit(pixels))


def test_many_samples_are_made_a_batch_at_a_time(gan, tmp_path):
    gan.export(tmp_path / "model")
    latents = np.random.default_rng(0).standard_normal((601, 6), dtype="float32")
    np.testing.assert_allclose(
        load_generator(tmp_path / "model").make(latents), gan.predict(latents, verbose=0), atol=1e-5
    )


def test_wrong_latents_and_labels_are_refused(gan, tmp_path):
    make = load_generator(written(gan, "generator.keras", tmp_path)).make
    with pytest.raises(ValueError, match=r"Expected latents .*6.* Received: \(3, 7\)"):
        make(np.zeros((3, 7)))
    with pytest.raises(ValueError, match="Labels belong to a generator with classes"):
        make(LATENTS, [0, 1, 2])


def test_a_saved_model_written_by_keras_itself_is_read(gan, tmp_path):
    gan.generator.export(tmp_path / "model", verbose=False)
    loaded = load_generator(tmp_path / "model")
    np.testing.assert_allclose(loaded.make(LATENTS), gan.generator(LATENTS), atol=1e-5)


def test_what_is_no_generator_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "saved_model.pb").write_bytes(b"torn")
    (tmp_path / "torn.keras").write_bytes(b"torn")
    for name in ("missing", "empty", "torn", "torn.keras"):
        with pytest.raises(ValueError, match=f"A generator is read from .*Received: .*{name}"):
            load_generator(tmp_path / name)


def test_python_code_inside_a_file_is_not_run(gan, tmp_path):
    generator = keras.Sequential([keras.Input((6,)), keras.layers.Lambda(lambda x: x), gan.generator])
    kg.GAN(generator, gan.discriminator, seed=0).save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match="A generator is read from"):
        load_generator(tmp_path / "gan.keras")


def test_a_gan_compiled_with_state_of_penalties_and_augmentation_opens(gan, tmp_path):
    gan.compile(penalties="lecam", augmentation="ada")
    gan.save(tmp_path / "gan.keras")
    made = load_generator(tmp_path / "gan.keras").make(np.ones((2, 6)))
    np.testing.assert_allclose(made, gan.predict(np.ones((2, 6), "float32"), verbose=0), atol=1e-6)
