"""Saved and loaded: nothing is lost on the way."""

import pickle

import keras
import numpy as np
import pytest

import keras_gan as kg
from tests.conftest import tiny_players


@pytest.fixture
def trained(images):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(dropout=0.3), seed=5, ema_half_life_images=100)
    gan.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.RMSprop(1e-3), loss="minimax")
    gan.fit(images, batch_size=16, verbose=0)
    return gan


def assert_continue_alike(one, two, images):
    for gan in (one, two):
        gan.fit(images, batch_size=16, epochs=2, verbose=0)
    for ours, theirs in zip(
        [*one.variables, *one.optimizer.variables], [*two.variables, *two.optimizer.variables], strict=True
    ):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy(), err_msg=ours.path)


def test_a_loaded_model_continues_bit_for_bit(trained, images, tmp_path):
    trained.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert loaded.adversarial_loss.__class__.__name__ == "Minimax"
    assert_continue_alike(trained, loaded, images)


def test_loaded_weights_continue_bit_for_bit(trained, images, tmp_path):
    trained.save_weights(tmp_path / "gan.weights.h5")
    twin = kg.GAN(*tiny_players(dropout=0.3), seed=5, ema_half_life_images=100)
    twin.compile(g_optimizer=keras.optimizers.Adam(1e-3), d_optimizer=keras.optimizers.RMSprop(1e-3), loss="minimax")
    twin.load_weights(tmp_path / "gan.weights.h5")
    assert_continue_alike(trained, twin, images)


def test_weights_of_another_optimizer_are_an_error(trained, tmp_path):
    trained.save_weights(tmp_path / "gan.weights.h5")
    twin = kg.GAN(*tiny_players(dropout=0.3), seed=5, ema_half_life_images=100)
    twin.compile(g_optimizer=keras.optimizers.SGD(1e-3), d_optimizer=keras.optimizers.SGD(1e-3))
    with pytest.raises(ValueError, match="optimizer"):
        twin.load_weights(tmp_path / "gan.weights.h5")


def test_weights_without_an_optimizer_are_an_error_in_a_compiled_model(trained, tmp_path):
    kg.GAN(*tiny_players(dropout=0.3), seed=5, ema_half_life_images=100).save_weights(tmp_path / "gan.weights.h5")
    with pytest.raises(ValueError, match="load before `compile`"):
        trained.load_weights(tmp_path / "gan.weights.h5")


def test_a_pickled_model_continues_bit_for_bit(trained, images):
    assert_continue_alike(pickle.loads(pickle.dumps(trained)), trained, images)


def test_a_clone_has_the_same_networks_and_its_own_weights(trained):
    twin = keras.models.clone_model(trained)
    assert [w.shape for w in twin.get_weights()] == [w.shape for w in trained.get_weights()]
    assert twin.generator is not trained.generator


def test_the_config_round_trips_with_custom_layers_inside():
    generator, discriminator = tiny_players()
    wrapped = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), HalvedDense(4), keras.layers.Dense(1)])
    gan = kg.GAN(generator, wrapped, seed=0)
    twin = kg.GAN.from_config(gan.get_config())
    assert twin.get_config() == gan.get_config()


@keras.saving.register_keras_serializable("tests")
class HalvedDense(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units)
        self.units = units

    def build(self, shape):
        self.dense.build(shape)

    def call(self, x):
        return self.dense(x) / 2

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_state_tree_has_unique_paths(trained):
    tree = trained.get_state_tree()
    assert set(tree) >= {"trainable_variables", "non_trainable_variables", "optimizer_variables"}


def test_subclassed_networks_that_declare_nothing_are_taken_with_a_latent_dim(images):
    @keras.saving.register_keras_serializable("tests")
    class Make(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(64, "tanh")
            self.shape_ = keras.layers.Reshape((8, 8, 1))

        def call(self, x):
            return self.shape_(self.dense(x))

    discriminator = tiny_players()[1]
    with pytest.raises(ValueError, match="latent_dim"):
        kg.GAN(Make(), discriminator)
    gan = kg.GAN(Make(), discriminator, latent_dim=5, ema_half_life_images=10)
    gan.compile()
    gan.fit(images, verbose=0)
    assert gan.generate(3, seed=0).shape == (3, 8, 8, 1)


def test_generate_is_a_function_of_the_seed(trained):
    np.testing.assert_array_equal(trained.generate(5, seed=1), trained.generate(5, seed=1))
    np.testing.assert_allclose(trained.generate(8, seed=1)[:5], trained.generate(5, seed=1), atol=1e-6)
    assert not np.array_equal(trained.generate(5), trained.generate(5))
    samples = trained.generate(5, seed=1)
    assert samples.dtype == np.float32 and np.abs(samples).max() <= 1


def test_a_gan_makes_samples_before_any_training_and_right_after_loading(players, tmp_path):
    gan = kg.GAN(*players, seed=0)
    samples = gan.generate(3, seed=1)
    gan.save(tmp_path / "gan.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "gan.keras").generate(3, seed=1), samples)


@pytest.mark.parametrize(
    "build, words",
    [
        (
            lambda g, d: kg.GAN(
                g, keras.Sequential([keras.Input((9, 9, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
            ),
            "image_shape",
        ),
        (
            lambda g, d: kg.GAN(
                g, keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
            ),
            "one logit",
        ),
        (lambda g, d: kg.GAN(g, d, latent_dim=7), "agree"),
    ],
)
def test_players_that_do_not_fit_are_refused_at_construction(build, words, players):
    with pytest.raises(ValueError, match=words):
        build(*players)
