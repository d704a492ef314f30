"""Gradients on PyTorch."""

import contextlib
import functools

import keras
import torch
from keras import ops, tree
from keras.src.backend.torch.core import get_device

from keras_gan.backend.torch_layers import in_few_passes
from keras_gan.backend.torch_noise import mixed, noise
from keras_gan.backend.torch_reading import reading_allowed
from keras_gan.backend.torch_replay import replayed

__all__ = [
    "record",
    "gradients",
    "slopes",
    "input_gradients",
    "update",
    "due",
    "when",
    "stateful",
    "normal",
    "devices",
]


def record(function, variables):
    """Run `function()` once and keep the pass.

    Returns:
        What the function returned, and `pull_back(slopes)`: from slopes of
        the same structure to one gradient per variable.
    """
    outputs = function()

    def pull_back(slopes):
        pairs = zip(tree.flatten(outputs), tree.flatten(slopes), strict=True)
        connected = [(output, slope) for output, slope in pairs if output.requires_grad]
        return differentiate(*zip(*connected, strict=True), variables)

    return outputs, pull_back


def gradients(function, variables):
    """The gradient of the scalar in `(scalar, extra) = function()`, and the extra."""
    scalar, extra = function()
    return differentiate(scalar, None, variables), detached(extra)


def slopes(function, tensors):
    """The slope of the scalar in `(scalar, extra) = function(tensors)` at every tensor, and the extra."""
    tensors = tree.map_structure(lambda tensor: tensor.detach().requires_grad_(), tensors)
    scalar, extra = function(tensors)
    flat = tree.flatten(tensors)
    slope = torch.autograd.grad(scalar, flat, allow_unused=True, materialize_grads=True)
    return tree.pack_sequence_as(tensors, slope), detached(extra)


def input_gradients(critic, inputs):
    """The slope of each sample's score at its input, itself differentiable.

    Batch statistics that the critic's pass would move stay where they are.
    """
    inputs = inputs if inputs.requires_grad else inputs.detach().requires_grad_()
    with keras.StatelessScope():
        score = torch.sum(critic(inputs))
    return torch.autograd.grad(score, inputs, create_graph=True, allow_unused=True, materialize_grads=True)[0]


def update(optimizer, gradients, variables):
    """One step of `optimizer`."""
    with torch.no_grad():
        optimizer.apply(gradients, variables)


def due(counter, interval, ahead=0):
    """Whether a counter, or the number that far ahead of it, is a multiple of `interval`: a condition for `when`.

    Python decides, so on an accelerator it waits here for the steps so far.
    """
    return (int(counter.value) + ahead) % interval == 0


def when(condition, function):
    """Run `function`, which may assign to variables and returns nothing, where `condition` holds."""
    if condition:
        function()


def stateful(step):
    """A step that assigns to variables, as Keras calls it: here as it is, with tensors for `train_on_batch`.

    Keras lets dropout without a seed draw from PyTorch's own generators. Each
    step sets them to what the model's seed says, so that a resumed run draws alike.
    """

    @functools.wraps(step)
    def step_on_tensors(self, data):
        data = tree.map_structure(lambda x: x if x is None else ops.convert_to_tensor(x), data)
        seed = mixed([*self.seed_generator.state.value.tolist(), 1])
        seed_torch(seed)
        with in_few_passes() if get_device() == "cpu" else contextlib.nullcontext():
            logs = replayed(step, self, data) if type(self).train_step is step_on_tensors else None
            if logs is None:
                seed_torch(seed)  # again: a recording may have been tried
                logs = step(self, data)
        return logs

    return step_on_tensors


def seed_torch(seed):
    torch.default_generator.manual_seed(seed)  # torch.manual_seed is slow where CUDA is not in use
    if torch.cuda.is_available():
        torch.cuda.manual_seed(seed)


def normal(shape, seed):
    """Standard normal noise, float32; `seed` is a `keras.random.SeedGenerator`.

    Its state is kept on the host: reading it there waits for no accelerator.
    """
    state = getattr(seed.state, "value", seed.state)  # a lazy penalty's is a tensor
    if state.device.type != "cpu":
        state.data = state.data.cpu()
    with keras.device("cpu"):
        state = seed.next()
    with reading_allowed():
        return noise(state, [int(size) for size in shape], str(ops.zeros(()).device))


def devices():
    """Names of the devices that training can use."""
    return [f"cuda:{index}" for index in range(torch.cuda.device_count())] or ["cpu"]


def differentiate(outputs, slopes, variables):
    values = [variable.value for variable in variables]
    return list(torch.autograd.grad(outputs, values, grad_outputs=slopes, allow_unused=True))


def detached(tensors):
    return tree.map_structure(lambda tensor: tensor.detach(), tensors)
