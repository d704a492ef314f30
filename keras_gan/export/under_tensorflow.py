"""Exports from JAX and PyTorch: TensorFlow, in a process of its own, loads the model and writes the file.

`python -m keras_gan.export.under_tensorflow FOLDER FORMAT UINT8 MODULE ...` is that process; it imports the modules of
the model's layers first, so that their classes are known.
"""

import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np

from keras_gan.export import FORMATS, parity
from keras_gan.export.inference import example_inputs, samples

MISTAKE = 3  # the exit code for what the user can mend


def write(gan, path, format, uint8):
    """Writes an export of a `gan` that lives on another backend, compared with it.

    Raises:
        ImportError: if TensorFlow is not installed.
        ValueError: if TensorFlow cannot load the model, or it cannot be exported.
        RuntimeError: if what was written makes other samples than `gan`.
    """
    if importlib.util.find_spec("tensorflow") is None:
        raise ImportError(
            f"TensorFlow writes the format {format!r}, and it is not installed. Type: pip install tensorflow. "
            "Or export the `.keras` file of `gan.save` on a machine that has it."
        )
    inputs = [keras.ops.convert_to_tensor(each) for each in example_inputs(gan)]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        gan.save(Path(folder, "gan.keras"))
        np.save(Path(folder, "samples.npy"), keras.ops.convert_to_numpy(samples(gan.sampler(), inputs, uint8=False)))
        command = [sys.executable, "-m", __name__, folder, format, str(int(uint8)), *modules_of(gan)]
        own = {"KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)
        if done.returncode:
            error = ValueError if done.returncode == MISTAKE else RuntimeError
            raise error(
                f"TensorFlow writes the format {format!r}, and it could not. Received: KERAS_BACKEND="
                f"{keras.backend.backend()!r}, and from TensorFlow: {done.stderr.strip()[-2000:]}"
            )
        os.replace(written(folder, format), path)


def modules_of(gan):
    """Names of the modules, other than Keras's own, that the classes of all layers are defined in."""
    names = {type(layer).__module__ for network in (gan, gan.sampler()) for layer in network._flatten_layers()}
    return sorted(name for name in names if name.split(".")[0] not in ("keras", "__main__"))


def written(folder, format):
    return Path(folder, f"generator{FORMATS[format].SUFFIX}")


def main(folder, format, uint8, *modules):
    uint8 = bool(int(uint8))
    try:
        for module in modules:
            importlib.import_module(module)
        gan = keras.saving.load_model(Path(folder, "gan.keras"), compile=False, safe_mode=False)
    except Exception as error:
        raise ValueError(
            f"The model must load from its `.keras` file in another process. Received: {error} "
            "Put its classes into a module that can be imported, register them with "
            "keras.saving.register_keras_serializable, and give them a `get_config`."
        ) from error
    expected = np.load(Path(folder, "samples.npy"))
    here = keras.ops.convert_to_numpy(samples(gan.sampler(), example_inputs(gan), uint8=False))
    path = written(folder, format)
    FORMATS[format].write(gan, path, uint8)
    FORMATS[format].verify(gan, path, uint8)
    parity.compare_samples("samples", here, expected, gan, uint8=False)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, ImportError) as error:
        print(error, file=sys.stderr)
        sys.exit(MISTAKE)
