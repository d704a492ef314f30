"""How many training steps run as one program."""

import contextlib
import warnings

import keras
from keras import tree

from keras_gan import backend
from keras_gan.datasets.stream import EpochStream

FUNCTIONS = ("train_function", "test_function", "predict_function")
MOST_STEPS = 50
MOST_BYTES = 16_000_000  # of one program's batches: of larger ones, the allocator's heaps kept 200 MB
FEWEST_EXAMPLES = 10_000  # in an epoch, or ten times as many in a `fit`; below, compiling costs more than it saves


def steps_per_program(model, data, callbacks, epochs=1, at=None):
    """Steps to put into one program; 1 leaves training to Keras's own loop.

    - `steps_per_execution`, where that was said and XLA is on, or may be and is of use.
    - Where neither it nor `jit_compile` was said, up to 50, if the networks gain by it, no callback wants to
      see every batch, and `epochs` are enough.
    - A run that goes on keeps what it had, since other programs round otherwise.
    - 1 on PyTorch where a run goes on inside an epoch: Keras's iterator of several steps fails there where an
      epoch ends early.

    Args:
        at: `(epoch, batch, steps in a program)` of a run that goes on, or None; the last None if not known.
    """
    _, batch, before = at or (0, 0, None)
    if keras.backend.backend() == "torch":  # whose steps are the same in any number
        return 1 if batch else chosen(model, data, callbacks, epochs, None)
    steps = chosen(model, data, callbacks, epochs, before)
    if steps == 1 and before not in (None, 1):
        warnings.warn(
            f"Several steps were one program in this run, {before} of them; from here on each is one of its own, and "
            "rounds otherwise. To go on bit for bit, leave out callbacks that see every batch, and train as before.",
            stacklevel=3,
        )
    return steps


def chosen(model, data, callbacks, epochs, before):
    if not isinstance(data, EpochStream) or model.run_eagerly or backend.under_strategy(model):
        return 1
    if model.steps_per_execution > 1:
        free = model.jit_compile_said == "auto" and backend.prefers_one_program(model)
        return model.steps_per_execution if model.jit_compile or free else 1
    few = data.epoch_length < FEWEST_EXAMPLES and data.epoch_length * epochs < 10 * FEWEST_EXAMPLES
    few = few if before is None else before == 1
    if not model.free_to_pace or few or watches_batches(callbacks) or not backend.prefers_one_program(model):
        return 1
    batch = data.batch_size * sum(array.nbytes // len(array) for array in tree.flatten(data.arrays))
    return in_fewest_calls(data.epoch_length // data.batch_size, min(MOST_STEPS, max(1, MOST_BYTES // batch)))


def in_fewest_calls(batches, most):
    """The steps in a program, at most so many, that leave the fewest programs and single steps in an epoch."""
    return min(range(most, 0, -1), key=lambda steps: batches // steps + batches % steps)


@contextlib.contextmanager
def program_of(model, steps, data):
    """For the time of one `fit`, let `steps` steps of `data` be one program."""
    if steps == 1:
        yield
        return
    said, of_one_step, kind = model.steps_per_execution, functions_of(model), (steps, data.batch_size)
    vars(model).update(model.programs.get(kind, dict.fromkeys(FUNCTIONS)))
    model.steps_per_execution = model.program_steps = data.group = steps
    try:
        yield
    finally:
        model.programs[kind] = functions_of(model)
        vars(model).update(of_one_step)
        model.steps_per_execution, model.program_steps = said, 1


def functions_of(model):
    """What Keras compiled for `fit`, `evaluate` and `predict`: each for as many steps as were said at the time."""
    return {name: getattr(model, name) for name in FUNCTIONS}


def watches_batches(callbacks):
    """Whether a callback wants to see every batch; one with `any_pace` is content with every few."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return True
    return any(sees_batches(callback) for callback in callbacks or ())


def sees_batches(callback):
    base = keras.callbacks.Callback
    hooks = [f"on_{kind}batch_{end}" for kind in ("", "train_", "test_") for end in ("begin", "end")]
    if getattr(callback, "any_pace", False) or isinstance(callback, keras.callbacks.TerminateOnNaN):
        return False
    if waits_for_epochs(callback):
        return False
    overridden = any(getattr(type(callback), hook) is not getattr(base, hook) for hook in hooks)
    return overridden or any(hook in vars(callback) for hook in hooks)  # LambdaCallback sets them on itself


def waits_for_epochs(callback):
    """Whether this is a callback of Keras's own that has methods for batches and, as it was set, no use for them."""
    if type(callback) in (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore):
        return callback.save_freq == "epoch"
    if type(callback) is keras.callbacks.TensorBoard:
        traces = getattr(callback, "_should_trace", True)
        return callback.update_freq == "epoch" and not callback.write_steps_per_second and not traces
    return False
