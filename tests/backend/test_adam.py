"""Adam in one pass, on TensorFlow and on PyTorch, is Keras's Adam."""

import contextlib

import keras
import numpy as np
import pytest

from keras_gan.optimizers import ScheduledAdam
from keras_gan.schedules import Linear

if keras.backend.backend() == "tensorflow":
    from keras_gan.backend.tensorflow_adam import adam_in_one_pass

    CHANGED = keras.optimizers.Adam, "update_step"
elif keras.backend.backend() == "torch":
    from keras_gan.backend import torch_adam
    from keras_gan.backend.torch_adam import adam_in_one_pass

    CHANGED = torch_adam.Adam, "_parallel_update_step"
else:
    pytest.skip("XLA makes one pass of Keras's own", allow_module_level=True)

ADAMS = {
    "plain": lambda: keras.optimizers.Adam(0.05, beta_1=0.5, beta_2=0.9),
    "with much epsilon": lambda: keras.optimizers.Adam(0.05, epsilon=0.3),
    "decayed": lambda: keras.optimizers.AdamW(0.05, weight_decay=0.1),
    "amsgrad": lambda: keras.optimizers.Adam(0.05, amsgrad=True),
    "clipped and averaged": lambda: keras.optimizers.Adam(0.05, global_clipnorm=0.5, use_ema=True),
    "of several steps": lambda: keras.optimizers.Adam(0.05, gradient_accumulation_steps=2),
    "with a schedule": lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, 10)),
    "with a memory that changes": lambda: ScheduledAdam(0.05, beta_2=Linear(0.5, 0.9, examples=300)),
    "loss-scaled": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.05)),
}


@pytest.mark.parametrize("name", ADAMS)
def test_it_goes_where_keras_goes_and_remembers_the_same(name):
    gradients = np.random.default_rng(0).standard_normal((6, 3, 4)).astype("float32")
    found = []
    for adam in (adam_in_one_pass, contextlib.nullcontext):
        variables = [keras.Variable(np.ones((4, 3), "float32")), keras.Variable(np.ones(3, "float32"))]
        optimizer = ADAMS[name]()
        optimizer.build(variables)
        for gradient in gradients:
            with adam():
                kernel = keras.ops.transpose(keras.ops.convert_to_tensor(gradient))  # not as it lies in memory
                optimizer.apply([kernel, keras.ops.convert_to_tensor(gradient[:, 0])], variables)
        found.append([keras.ops.convert_to_numpy(x) for x in [*variables, *optimizer.variables]])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_keras_has_its_own_adam_back_after_an_error():
    before = getattr(*CHANGED)
    with pytest.raises(ZeroDivisionError), adam_in_one_pass():
        assert getattr(*CHANGED) is not before
        1 / 0  # noqa: B018
    assert getattr(*CHANGED) is before
