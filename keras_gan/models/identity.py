"""What makes two runs the same run: networks, compilation, data, seed and versions."""

import sys
import zlib

import keras

from keras_gan.described import network_settings, settings


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
    return f"{network.count_params()} parameters, settings {zlib.crc32(network_settings(network).encode()):08x}"


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
