"""Health tells of illnesses that were brought about on purpose, and of nothing in a healthy run."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.callbacks import symptoms
from tests.conftest import tiny_players


def lines_of(gan, images, epochs=3, **arguments):
    lines = []
    health = kg.callbacks.Health(images=images, report=lines.append, **arguments)
    history = gan.fit(images, batch_size=16, epochs=epochs, verbose=0, callbacks=[health]).history
    return lines, history


def gan_of(g_rate=1e-3, d_rate=1e-3, generator_layers=(), **arguments):
    keras.utils.set_random_seed(0)
    generator, discriminator = tiny_players()
    generator = keras.Sequential([*generator.layers[:1], *generator_layers, *generator.layers[1:]])
    gan = kg.GAN(generator, discriminator, latent_dim=6, seed=0)
    gan.compile(g_optimizer=keras.optimizers.Adam(g_rate), d_optimizer=keras.optimizers.Adam(d_rate), **arguments)
    return gan


def test_a_healthy_run_hears_nothing(images):
    assert lines_of(gan_of(1e-4, 1e-4), images * 0.1)[0] == []


def test_a_generator_of_many_classes_that_ignores_its_latents_collapses(images):
    """Of 120 classes 100 samples would each be alone in its own."""
    latents, labels = keras.Input((6,)), keras.Input((), dtype="int32")
    table = keras.layers.Embedding(120, 64, embeddings_initializer=keras.initializers.RandomNormal(stddev=1))(labels)
    ignored = keras.layers.Dense(64, use_bias=False, kernel_initializer="zeros", trainable=False)(latents)
    made = keras.layers.Reshape((8, 8, 1))(keras.layers.Activation("tanh")(table + ignored))
    pictures = keras.Input((8, 8, 1))
    seen = keras.layers.Flatten()(pictures) + keras.layers.Embedding(120, 64)(labels)
    discriminator = keras.Model([pictures, labels], keras.layers.Dense(1)(seen))
    gan = kg.GAN(keras.Model([latents, labels], made), discriminator, num_classes=120, seed=0)
    gan.compile()
    lines = []
    health = kg.callbacks.Health(report=lines.append)
    gan.fit(images, np.arange(len(images)), batch_size=16, epochs=2, verbose=0, callbacks=[health])
    assert any("mode collapse since epoch 1" in line for line in lines)


class Spoil(keras.callbacks.Callback):
    """Makes a player's last bias NaN before one batch of the second epoch."""

    any_pace = True

    def __init__(self, player, batch):
        super().__init__()
        self.player, self.batch, self.epoch = player, batch, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == (1, self.batch):
            bias = getattr(self.model, self.player).trainable_variables[-1]
            bias.assign(np.full(bias.shape, np.nan))


@pytest.mark.parametrize(
    "pace, step", [({}, 7), ({"jit_compile": True, "steps_per_execution": 3}, 7), ({"run_eagerly": True}, 7)], ids=str
)
@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_nan_stops_training_at_its_step_and_names_the_player(player, pace, step, images):
    """The other player is NaN too by then, and in one program of three steps was so after its first."""
    if "steps_per_execution" in pace and keras.backend.backend() == "torch":
        pytest.skip("Keras refuses steps_per_execution there")
    lines = []
    gan = gan_of(**pace)
    batch = 0 if pace.get("steps_per_execution") else 2
    health = kg.callbacks.Health(report=lines.append)
    gan.fit(images, batch_size=16, epochs=3, verbose=0, callbacks=[Spoil(player, batch), health])
    assert int(gan.batches_seen) == step and len(lines) == 1
    assert f"divergence in epoch 2, batch 3 (step {step}): the {player} " in lines[0] and "checkpoint" in lines[0]


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_the_player_whose_learning_rate_is_too_high_is_named(player, images):
    lines, _ = lines_of(gan_of(**{f"{player[0]}_rate": float("inf")}), images)
    assert f"the {player} " in lines[0] and len(lines) == 1


