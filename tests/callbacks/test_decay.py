"""Learning rates fall to almost nothing by the end, and do so again after a kill."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

import keras_gan as kg
from tests.conftest import tiny_players


def trained(images, *callbacks, epochs=5):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0)
    gan.compile(g_optimizer=keras.optimizers.Adam(0.1), d_optimizer=keras.optimizers.Adam(0.2))
    gan.fit(images, batch_size=8, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return [float(each.learning_rate) for each in gan.optimizer.optimizers]


def test_both_rates_fall_linearly_in_proportion(images):
    rates = trained(images, kg.callbacks.Decay(8, examples=640))
    np.testing.assert_allclose(rates, [0.2 * 0.5, 0.1 * 0.5], rtol=1e-5)


def test_they_end_at_two_percent(images):
    np.testing.assert_allclose(trained(images, kg.callbacks.Decay(8, examples=100)), [0.004, 0.002], rtol=1e-5)


def test_the_end_is_estimated_from_the_time_and_then_settled(images, monkeypatch):
    from keras_gan.callbacks import decay

    clock = iter(np.arange(0, 1e6, 0.5))
    monkeypatch.setattr(decay, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    settled = kg.callbacks.Decay(8, minutes=2)  # half a second a batch of 8: 240 batches
    trained(images, settled, epochs=8)
    assert abs(settled.total_examples - 1920) < 60


def test_a_resumed_run_has_the_same_rates(images, tmp_path):
    class Stop(Exception):
        pass

    def stop(batch, logs):
        seen.append(batch)
        if len(seen) == 23:
            raise Stop

    seen = []
    with pytest.raises(Stop):
        callbacks = [kg.callbacks.Decay(8, examples=640), kg.callbacks.Resume(tmp_path, every_batches=1)]
        trained(images, *callbacks, keras.callbacks.LambdaCallback(on_train_batch_end=stop))
    resumed = trained(images, kg.callbacks.Decay(8, examples=640), kg.callbacks.Resume(tmp_path))
    assert resumed == trained(images, kg.callbacks.Decay(8, examples=640))


def test_it_needs_one_end():
    with pytest.raises(ValueError, match="`examples` or `minutes`"):
        kg.callbacks.Decay(8)


def test_a_run_that_goes_on_to_a_later_end_has_the_rates_due_there(images, tmp_path):
    trained(images, kg.callbacks.Decay(8, examples=320), kg.callbacks.Resume(tmp_path), epochs=5)
    longer = trained(images, kg.callbacks.Decay(8, examples=640), kg.callbacks.Resume(tmp_path), epochs=7)
    assert longer == trained(images, kg.callbacks.Decay(8, examples=640), epochs=7)


def test_the_time_of_earlier_processes_counts(images, tmp_path, monkeypatch):
    from keras_gan.callbacks import decay

    clock = iter(np.arange(0, 1e6, 0.5))
    monkeypatch.setattr(decay, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    for minutes, epochs in ((2, 8), (2, 10), (3, 20)):  # half a second a batch of 8: 240 batches, then 360
        resumed = kg.callbacks.Decay(8, minutes=minutes)
        trained(images, resumed, kg.callbacks.Resume(tmp_path, every_seconds=None), epochs=epochs)
        assert abs(resumed.total_examples - 960 * minutes) < 90
        assert abs(resumed.seconds - 0.5 * 8 * epochs) < 25


def test_another_fit_behind_the_end_is_refused(images):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(), seed=0)
    gan.compile()
    gan.fit(images, batch_size=8, verbose=0, callbacks=[kg.callbacks.Decay(8, examples=64)])
    with pytest.raises(ValueError, match="than the model has seen, 64"):
        gan.fit(images, batch_size=8, verbose=0, callbacks=[kg.callbacks.Decay(8, examples=64)])
