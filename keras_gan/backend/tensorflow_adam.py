"""Adam in one pass over the memory."""

import keras
import tensorflow as tf

from keras_gan.backend.replaced import replaced

__all__ = ["adam_in_one_pass"]


def adam_in_one_pass():
    """For its own time, Keras's Adam updates a variable by TensorFlow's kernel for it.

    The formula is the same and so is the state, to rounding. Keras writes it as a dozen operations, of which each
    goes through all the weights.
    """
    return replaced(keras.optimizers.Adam, "update_step", by_one_kernel)


def by_one_kernel(keras_update_step):
    def update_step(self, gradient, variable, learning_rate):
        if self.amsgrad or isinstance(gradient, tf.IndexedSlices):
            return keras_update_step(self, gradient, variable, learning_rate)
        index, dtype = self._get_variable_index(variable), variable.dtype
        step, betas = tf.cast(self.iterations + 1, dtype), [exactly(beta, dtype) for beta in (self.beta_1, self.beta_2)]
        return tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=betas[0] ** step,
            beta2_power=betas[1] ** step,
            lr=tf.cast(learning_rate, dtype),
            beta1=betas[0],
            beta2=betas[1],
            epsilon=exactly(self.epsilon, dtype),
            grad=tf.cast(gradient, dtype),
        )

    return update_step


def exactly(number, dtype):
    """A Python number, or a tensor, in another type; `tf.cast` takes Python's numbers by way of float32."""
    return tf.cast(number, dtype) if tf.is_tensor(number) else tf.constant(number, dtype)
