"""Settings of Keras objects as JSON, without the names that count what a process built before."""

import json
import re

IGNORED = {"name", "build_input_shape", "build_config"}


def network_settings(network):
    """The settings of a network's layers in their order, as JSON text."""
    layers = [[type(layer).__name__, layer_config(layer)] for layer in network._flatten_layers(include_self=False)]
    return json.dumps(settings(layers), sort_keys=True)


def layer_config(layer):
    try:
        return {key: value for key, value in layer.get_config().items() if key != "layers"}
    except NotImplementedError:
        return {}


def settings(value):
    """A config as JSON has it. Learning rates are left out where they are numbers: callbacks change them in a run."""
    if isinstance(value, dict):
        ignored = IGNORED | ({"learning_rate"} if isinstance(value.get("learning_rate"), (int, float)) else set())
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
