"""The proof that an exported file makes what the model makes."""

import keras
import numpy as np

from keras_gan.export.inference import example_inputs, lowest_precision, samples

# Difference allowed, relative to the largest value where that is above 1: in float32 the largest one. Half-precision
# numbers are rounded elsewhere by a GPU, a converter or another order of kernels, and at an edge of a picture that may
# move a pixel far (0.11 was seen after four minutes of R3GAN): there the root mean square may be half as much, and the
# largest `EDGES` times as much.
TOLERANCE = {"float32": 1e-5, "float16": 1e-2, "bfloat16": 5e-2}
EDGES = 10


def verify_samples(gan, make, uint8):
    """Compares an exported generator with the model on four samples.

    Both run on the CPU, since a GPU may cut float32 short (TF32).

    Args:
        gan: the model.
        make: the exported generator, a function of arrays: latents, and labels of a class-conditional GAN.
        uint8: whether it makes pixels 0..255.

    Raises:
        ValueError: if the model's samples are not finite.
        RuntimeError: if the two differ by more than `TOLERANCE`, or more than rounding where pixels are made.
    """
    inputs = example_inputs(gan)
    with keras.device("cpu:0"):
        expected = keras.ops.convert_to_numpy(samples(gan.sampler(), inputs, uint8=False))
        if not np.isfinite(expected).all():
            raise ValueError(
                "An exported generator must make finite samples. Received: NaN or infinite ones, so its training has "
                "diverged. Load an earlier checkpoint."
            )
        compare_samples("samples", make(*inputs), expected, gan, uint8)


def compare_samples(what, received, expected, gan, uint8):
    precision = lowest_precision(gan.sampler())
    tolerance, half = TOLERANCE[precision], precision != "float32"
    if uint8:
        pixels = (np.clip(expected, -1, 1) + 1) * 127.5
        return compare(what, received, pixels, 0.5 + 127.5 * tolerance, half)
    return compare(what, received, expected, tolerance * max(1.0, np.abs(expected).max()), half)


def compare_scores(what, received, expected, gan):
    tolerance = max(TOLERANCE[lowest_precision(player)] for player in (gan.sampler(), gan.discriminator))
    half = tolerance > TOLERANCE["float32"]
    compare(what, received, expected, tolerance * max(1.0, np.abs(expected).max()), half)


def compare(what, received, expected, tolerance, half=False):
    """Raises RuntimeError unless the arrays have one shape and differ by at most `tolerance`; NaN differs.

    Where a network computes in `half` precision, single values may differ by more.
    """
    received, expected = np.asarray(received, "float64"), np.asarray(expected, "float64")
    same_shape = received.shape == expected.shape
    difference = np.abs(received - expected).max() if same_shape else np.inf
    typical = np.sqrt(np.mean((received - expected) ** 2)) if same_shape else np.inf
    if not (difference <= tolerance or half and difference <= EDGES * tolerance and typical <= tolerance / 2):
        raise RuntimeError(
            f"The exported {what} must equal the model's to {tolerance:.1e}. Received: a largest difference of "
            f"{difference:.1e}, shapes {received.shape} and {expected.shape}. Nothing was kept. A layer that draws "
            "noise at inference cannot be exported."
        )
