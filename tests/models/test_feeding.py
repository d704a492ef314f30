"""What fit accepts, and what it refuses before the first step."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg


@pytest.fixture
def gan(players):
    gan = kg.GAN(*players, seed=0)
    gan.compile()
    return gan


def weights_after(gan, *args, **kwargs):
    gan.fit(*args, verbose=0, **kwargs)
    return np.concatenate([w.ravel() for w in gan.get_weights()])


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda x: (x * 127 + 127).astype("uint8"), "127.5 - 1"),
        (lambda x: x * 127 + 127, "values from"),
        (lambda x: np.where(x > 0.9, np.nan, x), "NaN"),
        (lambda x: x[:, :4], "shape that the generator makes"),
        (lambda x: x[:0], "no examples"),
        (lambda x: tf.data.Dataset.from_tensor_slices(x[:0]).batch(2), "Training needs data"),
        (lambda x: tf.data.Dataset.from_tensor_slices((x * 127).astype("uint8")).batch(2), "uint8"),
        (lambda x: tf.data.Dataset.from_tensor_slices(x[:, :4]).batch(2), "shape that the generator makes"),
    ],
)
def test_garbage_is_refused_in_words(gan, images, spoil, message):
    with pytest.raises(ValueError, match=message):
        gan.fit(spoil(images), verbose=0)


@pytest.mark.parametrize("kind", [lambda x: x, lambda x: (x, np.zeros(64)), lambda x: dataset(x)])
def test_garbage_is_refused_for_validation_and_evaluation(gan, images, kind):
    garbage = kind((images * 127 + 127).astype("uint8"))
    with pytest.raises(ValueError, match="uint8"):
        gan.fit(images, validation_data=garbage, verbose=0)
    assert int(gan.batches_seen) == 0
    with pytest.raises(ValueError, match="uint8"):
        gan.evaluate(*garbage if isinstance(garbage, tuple) else (garbage,), verbose=0)
    with pytest.raises(ValueError, match="no per-sample weights"):
        gan.evaluate(images, sample_weight=np.ones(64), verbose=0)


def test_weights_of_samples_and_classes_are_refused(gan, images):
    for argument in ({"sample_weight": np.ones(64)}, {"class_weight": {0: 1.0}}):
        with pytest.raises(ValueError, match="no per-sample weights"):
            gan.fit(images, **argument)
        with pytest.raises(ValueError, match="no per-sample weights"):
            gan.train_on_batch(images, **argument)


def test_a_batch_bigger_than_the_data_is_refused(gan, images):
    with pytest.raises(ValueError, match="batch_size=65 with 64 examples"):
        gan.fit(images, batch_size=65)


def as_pydataset(images):
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return images[16 * index : 16 * index + 16]

    return Batches()


def dataset(images):
    return tf.data.Dataset.from_tensor_slices(images).batch(16)


SOURCES = {
    "float64 numpy": lambda x: x.astype("float64"),
    "tensor": tf.convert_to_tensor,
    "dict of arrays": lambda x: {"image": x, "label": np.zeros(64)},
    "tf.data x": dataset,
    "tf.data (x,)": lambda x: dataset((x,)),
    "tf.data (x, y)": lambda x: dataset((x, np.zeros(64))),
    "tf.data dict": lambda x: dataset({"image": x, "label": np.zeros(64)}),
    "tf.data unknown size": lambda x: dataset(x).filter(lambda batch: tf.constant(True)),
    "PyDataset": as_pydataset,
    "generator": lambda x: ((x[16 * i : 16 * i + 16],) for i in range(4)),
}


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("source", SOURCES)
def test_every_source_trains_the_same(source, images):
    from tests.conftest import tiny_players

    ends = []
    for data in (images, SOURCES[source](images)):
        keras.utils.set_random_seed(0)
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile()
        arrays = isinstance(data, (np.ndarray, dict)) or tf.is_tensor(data)
        ends.append(weights_after(gan, data, shuffle=False, **({"batch_size": 16} if arrays else {})))
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-6)


def test_labels_beside_images_are_ignored_by_an_unconditional_gan(gan, images):
    gan.fit(images, np.arange(64), batch_size=16, verbose=0)
    assert int(gan.batches_seen) == 4


def test_the_order_of_arrays_changes_from_epoch_to_epoch(gan, images, monkeypatch):
    first_rows = []
    read = type(gan).read_batch
    monkeypatch.setattr(type(gan), "read_batch", lambda self, data: first_rows.append(data) or read(self, data))
    gan.compile(run_eagerly=True)
    gan.fit(images, batch_size=64, epochs=2, verbose=0)
    one, two = (np.asarray(batch) for batch in first_rows[-2:])
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(np.sort(one.ravel()), np.sort(two.ravel()))


def test_validation_split_keeps_the_last_examples_apart(gan, images):
    history = gan.fit(images, batch_size=8, validation_split=0.25, verbose=0).history
    assert int(gan.examples_seen) == 48 and {"val_loss", "val_d_loss", "val_g_loss"} <= set(history)


def test_an_epoch_of_arrays_is_as_long_as_steps_per_epoch_says(gan, images):
    gan.fit(images, batch_size=16, steps_per_epoch=10, epochs=2, verbose=0)
    assert int(gan.batches_seen) == 20


def test_evaluation_does_not_touch_the_randomness_of_training(images):
    from tests.conftest import tiny_players

    ends = []
    for evaluate in (False, True):
        keras.utils.set_random_seed(0)
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile()
        gan.fit(images, verbose=0)
        if evaluate:
            gan.evaluate(images, verbose=0)
            gan.generate(3)
        ends.append(weights_after(gan, images))
    np.testing.assert_array_equal(ends[0], ends[1])
