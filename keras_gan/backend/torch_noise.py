"""Normal noise on PyTorch, as one operation of a seed, so that a recorded step draws anew each time."""

import numpy as np
import torch

__all__ = ["draw", "mixed", "noise"]


def draw(state: torch.Tensor, shape: list[int], device: str) -> torch.Tensor:
    """Float32 tensor of that shape on the device, out of the two numbers that a `SeedGenerator` gives."""
    generator = torch.Generator(device).manual_seed(mixed(state.tolist()))
    return torch.empty(shape, dtype=torch.float32, device=device).normal_(generator=generator)


noise = torch.library.custom_op("keras_gan::noise", draw, mutates_args=())


def mixed(numbers):
    """A seed of 32 bits, all that torch keeps. Keras adds up its two: seed 0, draw 1 would be seed 1, draw 0."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
