"""What holds for every loss."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import losses


@pytest.mark.parametrize("loss", [each() for each in losses.ALL], ids=repr)
class TestEveryLoss:
    low, mid, high = (np.full((4, 1), x, "float32") for x in (-0.5, 0.0, 0.5))

    def test_discriminator_gains_by_separating(self, loss):
        apart = loss.discriminator(self.high, self.low)
        mixed = loss.discriminator(self.mid, self.mid)
        assert ops.mean(apart) < ops.mean(mixed)

    def test_generator_gains_by_raising_the_fake_score(self, loss):
        better = loss.generator(self.mid, self.high)
        worse = loss.generator(self.mid, self.mid)
        assert ops.mean(better) < ops.mean(worse)

    def test_only_a_loss_that_compares_pairs_reads_real_scores_for_the_generator(self, loss):
        if loss.compares_pairs:
            assert ops.mean(loss.generator(self.low, self.mid)) < ops.mean(loss.generator(self.high, self.mid))
        else:
            assert ops.mean(loss.generator(None, self.mid)) == ops.mean(loss.generator(self.high, self.mid))

    @pytest.mark.parametrize("shape", [(3, 1), (3, 4, 4, 1)])
    def test_values_have_the_shape_of_the_logits(self, loss, shape):
        logits = np.zeros(shape, "float32")
        for values in (loss.discriminator(logits, logits), loss.generator(logits, logits)):
            assert tuple(values.shape) == shape

    def test_is_finite_for_confident_scores(self, loss):
        sure = ops.convert_to_tensor(np.array([[50.0], [-50.0]], "float32"))
        for values in (loss.discriminator(sure, -sure), loss.generator(sure, -sure)):
            assert np.isfinite(ops.convert_to_numpy(values)).all()

    def test_survives_a_config_round_trip(self, loss):
        twin = type(loss).from_config(loss.get_config())
        assert twin.get_config() == loss.get_config()
        assert repr(losses.get(keras.saving.serialize_keras_object(loss))) == repr(loss)


def test_every_name_makes_a_loss():
    for name, loss in losses.BY_NAME.items():
        assert type(losses.get(name)) is loss
