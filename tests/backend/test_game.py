"""What a step must do to everything that is not a weight, on whichever backend runs."""

import game
import keras
import numpy as np
import pytest

import keras_gan as kg

layers = keras.layers


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dirac(theta, psi):
    """Mescheder et al., 2018: the generator makes the point theta, the discriminator is psi * x."""
    generator = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="zeros")], name="generator")
    discriminator = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False)], name="discriminator")
    generator.layers[0].bias.assign([theta])
    discriminator.set_weights([np.array([[psi]])])
    generator.layers[0].kernel.trainable = False
    return generator, discriminator


def test_the_dirac_gan_circles_as_its_closed_form_does():
    theta, psi, rate = 0.8, 0.5, 0.1
    generator, discriminator = dirac(theta, psi)
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(keras.optimizers.SGD(rate), keras.optimizers.SGD(rate))
    gan.fit(np.zeros((40, 1), "float32"), batch_size=4, epochs=2, verbose=0)
    for _ in range(20):
        psi -= rate * theta * sigmoid(psi * theta)
        theta += rate * psi * sigmoid(-psi * theta)
    np.testing.assert_allclose(discriminator.get_weights()[0][0, 0], psi, rtol=1e-5)
    np.testing.assert_allclose(generator.layers[0].bias.numpy()[0], theta, rtol=1e-5)


def test_batch_statistics_move_once_for_each_pass_of_a_batch(noise_of_numpy):
    gan = game.gan()
    images = game.real_batches(1)[0]
    before = gan.generator.get_weights()
    still = keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0)
    gan.compile(*still)
    gan.train_on_batch(images)
    hidden = np.asarray(game.noise((game.BATCH, 4))) @ before[0]
    norm = gan.generator.layers[1]
    np.testing.assert_allclose(norm.moving_mean.numpy(), 0.2 * hidden.mean(0), atol=1e-5)
    np.testing.assert_allclose(norm.moving_variance.numpy(), 0.8 + 0.2 * hidden.var(0), atol=1e-5)
    # the discriminator sees real, fake, and, for the generator's sake, fake again
    made = gan.generator(game.noise((game.BATCH, 4)), training=True)
    kernel = gan.discriminator.get_weights()[0]
    real, fake = (keras.ops.convert_to_numpy(x).reshape(game.BATCH, -1) @ kernel for x in (images, made))
    mean = 0.2 * real.mean(0)
    for _ in range(2):
        mean = 0.8 * mean + 0.2 * fake.mean(0)
    np.testing.assert_allclose(gan.discriminator.layers[2].moving_mean.numpy(), mean, atol=1e-5)


def test_activity_regularisers_of_both_players_are_paid():
    def player(shape, out, name):
        return keras.Sequential(
            [keras.Input(shape), layers.Flatten(), *(layers.Dense(n, activity_regularizer="l2") for n in out)],
            name=name,
        )

    images = game.real_batches(1)[0].reshape(game.BATCH, 16)
    logs = {}
    for weight in (0.0, 1.0):
        generator, discriminator = player((4,), (8, 16), "generator"), player((16,), (8, 1), "discriminator")
        for network in (generator, discriminator):
            network.set_weights([np.full(w.shape, 0.1) for w in network.get_weights()])
            for layer in network.layers[1:]:
                layer.activity_regularizer = keras.regularizers.L2(weight)
        gan = kg.GAN(generator, discriminator, seed=0)
        gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
        logs[weight] = gan.train_on_batch(images, return_dict=True)
    assert logs[1.0]["g_loss"] > logs[0.0]["g_loss"] + 0.01
    assert logs[1.0]["d_loss"] > logs[0.0]["d_loss"] + 0.01


def test_three_discriminator_steps_make_one_generator_step(noise_of_numpy):
    gan = game.gan(discriminator_steps=3, ema_half_life_images=50)
    before = gan.generator.get_weights()
    batches = game.real_batches(3)
    game.play(gan, batches[:2])
    untouched = gan.generator.trainable_variables[0].numpy()
    np.testing.assert_array_equal(untouched, before[0])
    game.play(gan, batches[2:])
    assert np.abs(gan.generator.get_weights()[0] - before[0]).max() > 1e-4
    assert int(gan.optimizer.generator.iterations.numpy()) == 1
    assert int(gan.optimizer.discriminator.iterations.numpy()) == 3
    live, mean = gan.generator.get_weights()[0], gan.averaged_generator.get_weights()[0]
    half_life = 0.05 * 3 * game.BATCH  # shorter than 50 images, since few were seen
    keep = 0.5 ** (3 * game.BATCH / half_life)
    np.testing.assert_allclose(mean, live + (before[0] - live) * keep, atol=1e-6)


