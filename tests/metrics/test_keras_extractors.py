import functools

import keras
import numpy as np
import pytest

from keras_gan.images import to_unit
from keras_gan.metrics import KerasExtractor, ReferenceExtractor
from keras_gan.metrics.extractors import inception_extractor, reference
from keras_gan.metrics.real_features import real_extraction


def flat_mean(scale):
    """A model whose only feature is the mean pixel, times `scale`."""
    model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.full((16, 1), scale / 16)])
    return model


def test_a_keras_model_sees_images_in_minus_one_to_one():
    extractor = KerasExtractor(flat_mean(2.0), "mean")
    images = np.stack([np.zeros((4, 4, 1), "uint8"), np.full((4, 4, 1), 255, "uint8")])
    np.testing.assert_allclose(extractor.extract(images).features, [[-2], [2]], rtol=1e-6)
    assert extractor.extract(images).probabilities is None


def test_the_hash_follows_the_weights():
    assert KerasExtractor(flat_mean(1.0), "a").hash == KerasExtractor(flat_mean(1.0), "b").hash
    assert KerasExtractor(flat_mean(1.0), "a").hash != KerasExtractor(flat_mean(2.0), "a").hash


def test_the_hash_follows_what_is_not_a_weight():
    def softened(activation):
        layers = [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Activation(activation)]
        return keras.Sequential(layers)

    same, other = (KerasExtractor(softened(name), "a").hash for name in ("relu", "tanh"))
    assert same == KerasExtractor(softened("relu"), "a").hash != other


def scaled_by(factor):
    return lambda x: x * factor


@pytest.mark.parametrize(
    "one, other",
    [
        (None, lambda x: x),
        (lambda x: x - 1, lambda x: x * 2),
        (lambda x: x * 2, lambda x: x * 3),
        (lambda x: np.abs(x), lambda x: np.exp(x)),
        (scaled_by(2), scaled_by(3)),
        (scaled_by(np.zeros(2)), scaled_by(np.ones(2))),
        (functools.partial(np.multiply, 2), functools.partial(np.multiply, 3)),
        (lambda x: [(lambda y: y * 2)(x)], lambda x: [(lambda y: y * 3)(x)]),
        (lambda x, *, by=2: x * by, lambda x, *, by=3: x * by),
        (scaled_by({"a": np.zeros(2)}), scaled_by({"a": np.ones(2)})),
        (scaled_by(flat_mean(1.0)), scaled_by(flat_mean(2.0))),
        (lambda x: x in {"a", "b"}, lambda x: x in {"a", "c"}),
    ],
)
def test_the_hash_follows_what_comes_before_the_model(one, other):
    first, again, second = (KerasExtractor(flat_mean(1.0), "a", f).hash for f in (one, one, other))
    assert first == again != second


def test_a_function_that_calls_itself_has_a_hash():
    def halved(x):
        return halved(x / 2) if np.max(x) > 1 else x

    assert KerasExtractor(flat_mean(1.0), "a", halved).hash == KerasExtractor(flat_mean(1.0), "a", halved).hash


def test_a_model_that_is_trained_further_is_another_extractor():
    extractor = KerasExtractor(flat_mean(1.0), "a")
    before = extractor.hash
    extractor.model.set_weights([2 * each for each in extractor.model.get_weights()])
    assert extractor.hash == KerasExtractor(flat_mean(2.0), "a").hash != before


def test_inception_gives_2048_features_in_float32_and_reads_no_labels():
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.config.set_image_data_format("channels_first")
    try:
        extractor = inception_extractor(weights=None, batch_size=2)
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_dtype_policy("float32")
        keras.config.set_image_data_format("channels_last")
    pixels = np.random.default_rng(0).integers(0, 256, (2, 9, 9, 4), "uint8")
    features, probabilities = extractor.extract(pixels)
    np.testing.assert_array_equal(features, extractor.extract(pixels[..., :3]).features)
    assert features.shape == (2, 2048) and probabilities.shape == (2, 1000)
    assert {layer.compute_dtype for layer in extractor.model.layers} == {"float32"} and not extractor.reads_labels


def test_an_extractor_without_a_hash_is_not_cached():
    class Unnamed(KerasExtractor):
        hash = None

    extractor = Unnamed(flat_mean(1.0), "mean")
    with pytest.raises(ValueError, match="needs a `hash`"):
        real_extraction(extractor, np.zeros((2, 4, 4, 1), "uint8"))


def test_batches_are_put_together_in_order():
    extractor = KerasExtractor(flat_mean(1.0), "mean", batch_size=3)
    images = np.arange(7, dtype="uint8")[:, None, None, None] * np.ones((1, 4, 4, 1), "uint8")
    assert (np.diff(extractor.extract(images).features[:, 0]) > 0).all()


def test_preprocess_comes_before_the_model():
    extractor = KerasExtractor(flat_mean(1.0), "negative", preprocess=lambda images: -images)
    assert extractor.extract(np.zeros((1, 4, 4, 1), "uint8")).features[0, 0] == pytest.approx(1)


def test_an_unbuilt_model_is_refused():
    with pytest.raises(ValueError, match="must be built, with one output"):
        KerasExtractor(keras.Sequential([keras.layers.Flatten()]), "unbuilt")


def test_the_reference_network_is_that_of_the_recipe():
    network = reference.reference_network((28, 28, 1), 10)
    # 3x3 convolutions 1-32-32-64-64, dense 7 * 7 * 64 - 128 - 10, with biases.
    convolutions = 9 * (1 * 32 + 32 * 32 + 32 * 64 + 64 * 64) + 32 + 32 + 64 + 64
    assert network.count_params() == convolutions + 3136 * 128 + 128 + 128 * 10 + 10
    assert [tuple(output.shape) for output in network.outputs] == [(None, 128), (None, 10)]


@pytest.fixture(scope="module")
def fitted(train):
    return ReferenceExtractor(*train)


def test_the_reference_learns_classes_it_is_trained_on(fitted, test):
    assert (fitted.predict(test[0]) == test[1]).mean() > 0.95
    extraction = fitted.extract(to_unit(test[0]))
    assert extraction.features.shape == (400, 128)
    np.testing.assert_allclose(extraction.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_the_reference_is_trained_once_and_then_cached(fitted, train, test, monkeypatch):
    monkeypatch.setattr(reference, "_train", None)
    again = ReferenceExtractor(*train)
    assert again.hash == fitted.hash
    np.testing.assert_array_equal(again.extract(test[0]).features, fitted.extract(test[0]).features)


def test_training_the_reference_leaves_the_global_seed_and_policy_alone(train):
    keras.utils.set_random_seed(3)
    expected = keras.random.uniform((2,))
    keras.utils.set_random_seed(3)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        extractor = ReferenceExtractor(train[0][:50], train[1][:50])
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(keras.random.uniform((2,)), expected)
    assert {layer.compute_dtype for layer in extractor.model.layers if layer.weights} == {"float32"}


def test_the_reference_needs_a_label_for_each_image(train):
    with pytest.raises(ValueError, match="one integer label, 0 or more, for each of 1000 images"):
        ReferenceExtractor(train[0], train[1][:-1])
