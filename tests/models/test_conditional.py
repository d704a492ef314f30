"""Class-conditional GANs: labels reach both players, and come back out as asked."""

import keras
import numpy as np
import pytest

import keras_gan as kg

LABELS = np.arange(64) % 3


def conditional(hidden=16, **arguments):
    players = kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(hidden,), num_classes=3, seed=0, **arguments)
    gan = kg.GAN(*players, num_classes=3, seed=0, ema_half_life_images=100)
    gan.compile(g_optimizer=keras.optimizers.Adam(3e-3, 0.5), d_optimizer=keras.optimizers.Adam(3e-3, 0.5))
    return gan


@pytest.mark.parametrize("auxiliary_classifier", [False, True])
def test_it_learns_which_class_is_which(auxiliary_classifier, images):
    levels = np.array([-0.8, 0.0, 0.8])[LABELS]
    flat = np.broadcast_to(levels[:, None, None, None], images.shape) + 0.05 * images
    gan = conditional(hidden=64, auxiliary_classifier=auxiliary_classifier)  # 16 learn it from every other seed
    gan.fit(flat.astype("float32"), LABELS, batch_size=16, epochs=100, verbose=0)
    means = [gan.generate(20, seed=0, labels=label).mean() for label in range(3)]
    np.testing.assert_allclose(means, [-0.8, 0.0, 0.8], atol=0.3)


def test_without_labels_the_classes_take_turns(images):
    gan = conditional()
    np.testing.assert_array_equal(gan.generate(6, seed=0), gan.generate(6, seed=0, labels=[0, 1, 2, 0, 1, 2]))


@pytest.mark.parametrize("labels", [3, -1, [0, 1], [[0]]])
def test_labels_that_do_not_exist_are_refused(labels):
    with pytest.raises(ValueError, match="from 0 to 2"):
        conditional().generate(6, labels=labels)


def test_training_without_labels_is_refused(images):
    with pytest.raises(ValueError, match="labelled images"):
        conditional().fit(images, verbose=0)
    with pytest.raises(ValueError, match="each from 0 to 2"):
        conditional().fit(images, np.arange(64), verbose=0)


def test_labels_for_an_unconditional_gan_are_refused(players):
    with pytest.raises(ValueError, match="num_classes"):
        kg.GAN(*players).generate(3, labels=1)


def test_an_auxiliary_classifier_without_classes_is_refused(images):
    generator, _ = kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(16,))
    flat = keras.layers.Flatten()(inputs := keras.Input((8, 8, 1)))
    outputs = {"logits": keras.layers.Dense(1)(flat), "class_logits": keras.layers.Dense(3)(flat)}
    gan = kg.GAN(generator, keras.Model(inputs, outputs))
    gan.compile()
    with pytest.raises(ValueError, match="learns from labels. Received: num_classes=None"):
        gan.fit(images, verbose=0)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_a_network_that_would_drop_the_labels_is_refused(player):
    """As Sequential does: it calls its layers with its first input."""
    plain = kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(16,))
    players = list(kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(16,), num_classes=3))
    number = ["generator", "discriminator"].index(player)
    network = plain[number]
    players[number] = keras.Sequential([keras.Input(network.input_shape[1:]), *network.layers[1:]])
    with pytest.raises(ValueError, match=f"the {player} takes .*, labels"):
        kg.GAN(*players, num_classes=3)


def test_an_auxiliary_classifier_may_see_images_alone(images, tmp_path):
    generator, _ = kg.architectures.mlp((8, 8, 1), latent_dim=6, hidden=(16,), num_classes=3)
    flat = keras.layers.Flatten()(inputs := keras.Input((8, 8, 1)))
    outputs = {"class_logits": keras.layers.Dense(3)(flat), "logits": keras.layers.Dense(1)(flat)}
    gan = kg.GAN(generator, keras.Model(inputs, outputs), num_classes=3, seed=0)
    gan.compile(penalties="r1")
    gan.fit(images, LABELS, batch_size=16, verbose=0, callbacks=[kg.callbacks.Health()])
    gan.save(tmp_path / "gan.keras")
    assert keras.models.load_model(tmp_path / "gan.keras").discriminate(images[:5]).shape == (5, 1)


def test_the_auxiliary_classifiers_error_is_paid_by_both_players(images):
    gan = conditional(auxiliary_classifier=True)
    batch = {"real": keras.ops.convert_to_tensor(images[:6]), "labels": keras.ops.convert_to_tensor(LABELS[:6])}
    logits = np.log([[0.5, 0.25, 0.25]] * 6).astype("float32")
    scores = {"logits": np.zeros((6, 1), "float32"), "class_logits": logits}
    expected = -np.mean(np.log([0.5, 0.25, 0.25, 0.5, 0.25, 0.25]))
    for terms in (gan.discriminator_terms, gan.generator_terms):
        for term in terms(batch, None, None, scores, scores):
            np.testing.assert_allclose(float(term), expected, rtol=1e-5)


def test_a_conditional_gan_saves_and_evaluates(images, tmp_path):
    gan = conditional()
    gan.fit(images, LABELS, batch_size=16, validation_data=(images, LABELS), verbose=0)
    gan.save(tmp_path / "gan.keras")
    twin = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(twin.generate(3, seed=0), gan.generate(3, seed=0))
