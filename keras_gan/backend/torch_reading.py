"""What a step on PyTorch that is being recorded may not do: read a tensor into Python."""

import contextlib

from torch.overrides import TorchFunctionMode

READ = {"numpy", "tolist", "item", "__array__", "__bool__", "__int__", "__float__", "__index__"}


class NothingIsRead(TorchFunctionMode):
    """Fails where a tensor's value becomes one of Python's or NumPy's, which a recording would repeat for ever."""

    allowed = False

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if not NothingIsRead.allowed and getattr(function, "__name__", None) in READ:
            raise RuntimeError(f"a recorded step can't read a tensor: {function.__name__}")
        return function(*args, **(kwargs or {}))


@contextlib.contextmanager
def reading_allowed():
    """For an operation that is recorded as one, and reads anew each time."""
    before, NothingIsRead.allowed = NothingIsRead.allowed, True
    try:
        yield
    finally:
        NothingIsRead.allowed = before
