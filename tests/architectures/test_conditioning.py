"""What labels do to the players' last layers, by hand."""

import numpy as np
import pytest
from keras.ops import convert_to_numpy, convert_to_tensor

from keras_gan.architectures import ALL, mlp

SAMPLES = np.array([[0.5, -0.25], [0.5, -0.25]], "float32")


def scores(discriminator, labels):
    return discriminator([convert_to_tensor(SAMPLES), convert_to_tensor(np.array(labels, "int32"))])


def test_projection_adds_the_embedding_times_the_features():
    _, discriminator = mlp((2,), latent_dim=1, hidden=2, num_classes=3)
    discriminator.get_layer("discriminator_hidden_1").set_weights([np.eye(2), np.zeros(2)])  # features (.5, 0)
    discriminator.get_layer("discriminator_logits").set_weights([np.array([[2.0], [7.0]]), np.array([1.0])])
    discriminator.get_layer("discriminator_label_embedding").set_weights([np.array([[0, 0], [4, 9], [-6, 9]])])
    np.testing.assert_allclose(convert_to_numpy(scores(discriminator, [1, 2])), [[2 + 2], [2 - 3]])


def test_an_auxiliary_classifier_names_the_class_and_never_sees_it():
    _, discriminator = mlp((2,), latent_dim=1, hidden=2, num_classes=3, auxiliary_classifier=True)
    outputs = scores(discriminator, [1, 2])
    assert {name: tuple(value.shape) for name, value in outputs.items()} == {"logits": (2, 1), "class_logits": (2, 3)}
    for value in map(convert_to_numpy, outputs.values()):
        np.testing.assert_array_equal(value[0], value[1])


@pytest.mark.parametrize("architecture", ALL)
def test_an_auxiliary_classifier_without_classes_is_refused(architecture):
    with pytest.raises(ValueError, match="num_classes=10.*Received: auxiliary_classifier=True, num_classes=None"):
        architecture(auxiliary_classifier=True)
