"""Many steps as one program on PyTorch: one after the other, and nothing between them for which the host waits."""

import torch

from keras_gan.backend.convolutions import has_convolutions

__all__ = ["make_train_function", "prefers_one_program"]


def make_train_function(model, steps):
    """The function that `fit` calls for every `steps` steps: the steps alone, without logs and callbacks between them.

    Keras turns the logs of every call into Python's numbers, for which an
    accelerator must have finished the step.
    """

    def train(batches):
        model.steps_per_execution = 1  # Keras has made its iterator with it, and refuses to evaluate and predict
        for batch in batches:
            logs = model.train_step(batch)
        return logs

    return train


def prefers_one_program(model):
    """Whether many steps between two callbacks are faster here: on an accelerator, and for dense networks on a CPU."""
    return torch.cuda.is_available() or not has_convolutions(model)
