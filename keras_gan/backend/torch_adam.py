"""Adam on PyTorch in one pass over the memory."""

import math

import torch
from keras import ops
from keras.src.backend.torch.optimizers.torch_adam import Adam

from keras_gan.backend.replaced import replaced
from keras_gan.backend.torch_reading import reading_allowed

__all__ = ["adam_in_one_pass", "step"]


def adam_in_one_pass():
    """For its own time, Keras's Adam updates all variables by PyTorch's kernel for it.

    The formula is the same and so is the state, to rounding. Keras writes it as a dozen operations, of which each
    goes through all the weights.
    """
    return replaced(Adam, "_parallel_update_step", by_one_kernel)


def by_one_kernel(keras_update_step):
    def update_step(self, grads, variables, learning_rate):
        indices = [self._get_variable_index(variable) for variable in variables]
        weights = [variable.value for variable in variables]
        momentums, velocities = ([kept[i].value for i in indices] for kept in (self._momentums, self._velocities))
        plain = all(x.dtype == torch.float32 and x.is_contiguous() for x in [*weights, *momentums, *velocities])
        plain = plain and all(gradient.dtype == torch.float32 for gradient in grads) and not self.amsgrad
        if not plain or not all(isinstance(beta, float) for beta in (self.beta_1, self.beta_2)):
            return keras_update_step(self, grads, variables, learning_rate)
        numbers = (
            ops.cast(learning_rate, "float32"),
            ops.convert_to_tensor(self.iterations),
            self.beta_1,
            self.beta_2,
            self.epsilon,
        )
        with torch.no_grad(), reading_allowed():
            return adam(weights, list(grads), momentums, velocities, *numbers)

    return update_step


def step(
    variables: list[torch.Tensor],
    gradients: list[torch.Tensor],
    momentums: list[torch.Tensor],
    velocities: list[torch.Tensor],
    learning_rate: torch.Tensor,
    iterations: torch.Tensor,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> None:
    """Adam's update of all variables and their momentums and velocities in place, after so many iterations."""
    count = int(iterations) + 1
    torch._fused_adam_(
        [variable.detach() for variable in variables],
        [gradient.contiguous() for gradient in gradients],  # the kernel reads memory as it lies
        momentums,
        velocities,
        [],
        [torch.tensor(float(count))] * len(variables),
        lr=float(learning_rate),
        beta1=beta_1,
        beta2=beta_2,
        weight_decay=0.0,
        eps=epsilon / math.sqrt(1 - beta_2**count),  # Keras adds its epsilon before it corrects the velocity
        amsgrad=False,
        maximize=False,
    )


adam = torch.library.custom_op("keras_gan::adam", step, mutates_args=("variables", "momentums", "velocities"))
