"""keras_gan: the GAN library that Keras never shipped."""

import os
import sys

__version__ = "0.3.0"

# TensorFlow leaves its fast convolutions off on CPUs without AVX-512. Where it is loaded already this comes too late.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

# The command answers `--help` at once, because its modules import what they need when they need it.
_program = os.path.basename(sys.argv[0])
if _program != "keras-gan" and not (_program == "-m" and "keras_gan" in sys.orig_argv):
    from keras_gan import (
        architectures,
        augmentation,
        callbacks,
        datasets,
        layers,
        losses,
        metrics,
        optimizers,
        penalties,
        schedules,
    )
    from keras_gan.models import GAN, TwoPlayerModel

    __all__ = [
        "GAN",
        "TwoPlayerModel",
        "architectures",
        "augmentation",
        "callbacks",
        "datasets",
        "layers",
        "losses",
        "metrics",
        "optimizers",
        "penalties",
        "schedules",
    ]
