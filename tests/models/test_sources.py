"""Every source of data that Keras knows trains the same, and garbage from any of them is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from tests.conftest import tiny_players

pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data")


class Batches(keras.utils.PyDataset):
    def __init__(self, images, **kwargs):
        super().__init__(**kwargs)
        self.images = images

    def __len__(self):
        return len(self.images) // 16

    def __getitem__(self, index):
        return self.images[16 * index : 16 * index + 16]


def tf_data(images):
    return tf.data.Dataset.from_tensor_slices(images).batch(16)


def torch_loader(images, *labels):
    torch = pytest.importorskip("torch")
    tensors = [torch.from_numpy(array) for array in (images, *labels)]
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*tensors), batch_size=16)


def grain_map(images):
    return pytest.importorskip("grain").MapDataset.source(list(images)).batch(16)


def grain_iter(images):
    return grain_map(images).to_iter_dataset()


def grain_loader(images):
    grain = pytest.importorskip("grain")
    sampler = grain.samplers.IndexSampler(len(images), num_epochs=1, shuffle=False)
    return grain.DataLoader(data_source=list(images), sampler=sampler, operations=[grain.transforms.Batch(16)])


KINDS = {
    "numpy": lambda x: x,
    "tf.data": tf_data,
    "PyDataset": Batches,
    "PyDataset with two threads": lambda x: Batches(x, workers=2),
    "generator": lambda x: ((x[i : i + 16],) for i in range(0, len(x), 16)),
    "torch DataLoader": torch_loader,
    "Grain MapDataset": grain_map,
    "Grain IterDataset": grain_iter,
    "Grain DataLoader": grain_loader,
}


def gan_of(**arguments):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0, **arguments)
    gan.compile()
    return gan


def weights_after(data, **arguments):
    gan = gan_of()
    gan.fit(data, shuffle=False, verbose=0, **arguments)
    return np.concatenate([weight.ravel() for weight in gan.get_weights()])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_trains_as_arrays_do(kind, images):
    batch_size = {"batch_size": 16} if kind == "numpy" else {}
    expected = weights_after(images, batch_size=16)
    np.testing.assert_allclose(weights_after(KINDS[kind](images), **batch_size), expected, atol=1e-6)


def test_labels_beside_images_in_a_torch_loader_are_ignored(images):
    expected = weights_after(images, batch_size=16)
    np.testing.assert_allclose(weights_after(torch_loader(images, np.arange(64))), expected, atol=1e-6)


def test_repeated_data_and_steps_per_epoch_give_epochs_of_that_length(images):
    gan = gan_of()
    gan.fit(tf_data(images).repeat(), steps_per_epoch=7, epochs=3, verbose=0)
    assert int(gan.batches_seen) == 21


GARBAGE = {
    "whole numbers": (lambda x: (x * 127 + 127).astype("uint8"), "127.5 - 1"),
    "NaN": (lambda x: np.full_like(x, np.nan), "NaN"),
    "another shape": (lambda x: x[:, :4], "shape that the generator makes"),
    "values up to 255": (lambda x: x * 127 + 127, "values from"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_refused_from_every_kind(kind, garbage, images):
    spoil, message = GARBAGE[garbage]
    gan = gan_of()
    with pytest.raises(ValueError, match=message):
        gan.fit(KINDS[kind](spoil(images)), verbose=0)
    assert int(gan.batches_seen) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_without_a_batch_is_refused(kind, images):
    if kind == "Grain DataLoader":
        pytest.skip("Grain itself refuses to build it")
    with pytest.raises(ValueError, match="Training needs data"):
        gan_of().fit(KINDS[kind](images[:0]), verbose=0)


def test_data_whose_batches_are_all_filtered_away_are_refused(images):
    with pytest.raises(ValueError, match="Training needs data"):
        gan_of().fit(tf_data(images).filter(lambda batch: tf.constant(False)), verbose=0)


WEIGHTED = {
    "tf.data": lambda *arrays: tf.data.Dataset.from_tensor_slices(arrays).batch(16),
    "torch DataLoader": torch_loader,
    "generator": lambda *arrays: iter([arrays]),
    "arrays": lambda *arrays: arrays,
}


@pytest.mark.parametrize("kind", WEIGHTED)
def test_weights_of_samples_are_refused_and_not_ignored(kind, images):
    gan = gan_of()
    with pytest.raises(ValueError, match="no per-sample weights"):
        gan.fit(WEIGHTED[kind](images, np.zeros(64), np.ones(64)), verbose=0)


@pytest.mark.parametrize("wrap", [lambda data: data, lambda data: tf.data.Dataset.from_tensor_slices(data).batch(16)])
def test_a_dict_without_images_is_refused_with_its_keys(wrap, images):
    with pytest.raises(ValueError, match=r"'image'. Received: the keys \['label', 'picture'\]"):
        gan_of().fit(wrap({"picture": images, "label": np.zeros(64)}), verbose=0)


def test_a_dict_in_a_tuple_gives_its_images(images):
    expected = weights_after(images, batch_size=16)
    data = tf.data.Dataset.from_tensor_slices(({"image": images}, np.zeros(64))).batch(16)
    np.testing.assert_allclose(weights_after(data), expected, atol=1e-6)