def test_dropout_and_latents_are_drawn_anew_each_step_and_again_from_a_seed(images):
    def run(steps):
        generator, discriminator = tiny_players()
        for network in (generator, discriminator):
            network.set_weights([np.full(w.shape, 0.05) for w in network.get_weights()])
        gan = kg.GAN(generator, discriminator, seed=3)
        gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
        return [gan.train_on_batch(images[:8], return_dict=True)["d_loss"] * (i + 1) for i in range(steps)]

    first, second = run(3), run(3)
    assert first == second
    assert len({round(float(loss), 6) for loss in np.diff(first, prepend=0.0)}) == 3


def tiny_players():
    generator = keras.Sequential([keras.Input((6,)), layers.Dense(64), layers.Reshape((8, 8, 1))], name="generator")
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dropout(0.5, seed=5), layers.Dense(1)], name="discriminator"
    )
    return generator, discriminator


def test_a_saved_game_goes_on_bit_for_bit(images, tmp_path):
    gan = kg.GAN(*tiny_players(), seed=0, ema_half_life_images=50)
    gan.compile()
    gan.fit(images, batch_size=16, epochs=1, verbose=0)
    gan.save(tmp_path / "gan.keras")
    twin = keras.saving.load_model(tmp_path / "gan.keras")
    for model in (gan, twin):
        model.fit(images, batch_size=16, epochs=1, verbose=0)
    for ours, theirs in zip(gan.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert gan.evaluate(images, verbose=0, return_dict=True) == twin.evaluate(images, verbose=0, return_dict=True)
    np.testing.assert_array_equal(gan.generate(3, seed=1), twin.generate(3, seed=1))
    assert gan.predict(np.zeros((2, 6), "float32"), verbose=0).shape == (2, 8, 8, 1)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_trains_with_float32_weights(policy):
    keras.config.set_dtype_policy(policy)
    try:
        gan = game.gan()
    finally:
        keras.config.set_dtype_policy("float32")
    before = gan.get_weights()
    logs = gan.fit(game.real_batches().reshape(-1, 4, 4, 1), batch_size=8, epochs=1, verbose=0).history
    assert np.isfinite(logs["loss"][0])
    assert all(weight.dtype == "float32" for weight in gan.trainable_variables)
    assert all(np.abs(w - b).max() > 0 for w, b in zip(gan.get_weights()[:2], before[:2], strict=True))


@pytest.mark.skipif(game.HERE != "torch", reason="the other backends have programs of several steps")
def test_several_steps_at_once_are_refused_in_words_but_a_file_that_asks_for_them_loads():
    with pytest.raises(ValueError, match="train under KERAS_BACKEND='jax' or 'tensorflow'"):
        game.gan(steps_per_execution=3)
    gan = game.gan()
    gan.compile_from_config({**gan.get_compile_config(), "steps_per_execution": 3})
    assert gan.steps_per_execution == 1


def test_a_file_says_of_compilation_what_the_user_said_and_not_what_it_means_here():
    assert game.gan().get_compile_config()["jit_compile"] == "auto"
    assert game.gan(jit_compile=False).get_compile_config()["jit_compile"] is False


@pytest.mark.skipif(game.HERE == "torch", reason="PyTorch has no program of several steps")
def test_three_steps_in_one_program_equal_three_steps():
    images = game.real_batches(8).reshape(-1, 4, 4, 1)[:-4]  # seven batches of eight and one of four
    results = []
    for steps in (1, 3):
        gan = game.gan(steps_per_execution=steps, jit_compile=True, ema_half_life_images=50)
        gan.fit(images, batch_size=8, epochs=2, verbose=0)
        results.append(gan.get_weights())
        assert int(gan.batches_seen.numpy()) == 16
    for one, three in zip(*results, strict=True):
        np.testing.assert_allclose(three, one, atol=1e-5)
