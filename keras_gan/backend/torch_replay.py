"""A training step on PyTorch, recorded once as a list of tensor operations and repeated without Keras."""

import torch
from keras import tree
from torch.fx.experimental.proxy_tensor import make_fx

from keras_gan.backend.torch_reading import NothingIsRead
from keras_gan.backend.torch_slim import slim


def replayed(step, model, data):
    """`step(model, data)` out of a recording of it; None where it is to run as written.

    The second batch of a shape is recorded, and so is the second one with what happens only every few batches. In a
    step of small networks Keras's layer calls, the optimizers and PyTorch's own accounts of gradients take most of the
    time; the recording has none of them left. A step that reads a tensor into Python can't be recorded. What else
    Python decided is kept as it was, as on the other backends: after a change of `trainable` or of a layer's rate
    compile again, or have it `run_eagerly`.
    """
    if model.run_eagerly or model.jit_compile_said != "auto":
        return None
    kind = f"{tree.map_structure(described, data)} {model.turns()}"
    leaves = [leaf for leaf in tree.flatten(data) if leaf is not None]
    if kind not in model.recordings:
        model.recordings[kind] = None  # data that do not come again are not worth recording
        return None
    if model.recordings[kind] is None:
        model.recordings[kind], logs = recording(step, model, data, leaves)
        return logs
    return model.recordings[kind](leaves)


def described(leaf):
    return None if leaf is None else f"{leaf.dtype} {tuple(leaf.shape)} {leaf.stride()} {leaf.device}"


def recording(step, model, data, leaves):
    """Does the step once and records it.

    Returns:
        The recording, a function of the data's tensors, and the step's logs. Where it can't be recorded: a function
        that returns None, and None, with all variables as they were.
    """
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    variables = {id(variable.value): variable for variable in variables}
    buffers = [buffer for buffer in model.buffers() if id(buffer) not in variables]  # of PyTorch's own layers

    def values():
        return [*(variable.value for variable in variables.values()), *buffers]

    before, logs = [value.detach().clone() for value in values()], None
    turns = model.turns()
    vars(model)["turns"] = lambda: turns  # each has its recording; another such question reads a tensor

    def on_tensors(*tensors):
        nonlocal logs
        given = iter(tensors[len(before) :])
        with NothingIsRead():
            logs = step(model, tree.map_structure(lambda leaf: leaf if leaf is None else next(given), data))
        return logs

    try:
        program = slim(make_fx(on_tensors)(*values(), *leaves)).forward
    except Exception:  # the step as written will say what is wrong, if anything is
        with torch.no_grad():
            for value, old in zip(values(), before, strict=True):
                value.copy_(old)
        return lambda leaves: None, None
    finally:
        del vars(model)["turns"]

    @torch.no_grad()
    def replay(leaves):
        return program(*values(), *leaves)

    return replay, logs