def test_a_diverged_state_is_never_saved(images, tmp_path):
    gan = gan_of()
    spoil = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: epoch == 1 and gan.generator.trainable_variables[1].assign([np.nan] * 16)
    )
    lines = []
    callbacks = [spoil, kg.callbacks.Health(report=lines.append), kg.callbacks.Resume(tmp_path, every_batches=4)]
    with pytest.warns(UserWarning, match="Did not save NaN"):
        gan.fit(images, batch_size=16, epochs=3, verbose=0, callbacks=callbacks)
    assert "batch-0000000004.checkpoint" in lines[-1]
    assert sorted(path.name for path in tmp_path.iterdir())[-1] == "batch-0000000004.checkpoint"


def test_a_mask_of_minus_infinity_is_saved_with_the_rest(images, tmp_path):
    class Masked(keras.layers.Layer):
        def build(self, shape):
            self.mask = self.add_weight(initializer=keras.initializers.Constant(-np.inf), trainable=False)

        def call(self, x):
            return keras.ops.maximum(x, self.mask)

    generator, discriminator = tiny_players()
    gan = kg.GAN(generator, keras.Sequential([Masked(), discriminator]), seed=0)
    gan.compile()
    health = kg.callbacks.Health(report=lambda line: None)
    gan.fit(images, batch_size=16, epochs=2, verbose=0, callbacks=[kg.callbacks.Resume(tmp_path), health])
    assert not health.has_ended and kg.callbacks.checkpoints.path_of(tmp_path, 8).exists()


