"""On PyTorch, layers that go through the memory less often are Keras's own, to rounding and in two derivatives."""

import contextlib

import keras
import numpy as np
import pytest
import torch
from keras import layers

from keras_gan.backend import torch_layers
from keras_gan.backend.torch_layers import layers_in_few_passes


def trained(build, shape, context):
    """A layer's outputs, its slopes, the slope of those, and its variables after two batches."""
    keras.utils.set_random_seed(0)
    layer = build()
    layer.build(shape)
    random = np.random.default_rng(0)
    layer.set_weights([weight + random.uniform(0.5, 1, weight.shape) for weight in layer.get_weights()])
    with context():
        for _ in range(2):
            x = torch.tensor(random.standard_normal(shape) * 3 + 1, dtype=torch.float32, requires_grad=True)
            y = layer(x, training=True)
    variables = [x, *(variable.value for variable in layer.trainable_variables)]
    slopes = torch.autograd.grad(torch.sin(y).sum(), variables, create_graph=True)
    curvature = torch.autograd.grad(slopes[0].square().sum(), x)
    return [value.detach() for value in (y, *slopes, *curvature, *(variable.value for variable in layer.variables))]


NORMALISATIONS = {
    "of maps": ((8, 6, 4, 3), {}),
    "of vectors": ((16, 5), {"momentum": 0.5, "epsilon": 1e-5}),
    "of sequences": ((4, 7, 3), {"axis": 2}),
    "unscaled": ((8, 6, 4, 3), {"center": False, "scale": False}),
    "over rows": ((8, 6, 4, 3), {"axis": 1}),
    "frozen": ((8, 6, 4, 3), {"trainable": False}),
}


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_batch_normalisation_goes_where_keras_goes(name, monkeypatch):
    shape, options = NORMALISATIONS[name]
    kernels, kernel = [], torch.native_batch_norm
    monkeypatch.setattr(torch, "native_batch_norm", lambda *given: kernels.append(given) or kernel(*given))
    compare(lambda: layers.BatchNormalization(**options), shape)
    assert len(kernels) == (0 if name in ("over rows", "frozen") else 2)


def test_other_precisions_and_empty_batches_are_left_to_keras():
    empty = layers.BatchNormalization()(torch.zeros((4, 3)))  # builds it
    for context in (layers_in_few_passes, contextlib.nullcontext):
        with context():
            assert layers.BatchNormalization()(torch.zeros((0, 3)), training=True).shape == (0, 3)
            mixed = layers.BatchNormalization(dtype="mixed_bfloat16", autocast=False)
            assert mixed(torch.ones((4, 3)), training=True).dtype == torch.bfloat16
            assert keras.ops.conv_transpose(np.ones((1, 3, 3, 2)), np.ones((2, 2, 1, 2)), 2).shape == (1, 6, 6, 1)
            with pytest.raises(ValueError, match="channels"):
                keras.ops.conv_transpose(torch.ones((1, 3, 3, 2)), torch.ones((2, 2, 1, 3)), 2)
    assert empty.shape == (4, 3)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("strides", [1, 2, 3])
def test_transposed_convolution_is_cut_where_keras_cuts_it(strides, kernel_size, padding, monkeypatch):
    ours, kernel = [], torch_layers.conv_transpose2d
    monkeypatch.setattr(torch_layers, "conv_transpose2d", lambda *given: ours.append(given) or kernel(*given))
    compare(lambda: layers.Conv2DTranspose(2, kernel_size, strides, padding), (2, 5, 6, 3))
    assert len(ours) == (2 if kernel_size >= strides else 0)


def test_other_transposed_convolutions_are_left_to_keras_and_convolutions_go_without_a_copy():
    compare(lambda: layers.Conv2DTranspose(2, 3, 2, "same", output_padding=0), (2, 5, 6, 3))
    compare(lambda: layers.Conv2DTranspose(2, 3, padding="same", dilation_rate=2), (2, 5, 6, 3))
    compare(lambda: layers.Conv2DTranspose(2, 3, 2, "same", data_format="channels_first"), (2, 3, 5, 6))
    compare(lambda: layers.Conv1DTranspose(2, 3, 2, "same"), (2, 5, 3))
    compare(lambda: layers.Conv2D(2, 3, 2, "same"), (2, 5, 6, 3))


def compare(build, shape):
    pairs = zip(trained(build, shape, layers_in_few_passes), trained(build, shape, contextlib.nullcontext), strict=True)
    for ours, keras_own in pairs:
        torch.testing.assert_close(ours, keras_own, rtol=1e-4, atol=1e-5 * max(1.0, float(keras_own.abs().max())))


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5])
def test_dropout_keeps_its_share_and_the_mean_and_draws_anew(rate, monkeypatch):
    monkeypatch.delattr(torch.nn.functional, "dropout")  # which Keras calls
    layer, x = layers.Dropout(rate), torch.ones((101, 333), requires_grad=True)
    with layers_in_few_passes():
        y, again = layer(x, training=True), layer(x, training=True)
    kept = y.detach().numpy() != 0
    assert kept.mean() == pytest.approx(1 - rate, abs=4 * np.sqrt(rate * (1 - rate) / kept.size))
    np.testing.assert_allclose(y.detach().numpy()[kept], 1 / (1 - rate), rtol=1e-4)
    torch.testing.assert_close(torch.autograd.grad(y.sum(), x)[0], y)
    assert np.mean(kept == (again.detach().numpy() != 0)) == pytest.approx((1 - rate) ** 2 + rate**2, abs=0.02)
    columns = [np.corrcoef(kept[:, i], kept[:, i + 1])[0, 1] for i in range(kept.shape[1] - 1)]
    assert abs(np.mean(columns)) < 0.03  # the parts of one word say nothing of each other


def test_dropout_that_is_seeded_or_of_whole_rows_is_left_to_keras():
    def draw():
        torch.manual_seed(0)
        options = ({"seed": 3}, {"seed": 4, "noise_shape": (20, 1)})
        return [layers.Dropout(0.5, **each)(torch.ones(20, 9), training=True) for each in options]

    with layers_in_few_passes():
        ours = draw()
    for mask, keras_own in zip(ours, draw(), strict=True):
        torch.testing.assert_close(mask, keras_own, rtol=0, atol=0)
