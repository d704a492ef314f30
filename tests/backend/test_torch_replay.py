"""On PyTorch a recorded step does what the step as written does, and what can't be recorded runs as written."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan import backend, losses, penalties
from tests.conftest import tiny_players

Adam = keras.optimizers.Adam
RECORDED = {  # functions, since an optimizer serves one model
    **{loss.__name__: lambda loss=loss: {"loss": loss()} for loss in losses.ALL},
    "r1": lambda: {"penalties": "r1"},
    "lecam": lambda: {"penalties": "lecam"},
    "clipped": lambda: {"g_optimizer": Adam(clipnorm=0.1)},
    "two steps of the discriminator": lambda: {"discriminator_steps": 2},
    "now and then": lambda: {"penalties": [penalties.R1(interval=2), penalties.R2(interval=3)]},
    "scheduled": lambda: {"d_optimizer": Adam(kg.schedules.LearningRate(kg.schedules.Linear(1e-2, 1e-4, 50), 8))},
}
LAZY = {"two steps of the discriminator": 2, "now and then": 4}  # how many kinds of batch there are
AS_WRITTEN = {
    "accumulated": lambda: {"g_optimizer": Adam(gradient_accumulation_steps=2)},
    "nadam": lambda: {"g_optimizer": "nadam"},  # Keras's reads a product into NumPy
    "sgd": lambda: {"g_optimizer": "sgd"},  # Keras's takes the learning rate into Python
    "ada": lambda: {"augmentation": "ada"},
}


def trained(images, dropout=0.0, steps=5, **compiled):
    keras.utils.set_random_seed(0)
    gan = kg.GAN(*tiny_players(dropout), seed=0, ema_half_life_images=100)
    gan.compile(**{"g_optimizer": "adam", "d_optimizer": "adam"} | compiled)
    logs = [gan.train_on_batch(images[8 * (i % 8) :][:8], return_dict=True) for i in range(steps)]
    return gan, logs


def is_recorded(gan):
    """Whether there is one of every kind of batch."""
    return {program.__name__ for program in gan.recordings.values()} == {"replay"}


def assert_equal_to_eager(images, options, **more):
    (gan, logs), (eager, eager_logs) = (
        trained(images, **options(), **more, **eagerly) for eagerly in ({}, {"run_eagerly": True})
    )
    for ours, theirs in zip(logs, eager_logs, strict=True):
        assert ours == theirs
    for ours, theirs in zip(gan.variables, eager.variables, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy(), err_msg=ours.path)
    return gan


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_step_does_what_the_step_as_written_does(name, images):
    gan = assert_equal_to_eager(images, RECORDED[name], steps=20 if name in LAZY else 5)
    assert is_recorded(gan)
    assert len(gan.recordings) == LAZY.get(name, 1)


@pytest.mark.parametrize("name", AS_WRITTEN)
def test_a_step_that_python_decides_in_runs_as_written(name, images):
    assert not is_recorded(assert_equal_to_eager(images, AS_WRITTEN[name]))


def test_dropout_draws_anew_in_every_recorded_step(images):
    assert is_recorded(assert_equal_to_eager(images, dict, dropout=0.5))


def test_what_changes_between_steps_is_seen(images):
    gan, _ = trained(images)
    assert is_recorded(gan)
    gan.optimizer.generator.learning_rate = 0.0
    gan.generator.set_weights([np.full_like(weight, 0.1) for weight in gan.generator.get_weights()])
    gan.train_on_batch(images[:8])
    for weight in gan.generator.get_weights():
        np.testing.assert_allclose(weight, 0.1, atol=1e-6)


def test_another_shape_and_another_compilation_are_recorded_anew(images):
    gan, _ = trained(images)
    for count in (3, 3, 3, 8):
        gan.train_on_batch(images[:count])
    assert [program.__name__ for program in gan.recordings.values()] == ["replay", "replay"]
    assert int(gan.examples_seen) == 5 * 8 + 3 * 3 + 8
    gan.compile(loss="hinge", g_optimizer="adam", d_optimizer="adam")
    assert not gan.recordings
    for _ in range(3):
        gan.train_on_batch(images[:8])
    assert is_recorded(gan)


@pytest.mark.parametrize("architecture", [kg.architectures.dcgan, kg.architectures.resnet], ids=["dcgan", "resnet"])
def test_a_fit_of_convolutions_with_labels_ends_as_it_does_eagerly(architecture):
    """With batch statistics and spectral normalisation, callbacks that draw samples, and a last batch of its own."""
    random, ends = np.random.default_rng(0), []
    pictures, labels = random.uniform(-1, 1, (20, 28, 28, 1)).astype("float32"), np.arange(20) % 3
    for eagerly in (False, True):
        keras.utils.set_random_seed(0)
        sizes = {"generator_width": 4, "discriminator_width": 4, "latent_dim": 5, "num_classes": 3, "seed": 0}
        gan = kg.GAN(*architecture((28, 28, 1), **sizes), seed=0, num_classes=3, ema_half_life_images=100)
        gan.compile(penalties="r1", run_eagerly=eagerly)
        draw = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs, gan=gan: gan.generate(3))
        gan.fit(pictures, labels, batch_size=8, epochs=2, verbose=0, callbacks=[draw])
        ends.append([variable.numpy() for variable in [*gan.variables, *gan.optimizer.variables]])
        assert eagerly or [program.__name__ for program in gan.recordings.values()] == ["replay", "replay"]
    for ours, theirs in zip(*ends, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_layer_that_reads_its_input_is_heard_at_every_step(images):
    class Rereading(keras.layers.Layer):
        def call(self, x):
            return x * float(np.abs(x.detach().numpy()).max())

    def read(eagerly):
        keras.utils.set_random_seed(0)
        generator, discriminator = tiny_players()
        gan = kg.GAN(generator, keras.Sequential([keras.Input((8, 8, 1)), Rereading(), discriminator]), seed=0)
        gan.compile(run_eagerly=eagerly)
        return [gan.train_on_batch(images[8 * i : 8 * i + 8] / (i + 1), return_dict=True) for i in range(4)]

    assert read(False) == read(True)


def test_a_turn_of_a_users_own_is_asked_for_at_every_step(images):
    class NowAndThen(kg.GAN):
        def generator_terms(self, *args):
            return [keras.ops.cond(backend.due(self.batches_seen, 3), lambda: 5.0, lambda: 0.0)]

    keras.utils.set_random_seed(0)
    gan = NowAndThen(*tiny_players(), seed=0)
    gan.compile()
    for _ in range(3):
        gan.train_on_batch(images[:8])
    assert not is_recorded(gan)