@pytest.mark.parametrize("monitor, batches", [("d_loss", 4), (None, 8)])
def test_it_can_go_back_to_the_best_checkpoint(monitor, batches, images, tmp_path):
    gan = gan_of()
    kept, lines = [], []
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(gan.get_weights()))
    resume = kg.callbacks.Resume(tmp_path, every_batches=4, monitor=monitor, mode="max")
    worse = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(d_loss=-epoch))
    health = kg.callbacks.Health(report=lines.append, back_to=resume)
    spoil = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: epoch == 2 and gan.generator.layers[-2].bias.assign([np.nan] * 64)
    )
    with pytest.warns(UserWarning, match="Did not save NaN"):
        gan.fit(images, batch_size=16, epochs=5, verbose=0, callbacks=[keep, worse, spoil, health, resume])
    assert int(gan.batches_seen) == batches and f"{batches:010d}.checkpoint" in lines[-1]
    for ours, best in zip(gan.get_weights(), kept[batches // 4 - 1], strict=True):
        np.testing.assert_array_equal(ours, best)
    assert len(list(tmp_path.glob("*.checkpoint"))) == 2  # what was NaN is not there


def test_without_a_best_one_it_goes_back_to_before_the_illness(images, tmp_path):
    """The generator stands still from the third of five epochs on, which is told at the end of the fourth."""
    gan, lines = gan_of(), []
    freeze = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: epoch == 2 and gan.optimizer.generator.learning_rate.assign(0.0)
    )
    resume = kg.callbacks.Resume(tmp_path, every_batches=4, keep=9)
    health = kg.callbacks.Health(report=lines.append, stop_on=["vanishing gradients"], back_to=resume)
    gan.fit(images, batch_size=16, epochs=5, verbose=0, callbacks=[freeze, health, resume])
    assert "vanishing gradients since epoch 3" in lines[-2] and "0000000008.checkpoint" in lines[-1]
    assert int(gan.batches_seen) == 8


def test_where_all_checkpoints_are_ill_the_oldest_is_taken(images, tmp_path):
    for batches in (4, 8, 12):
        kg.callbacks.checkpoints.write(
            kg.callbacks.checkpoints.path_of(tmp_path, batches), {"a": np.zeros(1)}, {"batches": batches}
        )
    newest = kg.callbacks.checkpoints.newest_whole
    assert [newest(tmp_path, limit)[1]["batches"] for limit in (None, 11, 8, 3)] == [12, 8, 8, 4]


@pytest.mark.parametrize("layers", [[], [keras.layers.BatchNormalization()]], ids=["plain", "batch normalisation"])
def test_a_frozen_generator_is_called_vanishing_gradients(layers, images):
    """The moving statistics of batch normalisation change all the same."""
    gan = gan_of(g_rate=1e-12, generator_layers=layers)
    lines, _ = lines_of(gan, images)
    assert any("vanishing gradients since epoch 2: the generator's weights changed by" in line for line in lines)


@pytest.mark.parametrize("loss", ["bce", "relativistic_pairing"])
def test_a_discriminator_that_sees_nothing_is_called_vanishing_gradients(loss, images):
    gan = gan_of(d_rate=0.0, loss=loss)
    gan.discriminator.layers[1].bias.assign(np.full(16, -100.0))  # of ReLUs
    lines, _ = lines_of(gan, images)
    assert any("vanishing gradients since epoch 1: the discriminator gives all images the same" in x for x in lines)


@pytest.mark.parametrize("loss", ["least_squares", "hinge", "relativistic_average", "relativistic_pairing"])
def test_dominance_is_seen_under_every_loss_but_a_critics(loss, images):
    """A real image is one of two, a fake one is far from both."""
    lines, history = lines_of(gan_of(g_rate=1e-12, d_rate=1e-2, loss=loss), images[:2].repeat(32, axis=0), epochs=12)
    assert history["real_accuracy"][-1] == history["fake_accuracy"][-1] == 1
    assert any("dominance" in line for line in lines)


def test_the_scale_of_diversity_is_taken_from_the_data_of_fit(images):
    gan = gan_of(g_rate=1e-12)
    gan.generator.layers[-2].kernel.assign(np.zeros((16, 64)))
    lines = []
    gan.fit(images, batch_size=16, epochs=3, verbose=0, callbacks=[kg.callbacks.Health(report=lines.append)])
    assert any("mode collapse since epoch 1: samples differ from the nearest other by 0%" in line for line in lines)


def test_dominance_and_collapse_are_told_once_with_since_when(images):
    gan = gan_of(g_rate=1e-12, d_rate=1e-2)
    gan.generator.layers[-2].kernel.assign(np.zeros((16, 64)))
    lines, _ = lines_of(gan, images, epochs=10)
    assert sum("dominance" in line for line in lines) == 1
    told = "mode collapse since epoch 1: samples differ from the nearest other by 0%"
    assert sum(told in line for line in lines) == 1


def test_an_illness_of_choice_stops_training(images):
    gan = gan_of(g_rate=1e-12)
    _, history = lines_of(gan, images, epochs=9, stop_on=["vanishing gradients"])
    assert len(history["loss"]) == 3


def test_common_classes_that_are_missing_are_named(images):
    """The real images are of five classes, one of which is rare; all samples are of the first."""

    def classify(pictures):
        return np.arange(64) % 16 // 4 + 3 * (np.arange(64) == 63) if len(pictures) == 64 else np.zeros(250, int)

    np.testing.assert_array_equal(symptoms.common_classes(images, classify), [0, 1, 2, 3])
    lines, _ = lines_of(gan_of(1e-4, 1e-4), images * 0.1, classify=classify)
    assert len(lines) == 1 and "no sample of class 1, 2, 3 in 250" in lines[0]


def test_oscillation_is_large_swings_that_turn():
    assert symptoms.oscillation([1, 5, 1, 6, 1, 5]) is not None
    assert symptoms.oscillation([1, 2, 3, 4, 5, 6]) is None
    assert symptoms.oscillation([1.0, 1.1, 1.0, 1.1, 1.0, 1.1]) is None
    assert symptoms.oscillation([0.02, -0.03, 0.02, -0.03, 0.02, -0.03]) is None


def test_a_critics_loss_swings_around_nothing(images):
    gan, health = gan_of(loss="wasserstein"), kg.callbacks.Health(images, report=lambda line: None)
    swing = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: logs.update(g_loss=(-1.0) ** epoch, d_loss=-5.0)
    )
    gan.fit(images, batch_size=16, epochs=8, verbose=0, callbacks=[swing, health])
    assert "oscillation" not in {illness for _, illness, _ in health.seen}


