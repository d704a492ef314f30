"""A stopped run that was fed by something else than arrays goes on from its batch, or says that it cannot."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from tests.callbacks.test_resume import Stop, StopAt
from tests.conftest import tiny_players

BATCHES = 4  # of 16, in an epoch of 64


class Batches(keras.utils.PyDataset):
    def __init__(self, images):
        super().__init__()
        self.images = images

    def __len__(self):
        return BATCHES

    def __getitem__(self, index):
        return self.images[16 * index : 16 * index + 16]


def batched(images):
    return tf.data.Dataset.from_tensor_slices(images).batch(16)


def seeded(images):
    return tf.data.Dataset.from_tensor_slices(images).shuffle(64, seed=4).repeat().batch(16)


def stream_from_the_middle(images):
    return kg.datasets.stream(images, 16, seed=4, examples_seen=80)


def generator(images):
    return ((images[16 * (i % BATCHES) : 16 * (i % BATCHES) + 16],) for i in range(10**6))


SOURCES = {
    "tf.data": (batched, {}),
    "tf.data with labels": (lambda x: tf.data.Dataset.zip(batched(x), batched(np.zeros(64))), {}),
    "endless tf.data, shuffled with a seed": (seeded, {"steps_per_epoch": 3}),
    "generator with steps_per_epoch": (generator, {"steps_per_epoch": 3}),
    "PyDataset": (Batches, {"shuffle": False}),
    "keras_gan's stream": (lambda x: kg.datasets.stream(x, 16, seed=4), {}),
    "keras_gan's stream from the middle": (stream_from_the_middle, {}),
}


def run(directory, images, source, arguments, stop_after=None):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(dropout=0.3), seed=0)
    gan.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.Adam(1e-3))
    callbacks = [kg.callbacks.Resume(directory, every_batches=2)]
    try:
        stop = [StopAt(stop_after)] if stop_after else []
        arguments = {"epochs": 4, "verbose": 0, **arguments}
        history = gan.fit(source(images), callbacks=callbacks + stop, **arguments).history
    finally:
        callbacks[0]._finish_writing()
    return [*gan.get_weights(), *history["d_loss"][-1:]], gan


@pytest.mark.filterwarnings("error:Your input ran out of data")
@pytest.mark.parametrize("name", SOURCES)
def test_it_ends_bit_for_bit_as_an_undisturbed_run(name, images, tmp_path):
    expected, _ = run(tmp_path / "undisturbed", images, *SOURCES[name])
    for stop_after in (7,) if name != "tf.data" else (1, 7, 9):  # at 1 there is the checkpoint of the beginning
        directory = tmp_path / f"stopped after {stop_after}"
        with pytest.raises(Stop):
            run(directory, images, *SOURCES[name], stop_after=stop_after)
        found, _ = run(directory, images, *SOURCES[name])
        for ours, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_another_order_in_every_iteration_still_gives_every_epoch_its_batches(images, tmp_path):
    def shuffled(images):
        return tf.data.Dataset.from_tensor_slices(images).shuffle(64).batch(16)

    with pytest.raises(Stop):
        run(tmp_path, images, shuffled, {}, stop_after=7)
    _, gan = run(tmp_path, images, shuffled, {})
    assert int(gan.batches_seen) == 4 * BATCHES


def test_data_of_unknown_size_begin_the_epoch_anew_and_say_so(images, tmp_path):
    def unknown(images):
        return batched(images).filter(lambda batch: tf.constant(True))

    with pytest.raises(Stop):
        run(tmp_path, images, unknown, {}, stop_after=7)
    with pytest.warns(UserWarning, match="begin epoch 2 anew, of which 2 batches"):
        _, gan = run(tmp_path, images, unknown, {})
    assert int(gan.batches_seen) == 4 * BATCHES + 2


OTHER_DATA = {
    "batch size": (lambda x: batched(x).unbatch().batch(8), {}),
    "size": (lambda x: batched(x[:32]), {}),
    "examples": (lambda x: batched(x.astype("float64")), {}),
    "steps per epoch": (batched, {"steps_per_epoch": 2}),
    "source": (Batches, {"shuffle": False}),
}


@pytest.mark.parametrize("change", OTHER_DATA)
def test_other_data_are_refused_with_what_changed(change, images, tmp_path):
    run(tmp_path, images, batched, {})
    with pytest.raises(ValueError, match="What changed: data"):
        run(tmp_path, images, *OTHER_DATA[change])


def test_another_batch_size_of_endless_data_is_refused(images, tmp_path):
    run(tmp_path, images, seeded, {"steps_per_epoch": 3})
    with pytest.raises(ValueError, match="What changed: data batch size was 16 and is 8"):
        run(tmp_path, images, lambda x: seeded(x).unbatch().batch(8), {"steps_per_epoch": 3})


def test_a_generator_of_unknown_size_begins_the_epoch_with_its_first_batch(images, tmp_path):
    def once(images):
        return ((images[16 * i : 16 * i + 16],) for i in range(BATCHES))

    with pytest.raises(Stop):
        run(tmp_path, images, once, {"epochs": 1}, stop_after=3)
    with pytest.warns(UserWarning, match="begin epoch 1 anew, of which 2 batches"):
        _, gan = run(tmp_path, images, once, {"epochs": 1})
    assert int(gan.batches_seen) == BATCHES + 2


def test_a_stream_is_gone_on_with_in_the_process_that_was_interrupted(images, tmp_path):
    ends = []
    for stops in ((), (3, 2)):
        keras.utils.set_random_seed(0)
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile()
        data = stream_from_the_middle(images)
        for stop_after in (*stops, None):
            callbacks = [kg.callbacks.Resume(tmp_path / str(stops), every_batches=2)]
            callbacks += [StopAt(stop_after)] if stop_after else []
            with pytest.raises(Stop) if stop_after else contextlib.nullcontext():
                gan.fit(data, epochs=2, verbose=0, callbacks=callbacks)
        ends.append(gan.get_weights())
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_stream_given_to_fit_is_read_in_its_own_order(images):
    ends = []
    for fed in ("fit", "by hand"):
        keras.utils.set_random_seed(0)
        gan = kg.GAN(*tiny_players(), seed=0)
        gan.compile()
        data = stream_from_the_middle(images)
        for _ in range(2):
            if fed == "fit":
                gan.fit(data, epochs=2, verbose=0)
            else:
                for _ in range(2):
                    for batch in data:
                        gan.train_on_batch(batch)
        ends.append(gan.get_weights())
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
