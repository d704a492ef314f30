"""Many steps in one program train as the same steps one by one."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan import backend, processor
from keras_gan.datasets.stream import EpochStream
from keras_gan.models import pace
from tests.conftest import tiny_players

MANY = np.tanh(np.random.default_rng(0).standard_normal((813, 8, 8, 1))).astype("float32")
IMAGES = MANY[:109]  # 13 batches of 8 and one of 5


def trained(epochs=2, callbacks=(), images=IMAGES, **compile_arguments):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0, ema_half_life_images=50)
    gan.compile(**compile_arguments)
    history = gan.fit(images, batch_size=8, epochs=epochs, verbose=0, callbacks=list(callbacks)).history
    return gan, history


def sgd():
    """Whose steps are as large as their gradients, so that one step too few shows, and rounding does not."""
    return {f"{player}_optimizer": keras.optimizers.SGD(0.1) for player in "gd"}


def batches_of(seen):
    return keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))


on_request = pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras refuses steps_per_execution there")


@on_request
@pytest.mark.parametrize("steps", [3, 50])
def test_one_program_of_many_steps_ends_where_single_steps_end(steps):
    """An epoch has 101 batches of 8 and one of 5: two or more programs, and a rest."""
    expected, expected_history = trained(images=MANY, **sgd())
    seen = []
    gan, history = trained(
        images=MANY, callbacks=[batches_of(seen)], jit_compile=True, steps_per_execution=steps, **sgd()
    )
    assert seen[:2] == [steps - 1, 2 * steps - 1] and len(seen) == 2 * -(-102 // steps)
    for ours, theirs in zip(gan.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    for name in ("d_loss", "g_loss", "real_accuracy"):
        np.testing.assert_allclose(history[name], expected_history[name], atol=1e-3)
    assert int(gan.optimizer.generator.iterations) == 204 and int(gan.examples_seen) == 1626


@pytest.mark.parametrize("large", [False, True])
def test_a_run_that_paces_itself_ends_where_single_steps_end_and_evaluates_and_generates_on_its_way(large, monkeypatch):
    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 10)
    if large:  # for which TensorFlow has better kernels than XLA
        if keras.backend.backend() != "tensorflow":
            pytest.skip("other backends have one way")
        from keras_gan.backend import tensorflow_program as program

        monkeypatch.setattr(program, "xla_is_faster", lambda model: False)
    monkeypatch.setattr(pace, "MOST_STEPS", 3)
    expected, _ = trained(steps_per_execution=1)
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0, ema_half_life_images=50)
    gan.compile()
    seen = []
    watch = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(gan.generate(2).shape))
    watch.any_pace = True
    gan.fit(IMAGES, batch_size=8, epochs=2, verbose=0, callbacks=[watch], validation_data=(IMAGES[:16],))
    assert seen == 10 * [(2, 8, 8, 1)] and gan.steps_per_execution == 1
    for ours, theirs in zip(gan.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


@on_request
def test_callbacks_see_every_program():
    seen = []
    trained(epochs=1, callbacks=[batches_of(seen)], jit_compile=True, steps_per_execution=5)
    assert seen == [4, 9, 14]


def test_dense_networks_are_paced_by_themselves(monkeypatch):
    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 10)
    chosen = []
    original = pace.steps_per_program
    monkeypatch.setattr(pace, "steps_per_program", lambda *a, **k: chosen.append(original(*a, **k)) or chosen[-1])
    trained(epochs=1)
    trained(epochs=1, callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)])
    trained(epochs=1, callbacks=[keras.callbacks.TerminateOnNaN()])
    trained(epochs=1, jit_compile=False)
    trained(epochs=1, steps_per_execution=1)
    trained(epochs=1, run_eagerly=True)
    assert chosen == [13, 1, 13, 1, 1, 1]  # as many as an epoch has batches


def test_callbacks_that_act_at_an_epochs_end_leave_the_pace(tmp_path):
    weights = {"filepath": tmp_path / "a.weights.h5", "save_weights_only": True}
    saving = [keras.callbacks.ModelCheckpoint(**weights), keras.callbacks.BackupAndRestore(tmp_path / "b")]
    assert not pace.watches_batches([*saving, keras.callbacks.TensorBoard(tmp_path)])
    assert pace.watches_batches([keras.callbacks.ModelCheckpoint(**weights, save_freq=5)])
    assert pace.watches_batches([keras.callbacks.TensorBoard(tmp_path, update_freq=5)])
    assert pace.watches_batches([keras.callbacks.TensorBoard(tmp_path, write_steps_per_second=True)])
    assert pace.watches_batches([keras.callbacks.LambdaCallback(on_test_batch_end=lambda batch, logs: None)])


def test_tensorboard_writes_every_epoch_of_a_paced_run(tmp_path, monkeypatch):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 10)
    _, history = trained(epochs=3, callbacks=[keras.callbacks.TensorBoard(tmp_path)])
    written = EventAccumulator(str(tmp_path / "train"))
    written.Reload()
    losses = [
        np.frombuffer(each.tensor_proto.tensor_content, np.float32)[0] for each in written.Tensors("epoch_d_loss")
    ]
    np.testing.assert_allclose(losses, history["d_loss"], rtol=1e-6)


def test_another_batch_size_gets_a_program_of_its_own(monkeypatch):
    """By which XLA may be the faster one or not."""
    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 10)
    monkeypatch.setattr(pace, "MOST_STEPS", 3)
    made, original = [], backend.make_train_function
    monkeypatch.setattr(backend, "make_train_function", lambda *a: made.append(a[1]) or original(*a))
    gan, _ = trained(epochs=1)
    for size in (12, 8, 12):
        gan.fit(IMAGES, batch_size=size, verbose=0)
    assert made == [3, 3]


def test_a_run_keeps_its_pace(tmp_path, monkeypatch):
    """Though so many epochs at once would be paced; and of what cannot be kept it warns."""
    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 110)
    monkeypatch.setattr(pace, "MOST_STEPS", 3)
    expected, _ = trained(epochs=11, steps_per_execution=1)
    trained(callbacks=[kg.callbacks.Resume(tmp_path)])
    gan, _ = trained(epochs=11, callbacks=[kg.callbacks.Resume(tmp_path)])
    for ours, theirs in zip(gan.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    trained(epochs=11, callbacks=[kg.callbacks.Resume(tmp_path / "paced")])
    if keras.backend.backend() == "torch":
        return  # where a step is the same in any number
    with pytest.warns(UserWarning, match="one program in this run, 3 of them"):
        trained(epochs=12, callbacks=[kg.callbacks.Resume(tmp_path / "paced"), batches_of([])])


def test_short_epochs_are_paced_if_there_are_enough_of_them():
    gan = kg.GAN(*tiny_players())
    gan.compile()
    data = EpochStream(MANY, 8, seed=0, position=lambda: (0, 0))
    assert [pace.steps_per_program(gan, data, (), epochs) for epochs in (1, 100, 200)] == [1, 1, 50]


def test_the_steps_in_a_program_leave_the_fewest_calls():
    assert [pace.in_fewest_calls(*each) for each in ((1200, 50), (468, 19), (117, 4), (20, 50), (3, 1))] == [
        50,  # 24 programs
        18,  # 26, where 19 would leave 24 and twelve steps
        4,  # 29 and one step, where 3 would be 39
        20,
        1,
    ]


@on_request
def test_steps_that_are_asked_for_are_one_program_unless_xla_is_off(monkeypatch):
    chosen = []
    original = pace.steps_per_program
    monkeypatch.setattr(pace, "steps_per_program", lambda *a, **k: chosen.append(original(*a, **k)) or chosen[-1])
    trained(epochs=1, steps_per_execution=7)
    trained(epochs=1, steps_per_execution=7, jit_compile=True)
    trained(epochs=1, steps_per_execution=7, jit_compile=False)
    assert chosen == [7, 7, 1]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="other backends have one way")
def test_xla_gives_way_to_kernels_where_matrices_are_large_and_the_processor_has_wider_registers(monkeypatch):
    from keras_gan.backend.tensorflow_program import LARGE, xla_is_faster

    gan = kg.GAN(*tiny_players())
    found = []
    for batch, flags in ((8, {"avx512f"}), (LARGE, {"avx512f"}), (LARGE, {"avx2"})):
        monkeypatch.setattr(processor, "has", flags.__contains__)
        gan.fed_with = {"batch size": batch}
        found.append(xla_is_faster(gan))
    assert found == [True, False, True]


def test_convolutions_are_left_to_their_own_kernels():
    generator, discriminator = kg.architectures.dcgan((16, 16, 1), generator_width=4, discriminator_width=4)
    assert not backend.prefers_one_program(kg.GAN(generator, discriminator))


@on_request
def test_what_was_compiled_stays_as_it_was_said():
    gan, _ = trained(jit_compile=True, steps_per_execution=7)
    assert gan.steps_per_execution == 7
    gan.train_on_batch(IMAGES[:56])
    assert int(gan.batches_seen) == 29


@pytest.mark.parametrize("said", [{"jit_compile": True, "steps_per_execution": 3}, {}], ids=["said", "paced by itself"])
def test_a_run_of_programs_resumes_bit_for_bit(said, tmp_path, monkeypatch):
    """It is stopped inside an epoch, and goes on from there."""
    if said and keras.backend.backend() == "torch":
        pytest.skip("Keras refuses steps_per_execution there")
    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 10)
    monkeypatch.setattr(pace, "MOST_STEPS", 3)

    class Stop(Exception):
        pass

    class Watch(keras.callbacks.Callback):
        any_pace = True

        def __init__(self, last):
            super().__init__()
            self.seen, self.last = [], last

        def on_train_batch_end(self, batch, logs=None):
            self.seen.append(batch)
            if len(self.seen) == self.last:
                raise Stop

    rest = Watch(None)
    expected, _ = trained(epochs=3, **said)
    with pytest.raises(Stop):
        trained(epochs=3, callbacks=[kg.callbacks.Resume(tmp_path, every_batches=3), Watch(8)], **said)
    gan, _ = trained(epochs=3, callbacks=[kg.callbacks.Resume(tmp_path, every_batches=3), rest], **said)
    of_last_epoch = rest.seen[::-1].index(min(rest.seen)) + 1
    assert len(rest.seen) < 2 * of_last_epoch, "it trained again what was saved"
    both = [[*each.variables, *each.optimizer.variables] for each in (gan, expected)]
    for ours, theirs in zip(*both, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(ours), keras.ops.convert_to_numpy(theirs))


def test_what_was_compiled_for_one_step_is_not_used_for_many(monkeypatch):
    """Keras's functions of one step would take one batch of each fifty, and drop the others without a word."""
    monkeypatch.setattr(pace, "FEWEST_EXAMPLES", 10)
    gan = kg.GAN(*tiny_players(), seed=0)
    gan.compile()
    assert len(gan.generate(30, batch_size=4)) == 30
    gan.evaluate(IMAGES, batch_size=4, verbose=0)
    made, judged = [], []
    watch = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: made.append(len(gan.generate(30, batch_size=4))),
        on_test_end=lambda logs: judged.append(int(gan.trackers["d_loss"].count)),
    )
    gan.fit(IMAGES, batch_size=8, verbose=0, callbacks=[watch], validation_data=IMAGES, validation_batch_size=4)
    assert (made, judged) == ([30], [len(IMAGES)])
    batches = []
    count = keras.callbacks.LambdaCallback(on_test_batch_end=lambda batch, logs: batches.append(batch))
    gan.evaluate(IMAGES, batch_size=4, steps=3, verbose=0, callbacks=[count])
    assert batches == [0, 1, 2]