def ring(modes, seed):
    random = np.random.default_rng(seed)
    angles = np.arange(100) % modes * np.pi / 4
    return 0.8 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 0.02 * random.normal(size=(100, 2))


def test_a_collapse_onto_one_mode_of_a_ring_is_seen():
    assert symptoms.sameness(ring(8, seed=1), ring(8, seed=0)) is None
    assert "nearest to 1" in symptoms.sameness(ring(1, seed=1), ring(8, seed=0))


def test_of_few_latents_equal_samples_alone_are_a_collapse():
    line = np.linspace(-1, 1, 100)[:, None] * np.ones((1, 4))
    real = np.random.default_rng(0).normal(size=(100, 4))
    assert symptoms.sameness(line, real) is not None and symptoms.sameness(line, real, few_latents=True) is None
    assert symptoms.sameness(line * 0, real, few_latents=True) is not None


def test_classes_are_read_by_the_nearest_labelled_image():
    images = np.arange(10, dtype="float32")[:, None, None, None] * np.ones((1, 2, 2, 1), "float32")
    classify = symptoms.nearest_class(images, np.arange(10) // 5)
    np.testing.assert_array_equal(classify(images[[1, 8]] + 0.4), [0, 1])


def test_no_state_is_judged_twice(images, monkeypatch):
    monkeypatch.setattr("keras_gan.callbacks.health.JUDGED_IMAGES", 32)
    gan, judged = gan_of(), []
    health = kg.callbacks.Health(images, report=lambda line: None)
    monkeypatch.setattr(
        health, "_judge", lambda logs, judge=health._judge: (judge(logs), judged.append(int(gan.batches_seen)))
    )
    gan.fit(images, batch_size=16, epochs=2, verbose=0, callbacks=[health])
    assert judged == sorted(set(judged)) and {4, 8} <= set(judged) and len(judged) > 2


def test_a_judgement_is_of_what_came_since_the_last(images, monkeypatch):
    monkeypatch.setattr("keras_gan.callbacks.health.JUDGED_IMAGES", 32)
    gan, means = gan_of(d_rate=0.0, g_rate=0.0), []
    health = kg.callbacks.Health(images, report=lambda line: None)
    monkeypatch.setattr(health, "_means", lambda logs, of=health._means: means.append(of(logs)) or means[-1])
    data = np.concatenate([images, np.ones_like(images), images[:8]])
    fit = {"batch_size": 16, "verbose": 0, "shuffle": False, "validation_data": -images}
    history = gan.fit(data, epochs=1, callbacks=[health], **fit).history
    right = (gan.discriminate(data) > 0).ravel()
    cuts = [0, 32, 64, 96, 128, 136]  # where it judges
    expected = [right[start:end].mean() for start, end in zip(cuts, cuts[1:], strict=False)]
    np.testing.assert_allclose([found["real_accuracy"] for found in means], expected, atol=1e-5)
    assert history["real_accuracy"][0] == pytest.approx(right.mean(), abs=1e-5)


def test_diversity_is_the_mean_distance_to_the_nearest_other():
    np.testing.assert_allclose(symptoms.diversity(np.array([[0.0, 0.0], [1.0, 1.0], [5.0, 5.0]])), (1 + 1 + 4) / 3)


def test_a_loss_is_flat_where_it_has_saturated():
    sure, even = np.full((4, 1), -5.0), np.zeros((4, 1))
    assert "a slope of 6.7e-03" in symptoms.flatness(kg.losses.Minimax(), sure)
    assert symptoms.flatness(kg.losses.Minimax(), even) is None
    assert symptoms.flatness(kg.losses.BinaryCrossentropy(), sure) is None


def test_an_unknown_illness_is_refused():
    with pytest.raises(ValueError, match="stop_on"):
        kg.callbacks.Health(stop_on=["flu"])
