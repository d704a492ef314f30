"""What compile and fit offer: optimizers, precision, evaluation, execution."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from tests.conftest import tiny_players


def gan_of(players=None, **compile_arguments):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*(players or tiny_players()), seed=0)
    gan.compile(**compile_arguments)
    return gan


def weights(gan):
    return np.concatenate([w.ravel() for w in gan.get_weights()])


@pytest.mark.parametrize(
    "arguments",
    [{"run_eagerly": True}, {"jit_compile": True}, {"steps_per_execution": 3}, {"jit_compile": False}],
    ids=str,
)
def test_every_way_to_execute_ends_in_the_same_weights(arguments, images):
    ends = []
    for way in ({}, arguments):
        gan = gan_of(**way)
        gan.fit(images, batch_size=12, epochs=2, verbose=0)
        ends.append(weights(gan))
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-4)


@pytest.mark.parametrize(
    "options",
    [
        {"clipnorm": 0.1},
        {"global_clipnorm": 0.1},
        {"weight_decay": 0.1},
        {"use_ema": True},
        {"learning_rate": keras.optimizers.schedules.CosineDecay(1e-3, 100)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_options_of_one_players_optimizer_act_on_that_player(options, images):
    plain, changed = (
        gan_of(g_optimizer=keras.optimizers.Adam(**({"learning_rate": 1e-3} | extra)), d_optimizer="adam")
        for extra in ({}, options)
    )
    for gan in (plain, changed):
        gan.fit(images, batch_size=16, epochs=2, verbose=0)
    assert not np.array_equal(plain.generator.get_weights()[0], changed.generator.get_weights()[0])


def test_gradient_accumulation_counts_for_its_player_alone(images):
    gan = gan_of(g_optimizer=keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), d_optimizer="sgd")
    gan.train_on_batch(images[:8])
    unmoved = gan.generator.get_weights()
    gan.train_on_batch(images[:8])
    assert not np.array_equal(unmoved[0], gan.generator.get_weights()[0])
    fresh = gan_of(g_optimizer=keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), d_optimizer="sgd")
    start = fresh.generator.get_weights()
    fresh.train_on_batch(images[:8])
    np.testing.assert_array_equal(start[0], fresh.generator.get_weights()[0])


def test_evaluate_and_predict_need_no_more_than_in_keras(images):
    gan = gan_of()
    scores = gan.evaluate(images, verbose=0, return_dict=True)
    assert set(scores) == {"loss", "d_loss", "g_loss", "real_accuracy", "fake_accuracy"}
    assert gan.predict(np.zeros((5, 6), "float32"), verbose=0).shape == (5, 8, 8, 1)
    assert gan.test_on_batch(images[:8], return_dict=True)["d_loss"] > 0


def test_validation_data_and_frequency(images):
    history = gan_of().fit(images, validation_data=images, validation_freq=2, epochs=4, verbose=0).history
    assert len(history["val_loss"]) == 2


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64"])
def test_every_precision_trains_saves_and_keeps_float32_logits(policy, images, tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        gan = gan_of()
        history = gan.fit(images, batch_size=16, epochs=2, verbose=0).history
        assert np.isfinite(history["loss"]).all()
        scaled = isinstance(gan.optimizer.generator, keras.optimizers.LossScaleOptimizer)
        assert scaled == (policy == "mixed_float16")
        made = gan.generate(2, seed=0)
        assert made.dtype == gan.discriminate(made).dtype == "float32"
        logits = gan.score(made, {}, None, training=False)["logits"]
        assert logits.dtype == ("float64" if policy == "float64" else "float32")  # of float64 nothing is lost
        gan.save(tmp_path / "gan.keras")
        twin = keras.models.load_model(tmp_path / "gan.keras")
        for each in (gan, twin):
            each.fit(images, batch_size=16, verbose=0)
        np.testing.assert_array_equal(weights(gan), weights(twin))
    finally:
        keras.config.set_dtype_policy(before)


@pytest.mark.parametrize(
    "end",
    [
        lambda network: keras.Sequential([network, keras.layers.Activation("sigmoid")]),
        lambda network: keras.Sequential([keras.Sequential([network, keras.layers.Activation("sigmoid")])]),
        lambda network: keras.Model(network.inputs, keras.ops.sigmoid(network.outputs[0])),
    ],
    ids=["layer", "inside another model", "operation"],
)
def test_a_sigmoid_that_is_not_said_is_refused(end):
    generator, discriminator = tiny_players()
    with pytest.raises(ValueError, match="from_logits=False"):
        gan_of((generator, end(discriminator)))


@pytest.mark.parametrize("where", ["another output", "a gate inside"])
def test_a_sigmoid_elsewhere_is_no_matter(where):
    generator, _ = tiny_players()
    flat = keras.layers.Flatten()(inputs := keras.Input((8, 8, 1)))
    if where == "another output":
        sure = keras.layers.Dense(1, "sigmoid")(flat)
        gan_of((generator, keras.Model(inputs, {"logits": keras.layers.Dense(1)(flat), "sure": sure})))
        with pytest.raises(ValueError, match="from_logits=False"):
            gan_of((generator, keras.Model(inputs, {"logits": sure, "value": keras.layers.Dense(1)(flat)})))
        return

    class Gated(keras.Model):
        def __init__(self):
            super().__init__()
            self.flat, self.scores, self.gate = keras.layers.Flatten(), keras.layers.Dense(1), keras.layers.Dense(64)
            self.last = keras.layers.Activation("sigmoid")

        def call(self, x):
            x = self.flat(x)
            return self.scores(x * self.last(self.gate(x)))

    gan_of((generator, Gated()))


def test_a_sigmoid_that_is_said_trains_as_its_logits_do(images):
    generator, discriminator = tiny_players()
    ending = keras.Sequential([discriminator, keras.layers.Activation("sigmoid")])
    logits = gan_of(tiny_players())
    probabilities = gan_of((generator, ending), from_logits=False)
    for ours, theirs in zip(probabilities.trainable_variables, logits.trainable_variables, strict=True):
        theirs.assign(ours.value)
    for gan in (logits, probabilities):
        gan.fit(images, batch_size=16, epochs=2, verbose=0)
    np.testing.assert_allclose(
        probabilities.discriminator.get_weights()[0], logits.discriminator.get_weights()[0], atol=1e-4
    )


def test_saturated_probabilities_give_finite_losses(images):
    generator, discriminator = tiny_players()
    discriminator.layers[-1].bias.assign([200.0])
    gan = gan_of((generator, keras.Sequential([discriminator, keras.layers.Activation("sigmoid")])), from_logits=False)
    assert np.isfinite(list(gan.train_on_batch(images[:8], return_dict=True).values())).all()
    assert np.isfinite(weights(gan)).all()


def test_unknown_losses_are_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match="Did you mean 'minimax'"):
        gan_of(loss="minmax")


def test_one_optimizer_for_both_is_refused_with_the_two_names():
    with pytest.raises(ValueError, match="`g_optimizer` and `d_optimizer`"):
        gan_of(optimizer="adam")


def test_no_samples_are_an_empty_array():
    assert gan_of().generate(0, seed=0).shape == (0, 8, 8, 1)


def test_summary_and_counts(capsys):
    gan = gan_of()
    gan.summary()
    shown = capsys.readouterr().out
    assert "generator" in shown and "discriminator" in shown
    assert gan.count_params() == gan.generator.count_params() + gan.discriminator.count_params() + 2
