"""Batch normalisation, dropout and transposed convolution on PyTorch in few passes over a CPU's memory."""

import contextlib

import keras
import torch
from keras.src.backend.common.stateless_scope import in_stateless_scope
from keras.src.backend.torch import nn, random
from torch.nn.functional import conv_transpose2d

from keras_gan.backend.replaced import replaced
from keras_gan.backend.torch_adam import adam_in_one_pass

__all__ = ["in_few_passes", "layers_in_few_passes"]

PARTS = 2**16  # of dropout's rate


@contextlib.contextmanager
def in_few_passes():
    """For its own time, a step goes through a CPU's memory once where Keras goes often."""
    with adam_in_one_pass(), layers_in_few_passes():
        yield


@contextlib.contextmanager
def layers_in_few_passes():
    """For its own time, Keras's layers train on a CPU by PyTorch's kernels, without copies, and with less randomness.

    A step of TensorFlow's tutorial DCGAN took a quarter longer than in PyTorch by hand.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(replaced(keras.layers.BatchNormalization, "call", normalised_by_one_kernel))
        stack.enter_context(replaced(random, "dropout", dropped_by_quarter_words))
        stack.enter_context(replaced(nn, "conv_transpose", transposed_with_padding))
        if hasattr(nn, "_transpose_spatial_inputs"):  # Keras's own affair
            stack.enter_context(replaced(nn, "_transpose_spatial_inputs", without_copy))
        yield


def normalised_by_one_kernel(keras_call):
    def call(self, inputs, training=None, mask=None):
        fits = on_cpu(inputs) and inputs.numel() and self.axis in (-1, inputs.ndim - 1)
        fits = fits and inputs.dtype == torch.float32 and self.compute_dtype == self.variable_dtype == "float32"
        plain = mask is None and not self.synchronized and not getattr(self, "renorm", False)
        plain = plain and type(self)._moments is keras.layers.BatchNormalization._moments
        if not (training and self.trainable and fits and plain) or in_stateless_scope():  # penalties make one
            return keras_call(self, inputs, training=training, mask=mask)
        gamma, beta = self.gamma.value if self.scale else None, self.beta.value if self.center else None
        y, mean, scale = torch.native_batch_norm(
            inputs.movedim(-1, 1), gamma, beta, None, None, True, 0.0, self.epsilon
        )
        variance = scale.detach() ** -2 - self.epsilon
        for moving, now in ((self.moving_mean, mean.detach()), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + now * (1.0 - self.momentum))
        return y.movedim(1, -1)

    return call


def dropped_by_quarter_words(keras_dropout):
    """Dropout that draws 16 bits for a unit, four of one word; its rate is rounded to 1 / 65536."""

    def dropout(inputs, rate, noise_shape=None, seed=None):
        lost = round(rate * PARTS) if isinstance(rate, (int, float)) else 0
        seeded = seed is not None and not (isinstance(seed, keras.random.SeedGenerator) and seed._initial_seed is None)
        if noise_shape is not None or not 0 < lost < PARTS or seeded or not on_cpu(inputs):
            return keras_dropout(inputs, rate, noise_shape, seed)
        words = torch.randint(-(2**63), 2**63 - 1, [-(-inputs.numel() // 4)])
        parts = words.view(torch.int16)[: inputs.numel()].view(inputs.shape)
        return inputs * ((parts >= lost - PARTS // 2).to(inputs.dtype) * (PARTS / (PARTS - lost)))

    return dropout


def transposed_with_padding(keras_conv_transpose):
    """Transposed convolution that does not compute what Keras cuts off, or one row and column of it."""

    def conv_transpose(
        inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
    ):
        sizes = tuple(strides) if isinstance(strides, (tuple, list)) else (strides, strides)
        known = on_cpu(inputs) and inputs.ndim == 4 and output_padding is None and dilation_rate in (1, (1, 1))
        known = known and (data_format or keras.config.image_data_format()) == "channels_last"
        known = known and padding in ("same", "valid") and len(sizes) == 2 and inputs.shape[3] == kernel.shape[3]
        crops = [cut(*each, padding) for each in zip(kernel.shape, sizes, strict=False)] if known else [(-1, -1)]
        if any(not 0 <= before <= after for before, after in crops):
            return keras_conv_transpose(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate)
        inputs, kernel = inputs.permute(0, 3, 1, 2), nn.convert_to_tensor(kernel).permute(3, 2, 0, 1)
        y = conv_transpose2d(inputs, kernel, None, sizes, [before for before, _ in crops])
        (top, bottom), (left, right) = crops
        return y[:, :, : y.shape[2] + top - bottom, : y.shape[3] + left - right].permute(0, 2, 3, 1)

    return conv_transpose


def on_cpu(inputs):
    return isinstance(inputs, torch.Tensor) and inputs.device.type == "cpu"


def cut(kernel_size, stride, padding):
    """What Keras cuts off a transposed convolution's full output, before and after; negative where it adds zeros."""
    surplus = kernel_size - stride
    if padding == "valid":
        return 0, min(0, surplus)
    before = 0 if surplus < 0 else surplus // 2
    return before, surplus - before


def without_copy(keras_transpose):
    return lambda inputs: inputs.permute(0, 3, 1, 2) if inputs.ndim == 4 else keras_transpose(inputs)
