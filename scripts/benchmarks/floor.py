"""The least time that a training step can take: its products, at the rate at which this machine multiplies matrices."""

import math
import subprocess
import sys

from workloads import WORKLOADS, keras_players

RATE = """
import time
import numpy as np
a = np.ones((2048, 2048), "float32")
def seconds():
    start = time.perf_counter()
    a @ a
    return time.perf_counter() - start
print(2 * 2048**3 / min(seconds() for _ in range(20)))
"""


def matrix_rate():
    """FLOP/s of float32 products, measured in a process of its own, so that this one starts no threads."""
    done = subprocess.run([sys.executable, "-c", RATE], capture_output=True, text=True, check=True)
    return float(done.stdout)


def step_flop(workload):
    """FLOP of one step of the game, done with the fewest products.

    The generator makes samples once, and its slopes are pulled back once: per layer one product forwards, one for
    the weights and one for the inputs. The discriminator does the same for real and fake samples, then runs on the
    fakes again, where only the slopes at its inputs are wanted.
    """
    work = WORKLOADS[workload]
    generator, discriminator = (layer_flop(network) for network in keras_players(work.kind))
    first_of_generator, first_of_discriminator = generator[0], discriminator[0]  # whose inputs need no slope
    of_generator = 3 * sum(generator) - first_of_generator
    of_discriminator = 2 * (3 * sum(discriminator) - first_of_discriminator) + 2 * sum(discriminator)
    return work.batch * (of_generator + of_discriminator)


def layer_flop(network):
    """FLOP of the forward product of one sample in every layer that has one."""
    return [flop for flop in map(forward_flop, network.layers) if flop]


def forward_flop(layer):
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        return 0
    transposed = type(layer).__name__ == "Conv2DTranspose"
    pixels = (layer.input if transposed else layer.output).shape[1:-1]
    return 2 * math.prod(kernel.shape) * math.prod(pixels)
