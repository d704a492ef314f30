"""Losses, penalties, augmentations and schedules where they meet: in the model that trains with them."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan import augmentation, losses, penalties
from keras_gan.schedules import Cosine, LearningRate, Linear
from tests.conftest import tiny_players

SGD = keras.optimizers.SGD


def gan(players, **kwargs):
    model = kg.GAN(*players, seed=0)
    model.compile(**kwargs)
    return model


def weights(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def refuse_torch():
    if keras.backend.backend() == "torch":
        pytest.skip("Keras 3.15 compiles on torch through dynamo: minutes, and some layers fail")


@pytest.mark.parametrize("loss", losses.ALL, ids=lambda each: each.__name__)
def test_any_loss_trains_with_all_penalties_in_a_compiled_step(images, players, loss):
    model = gan(players, loss=loss, penalties=[each() for each in penalties.ALL])
    logs = model.train_on_batch(images[:8], return_dict=True)
    assert np.isfinite(list(logs.values())).all() and np.isfinite(weights(model)).all()


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "float64"])
def test_all_penalties_and_augmentations_train_in_every_precision(policy, images):
    """Also where the samples come in bfloat16, and schedules and noise in float32."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        chosen = [*[each() for each in penalties.ALL], penalties.R1(Linear(1.0, 2.0, 100), interval=2)]
        model = gan(tiny_players(), penalties=chosen, augmentation="ada", run_eagerly=True)
        logs = model.train_on_batch(images[:8], return_dict=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert model.generator.compute_dtype == policy.removeprefix("mixed_")
    assert np.isfinite(list(logs.values())).all() and np.isfinite(weights(model)).all()


def test_all_penalties_and_augmentations_train_under_xla(images, players):
    refuse_torch()
    chosen = [*penalties.ALL, penalties.Consistency(interval=2, augmentation=augmentation.DiffAugment())]
    model = gan(players, loss="relativistic_average", penalties=chosen, augmentation="ada", jit_compile=True)
    logs = [model.train_on_batch(images[:8], return_dict=True) for _ in range(2)]
    assert np.isfinite([list(each.values()) for each in logs]).all() and np.isfinite(weights(model)).all()


def still():
    return {"g_optimizer": SGD(0.0), "d_optimizer": SGD(0.0)}


@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_lazy_penalty_enters_the_loss_of_its_own_batches(images, players, jit_compile):
    if jit_compile:
        refuse_torch()
    lazy = gan(players, penalties=penalties.R1(10.0, interval=3), jit_compile=jit_compile, **still())
    d_loss = [lazy.train_on_batch(images[:8], return_dict=True)["d_loss"] for _ in range(5)]
    eager = gan(players, penalties=penalties.R1(10.0), **still()).train_on_batch(images[:8], return_dict=True)
    free = gan(players, **still()).train_on_batch(images[:8], return_dict=True)
    expected = free["d_loss"] + 3 * (eager["d_loss"] - free["d_loss"]) * np.array([1, 0, 0, 1, 0])
    np.testing.assert_allclose(d_loss, expected, atol=0.3)  # each batch has latents of its own


def test_state_is_saved_and_goes_on_bit_for_bit(images, players, tmp_path):
    ada = augmentation.ADA(target=-0.9, speed_images=200)
    model = gan(players, penalties=["lecam", "r1"], augmentation=ada, run_eagerly=True)
    model.fit(images, batch_size=8, epochs=1, verbose=0)
    model.save(tmp_path / "gan.keras")
    twin = keras.saving.load_model(tmp_path / "gan.keras")
    assert float(twin.augmentation.probability.numpy()) == float(model.augmentation.probability.numpy()) > 0
    assert float(twin.penalties[0].real_anchor.numpy()) == float(model.penalties[0].real_anchor.numpy()) != 0
    for each in (model, twin):
        each.fit(images, batch_size=8, epochs=1, verbose=0)
    np.testing.assert_array_equal(weights(twin), weights(model))


def test_compiling_again_starts_state_afresh_and_leaves_none_behind(images, players, tmp_path):
    model = gan(players, penalties="lecam", augmentation="ada", run_eagerly=True)
    count = len(model.weights)
    model.train_on_batch(images[:8])
    model.compile(penalties=model.penalties, augmentation=model.augmentation, run_eagerly=True)
    assert len(model.weights) == count
    assert float(model.penalties[0].real_anchor.numpy()) == 0.0
    model.train_on_batch(images[:8])
    model.compile(run_eagerly=True)
    assert len(model.weights) == count - 5 and model.augmentation is None
    model.train_on_batch(images[:8])
    model.save(tmp_path / "gan.keras")
    np.testing.assert_array_equal(weights(keras.saving.load_model(tmp_path / "gan.keras")), weights(model))


def test_one_object_serves_two_models(images, players):
    ada, other = augmentation.ADA(target=-0.9, speed_images=100), kg.GAN(*players, seed=1)
    first = gan(players, augmentation=ada)
    other.compile(augmentation=ada)
    for _ in range(4):
        other.train_on_batch(images[:8])
    assert float(first.augmentation.probability.numpy()) == 0.0
    assert float(other.augmentation.probability.numpy()) == np.float32(0.32)


def test_both_players_see_augmented_samples_and_evaluation_does_not(images, players, monkeypatch):
    model = gan(players, augmentation=augmentation.DiffAugment("color"), run_eagerly=True)
    seen = []
    monkeypatch.setattr(augmentation.DiffAugment, "__call__", lambda self, x, seed: seen.append(1) or x)
    model.train_on_batch(images[:8])
    assert len(seen) == 3  # real and fake for the discriminator, fake for the generator
    model.evaluate(images[:8], verbose=0)
    assert len(seen) == 3


def test_augmentation_of_what_is_no_image_is_refused():
    layers = keras.layers
    players = (
        keras.Sequential([keras.Input((2,)), layers.Dense(2)], name="generator"),
        keras.Sequential([keras.Input((2,)), layers.Dense(1)], name="discriminator"),
    )
    with pytest.raises(ValueError, match=r"Received: samples of shape \(2,\)"):
        gan(players, augmentation="ada")


def test_schedules_are_saved_with_the_model(images, players, tmp_path):
    model = kg.GAN(*players, seed=0, ema_half_life_images=Linear(10.0, 100.0, examples=1000))
    model.compile(
        g_optimizer=keras.optimizers.Adam(LearningRate(Cosine(1e-3, 1e-4, 500), 8)),
        penalties=penalties.R1(Cosine(1.0, 0.1, 500)),
        augmentation=augmentation.RandomAugment(Linear(0.0, 0.5, 100)),
        run_eagerly=True,
    )
    model.fit(images, batch_size=8, verbose=0)
    model.save(tmp_path / "gan.keras")
    twin = keras.saving.load_model(tmp_path / "gan.keras")
    assert twin.identity() == model.identity() | {"data": twin.identity()["data"]}
    for each in (model, twin):
        each.fit(images, batch_size=8, verbose=0)
    np.testing.assert_array_equal(weights(twin), weights(model))


def test_weights_too_coarse_to_average_are_told():
    keras.config.set_dtype_policy("bfloat16")
    try:
        players = tiny_players()
    finally:
        keras.config.set_dtype_policy("float32")
    with pytest.warns(UserWarning, match="bfloat16, whose steps are too large"):
        kg.GAN(*players, seed=0, ema_half_life_images=20_000)


def test_the_averaged_generator_follows_a_scheduled_half_life(images, players):
    model = kg.GAN(*players, seed=0, ema_half_life_images=Linear(0.0, 32.0, examples=20_000))
    model.compile(g_optimizer=SGD(0.0), d_optimizer=SGD(0.0))
    model.examples_seen.assign(10_000 - 16)
    model.averaged_generator.set_weights([w + 1 for w in model.generator.get_weights()])
    model.train_on_batch(images[:16])
    for mean, live in zip(model.averaged_generator.get_weights(), model.generator.get_weights(), strict=True):
        np.testing.assert_allclose(mean, live + 0.5, atol=1e-5)


@pytest.mark.parametrize("steps", [0, -1, 1.5])
def test_wrong_numbers_of_discriminator_steps_are_refused(players, steps):
    with pytest.raises(ValueError, match="discriminator_steps"):
        gan(players, discriminator_steps=steps)


@pytest.mark.parametrize("outputs, found", [(lambda x: [x, x], "2 outputs"), (lambda x: {"score": x}, "'score'")])
def test_a_discriminator_without_logits_is_refused(outputs, found):
    flat = keras.layers.Flatten()(inputs := keras.Input((8, 8, 1)))
    discriminator = keras.Model(inputs, outputs(keras.layers.Dense(1)(flat)))
    with pytest.raises(ValueError, match=f"must return its logits(.|\\n)*{found}"):
        kg.GAN(tiny_players()[0], discriminator)


def test_batch_normalisation_under_a_penalty_on_slopes_is_warned_of(recwarn):
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.BatchNormalization(name="norm")]
    model = kg.GAN(tiny_players()[0], keras.Sequential([*layers, keras.layers.Dense(1)]))
    model.compile(penalties="lecam")
    assert not recwarn.list
    with pytest.warns(UserWarning, match="GradientPenalty.*batch normalisation in the discriminator .norm"):
        model.compile(penalties="gradient_penalty")
