"""Many steps as one program on PyTorch: there is none, it runs step by step."""

__all__ = ["make_train_function", "prefers_one_program"]


def make_train_function(model, steps):
    """None, for Keras's own loop, which refuses `steps_per_execution` above 1 here."""


def prefers_one_program(model):
    """Never."""
    return False
