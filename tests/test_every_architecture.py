"""What holds for every architecture, at every image shape it promises."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy, convert_to_tensor

import keras_gan as kg
from keras_gan import architectures

TINY = {
    "mlp": {"hidden": 4},
    "dcgan": {"generator_width": 2, "discriminator_width": 2},
    "resnet": {"generator_width": 2, "discriminator_width": 2},
    "r3gan": {"width": 8, "group_width": 2, "blocks": 1},
}
ANY_EVEN_SIZE = [(28, 28, 1), (16, 16, 4), (30, 18, 3), (16, 128, 1), (128, 128, 3)]
SQUARES = [(28, 28, 1), (32, 32, 3), (64, 64, 4), (128, 128, 1)]
IMAGE_SHAPES = {"mlp": [*ANY_EVEN_SIZE, (2,)], "dcgan": ANY_EVEN_SIZE, "resnet": SQUARES, "r3gan": SQUARES}
CASES = [(each, shape) for each in architectures.ALL for shape in IMAGE_SHAPES[each.__name__]]
IDS = [f"{each.__name__}-{'x'.join(map(str, shape))}" for each, shape in CASES]

every_architecture = pytest.mark.parametrize("architecture", architectures.ALL, ids=lambda each: each.__name__)
every_case = pytest.mark.parametrize(("architecture", "image_shape"), CASES, ids=IDS)


def build(architecture, image_shape=(28, 28, 1), **kwargs):
    return architecture(image_shape, latent_dim=5, **TINY[architecture.__name__], **kwargs)


def latents(batch=3):
    return convert_to_tensor(np.random.default_rng(0).normal(size=(batch, 5)).astype("float32"))


def labels(*classes):
    return convert_to_tensor(np.array(classes, "int32"))


def same_twice(x):
    return keras.ops.concatenate([x, x])


def alone_or_list(*inputs):
    return inputs[0] if len(inputs) == 1 else list(inputs)


def play(generator, discriminator, **kwargs):
    samples = generator(latents(), **kwargs)
    return convert_to_numpy(samples), convert_to_numpy(discriminator(samples, **kwargs))


@every_case
def test_samples_lie_in_range_and_get_one_logit_each(architecture, image_shape):
    generator, discriminator = build(architecture, image_shape)
    assert (generator.name, discriminator.name) == ("generator", "discriminator")
    assert generator.output_shape == discriminator.input_shape == (None, *image_shape)
    samples, logits = play(generator, discriminator, training=True)
    assert samples.shape == (3, *image_shape) and logits.shape == (3, 1)
    assert samples.std() > 1e-3
    pixels = generator.get_layer("generator_pixels").kernel
    pixels.assign(100 * pixels)
    assert 0.9 < np.abs(play(generator, discriminator, training=True)[0]).max() <= 1


@every_case
def test_labels_change_what_is_made_and_how_it_is_judged(architecture, image_shape):
    generator, discriminator = build(architecture, image_shape, num_classes=3)
    for variable in generator.trainable_variables:
        if len(variable.shape) == 2 and not variable.numpy().any():  # conditional normalisation starts equal for all
            variable.assign(keras.random.uniform(variable.shape, 0.0, 0.5, seed=0))
    samples = generator([same_twice(latents(1)), labels(0, 2)])
    one, other = convert_to_numpy(samples)
    assert np.abs(one - other).max() > 1e-6
    logits = convert_to_numpy(discriminator([same_twice(samples[:1]), labels(0, 2)]))
    assert logits.shape == (2, 1) and logits[0] != logits[1]


@every_architecture
def test_an_auxiliary_classifier_gives_one_logit_per_class(architecture):
    generator, discriminator = build(architecture, num_classes=3, auxiliary_classifier=True)
    outputs = discriminator([generator([latents(), labels(0, 1, 2)]), labels(0, 1, 2)])
    assert {name: tuple(value.shape) for name, value in outputs.items()} == {"logits": (3, 1), "class_logits": (3, 3)}


@every_architecture
@pytest.mark.parametrize("num_classes", [None, 3])
def test_saved_players_come_back_equal(architecture, num_classes, tmp_path):
    generator, discriminator = build(architecture, num_classes=num_classes)
    condition = [labels(0, 1, 2)] if num_classes else []
    samples = generator(alone_or_list(latents(), *condition), training=True)
    for player, inputs in ((generator, latents()), (discriminator, samples)):
        inputs = alone_or_list(inputs, *condition)
        player(inputs, training=True)  # moves statistics and power iterations away from their first values
        player.save(tmp_path / "player.keras")
        twin = keras.models.load_model(tmp_path / "player.keras")
        np.testing.assert_array_equal(convert_to_numpy(twin(inputs)), convert_to_numpy(player(inputs)))


@every_architecture
def test_the_seed_alone_decides_the_weights(architecture):
    def weights(seed):
        return [w for player in build(architecture, num_classes=3, seed=seed) for w in player.get_weights()]

    before = keras.random.uniform((3,), seed=keras.random.SeedGenerator(0))
    for one, two in zip(weights(7), weights(7), strict=True):
        np.testing.assert_array_equal(one, two)
    assert any(np.abs(one - two).max() > 0 for one, two in zip(weights(7), weights(8), strict=True))
    after = keras.random.uniform((3,), seed=keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(convert_to_numpy(before), convert_to_numpy(after))


@every_architecture
def test_no_two_layers_of_a_player_start_alike(architecture):
    for player in build(architecture, num_classes=3, seed=7):
        kernels = [convert_to_numpy(v) for v in player.trainable_variables if len(v.shape) > 1]
        starts = [round(float(kernel.flat[0] / kernel.std()), 5) for kernel in kernels if kernel.std() > 0]
        assert len(set(starts)) == len(starts) > 1


@every_architecture
def test_every_variable_of_the_two_players_has_a_path_of_its_own(architecture):
    generator, discriminator = build(architecture, num_classes=3)
    paths = [variable.path for variable in generator.variables + discriminator.variables]
    assert len(set(paths)) == len(paths)
    assert all(path.split("_")[0] in ("generator", "discriminator") for path in paths)


@every_architecture
def test_mixed_precision_ends_in_float32(architecture):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        generator, discriminator = build(architecture)
        samples, logits = play(generator, discriminator, training=True)
    finally:
        keras.config.set_dtype_policy(before)
    assert samples.dtype == logits.dtype == "float32"
    assert "bfloat16" in {layer.compute_dtype for layer in generator.layers}
    assert np.isfinite(samples).all() and np.isfinite(logits).all()


@every_architecture
def test_a_compiled_game_with_lazy_slopes_in_mixed_precision_stays_near_an_eager_one_in_float32(architecture):
    """Four steps, the penalties on the first and the third; the losses are about 1."""

    def losses(policy, **compile_arguments):
        keras.config.set_dtype_policy(policy)
        players = build(architecture, num_classes=3, auxiliary_classifier=True, seed=0)
        gan = kg.GAN(*players, seed=0, num_classes=3)
        slopes = [kg.penalties.R1(1.0, interval=2), kg.penalties.R2(1.0, interval=2)]
        gan.compile(loss="relativistic_pairing", penalties=slopes, **compile_arguments)
        images = np.tanh(np.random.default_rng(0).standard_normal((4, 28, 28, 1))).astype("float32")
        logs = [gan.train_on_batch(images, np.array([0, 1, 2, 0]), return_dict=True) for _ in range(4)]
        return [[each["d_loss"], each["g_loss"]] for each in logs]

    before = keras.config.dtype_policy()
    try:
        np.testing.assert_allclose(losses("mixed_bfloat16"), losses("float32", run_eagerly=True), atol=0.05)
    finally:
        keras.config.set_dtype_policy(before)


@every_architecture
@pytest.mark.parametrize("wrong", [(28, 0, 1), (28.0, 28, 1), "28x28", ()])
def test_shapes_that_are_none_are_refused(architecture, wrong):
    with pytest.raises(ValueError, match="image_shape.*Received: image_shape="):
        build(architecture, wrong)


@every_architecture
@pytest.mark.parametrize("wrong", [{"latent_dim": 0}, {"num_classes": -1}])
def test_sizes_below_one_are_refused_by_name(architecture, wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be an integer of at least 1"):
        architecture(**wrong)


@every_architecture
def test_it_learns_in_a_compiled_step(architecture):
    """The discriminator on top of the generator: every weight moves, by finite steps."""
    generator, discriminator = build(architecture, seed=0)
    inputs = keras.Input((5,))
    both = keras.Model(inputs, discriminator(generator(inputs)))
    both.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=keras.backend.backend() != "torch")
    before = both.get_weights()
    both.fit(convert_to_numpy(latents(4)), np.full((4, 1), 3.0), batch_size=2, epochs=2, verbose=0)
    changes = {v.path: np.abs(v.numpy() - old).max() for v, old in zip(both.weights, before, strict=True)}
    assert np.isfinite(list(changes.values())).all()
    assert not [path for path, change in changes.items() if change == 0]
