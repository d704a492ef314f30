"""Who trains against whom: a file beside this one, with options, on a backend, for some kinds of workload."""

from dataclasses import dataclass

from machine import multiplies_bfloat16

OURS = "keras_gan"  # the name of all that is ours begins so
CONVOLUTIONS = ("tutorial", "rgb64")
ALL = ("mlp", *CONVOLUTIONS)


@dataclass
class Contender:
    group: str  # the fastest of a group is what we are compared with
    script: str
    options: tuple = ()
    backend: str = "tensorflow"
    kinds: tuple = ALL
    quick: bool = False


CONTENDERS = {
    OURS: Contender(OURS, "ours.py", quick=True),
    f"{OURS}, ImageGrid and Resume": Contender(OURS, "ours.py", ("callbacks",)),
    f"{OURS}, mixed_bfloat16": Contender(OURS, "ours.py", ("bfloat16",), kinds=CONVOLUTIONS),
    f"{OURS} on jax": Contender(OURS, "ours.py", backend="jax"),
    f"{OURS} on torch": Contender(OURS, "ours.py", backend="torch"),
    "tf.function": Contender("tf.function", "tf_function.py", quick=True),
    "tf.function, jit": Contender("tf.function", "tf_function.py", ("jit",)),
    "keras.io-style fit": Contender("keras.io-style fit", "keras_fit.py", quick=True),
    "keras.io-style fit, jit": Contender("the same in XLA", "keras_fit.py", ("jit",), kinds=("mlp",)),
    "JAX by hand": Contender("JAX by hand", "jax_by_hand.py", backend="jax"),
    "PyTorch": Contender("PyTorch", "torch_eager.py", quick=True),
    "PyTorch, channels_last": Contender("PyTorch", "torch_eager.py", ("channels_last",), kinds=CONVOLUTIONS),
    "PyTorch, compiled": Contender("PyTorch", "torch_eager.py", ("compile", "channels_last")),
}
BY_HAND = {"tensorflow": "tf.function", "jax": "JAX by hand", "torch": "PyTorch"}  # the group that has no `fit`
GROUPS = list(dict.fromkeys(each.group for each in CONTENDERS.values() if each.group != OURS))


def chosen(kind, backends, names, quick):
    """Names to `(script, options, backend)` of those that are wanted."""
    found = {}
    for name in names:
        each = CONTENDERS[name]
        known = each.backend in backends or each.group in [BY_HAND[backend] for backend in backends]
        wanted = known and kind in each.kinds and (each.quick or not quick)
        if wanted and ("bfloat16" not in each.options or multiplies_bfloat16()):
            found[name] = each.script, [x for x in each.options if x != "channels_last" or kind != "mlp"], each.backend
    return found
