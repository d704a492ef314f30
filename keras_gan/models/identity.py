"""What makes two runs the same run: networks, compilation, data, seed and versions."""

import json
import re
import sys
import zlib

import keras


def of(model):
    """A dict of JSON values; runs that agree on all of them can continue each other exactly.

    Learning rates are left out where they are numbers, since callbacks change
    them in a run; a checkpoint restores them.
    """
    return {
        "generator": network_identity(model.generator),
        "discriminator": network_identity(model.discriminator),
        "averaged generator": settings(model.ema_half_life_images),
        "compilation": settings({k: v for k, v in model.get_compile_config().items() if k != "metrics"}),
        "data": settings(model.fed_with),
        "seed": model.seed,
        "keras_gan": sys.modules["keras_gan"].__version__,
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "backend version": sys.modules[keras.backend.backend()].__version__,
    }


def network_identity(network):
    """Size, and a checksum of the layers' settings whatever the layers are called."""
    layers = [[type(layer).__name__, layer_config(layer)] for layer in network._flatten_layers(include_self=False)]
    checksum = zlib.crc32(json.dumps(settings(layers), sort_keys=True).encode())
    return f"{network.count_params()} parameters, settings {checksum:08x}"


def layer_config(layer):
    try:
        return {key: value for key, value in layer.get_config().items() if key != "layers"}
    except NotImplementedError:
        return {}


def settings(value):
    """A config as JSON has it, without names, which count what the process built before."""
    if isinstance(value, dict):
        ignored = {"name", "build_input_shape", "build_config"}
        ignored |= {"learning_rate"} if isinstance(value.get("learning_rate"), (int, float)) else set()
        return {str(key): settings(each) for key, each in value.items() if key not in ignored}
    if isinstance(value, (list, tuple)):
        return [settings(each) for each in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    if hasattr(value, "get_config"):
        return [type(value).__name__, settings(value.get_config())]
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}" if hasattr(value, "__qualname__") else type(value).__name__
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))  # another one in each process


def differences(saved, present, name=""):
    """What two identities say differently, one readable line each."""
    if isinstance(saved, dict) and isinstance(present, dict):
        keys = sorted({*saved, *present})
        pairs = [(saved.get(key), present.get(key), f"{name} {key}".strip()) for key in keys]
        return [line for pair in pairs for line in differences(*pair)]
    return [] if saved == present else [f"{name} was {short(saved)} and is {short(present)}"]


def short(value):
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
