"""Takes gradients and nothing else: the only room that knows which framework runs below Keras.

The training step is written once, since `tensorflow.py`, `jax.py` and `torch.py` say the same names in the same order:

- `record(function, variables)`: run once, keep the pass, pull slopes back through it later.
- `gradients(function, variables)`: the slope of a scalar in some variables.
- `slopes(function, tensors)`: the slope of a scalar in some tensors.
- `input_gradients(critic, inputs)`: the same for a critic's score, and differentiable once more.
- `update(optimizer, gradients, variables)`: one optimizer step.
- `due(counter, interval, ahead)`: whether a counter, or the number that far ahead, is a multiple of another.
- `when(condition, function)`: run a function that changes variables, or not, inside a compiled program.
- `stateful(step)`: give a step that assigns to variables the signature that Keras calls here.
- `normal(shape, seed)`: the same noise with and without compilation.
- `devices()`: names of the devices there are.

So do `tensorflow_program.py`, `jax_program.py` and `torch_program.py`:

- `make_train_function(model, steps)`: run that many steps without a return to Keras, or None where its loop is faster.
- `prefers_one_program(model)`: whether that is the faster way here.

And `replicas.py`, for `tf.distribute`, and `one_replica.py`, for JAX and PyTorch:

- `replica()`: (index, count) of this copy of the model under a distribution strategy.
- `across_replicas(value)`: the sum of every replica's value.
- `replicas_of(model)`: how many replicas a model was made for.
- `under_strategy(model)`: whether it was made under one, even if of one replica.
- `several_workers(model)`, `is_chief(model)`: whether other processes train it too, and whether this one writes.
- `chief_says(model, number)`: the chief's number, for every worker.
- `step_logs(logs)`: a step's logs as Keras reduces them among workers.
"""

import keras

if keras.backend.backend() == "tensorflow":
    from keras_gan.backend.replicas import *  # noqa: F403
    from keras_gan.backend.tensorflow import *  # noqa: F403
    from keras_gan.backend.tensorflow_program import *  # noqa: F403
elif keras.backend.backend() == "jax":
    from keras_gan.backend.jax import *  # noqa: F403
    from keras_gan.backend.jax_program import *  # noqa: F403
    from keras_gan.backend.one_replica import *  # noqa: F403
elif keras.backend.backend() == "torch":
    from keras_gan.backend.one_replica import *  # noqa: F403
    from keras_gan.backend.torch import *  # noqa: F403
    from keras_gan.backend.torch_program import *  # noqa: F403
else:
    raise ImportError(
        "keras_gan runs on the Keras backends 'tensorflow', 'jax' and 'torch'. "
        f"Received: KERAS_BACKEND={keras.backend.backend()!r}."
    )
