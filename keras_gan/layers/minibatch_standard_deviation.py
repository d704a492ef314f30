"""A channel that tells the discriminator how varied its batch is."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Appends one channel: the average standard deviation over a group of samples.

    The batch is cut into groups. In each group the standard deviation of every
    feature is taken over the samples, averaged over all features, and written
    to every position of the new channel. A generator that makes the same image
    again and again gives itself away.

    Sample i belongs to group i mod (batch / group_size). A batch that
    `group_size` does not divide, such as the last of an epoch, is one group.

    Args:
        group_size: samples per group, at least 1; None takes the whole batch.

    Returns:
        `(batch, height, width, channels + 1)`, or `(batch, n + 1)` for vectors.

    Raises:
        ValueError: if `group_size` is not a positive integer or None.

    Source: Karras et al., 2018, https://arxiv.org/abs/1710.10196; groups:
        Karras et al., 2020, https://arxiv.org/abs/1912.04958
    """

    def __init__(self, group_size=4, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        if group_size is not None and (not isinstance(group_size, int) or group_size < 1):
            raise ValueError(
                "`group_size` must be an integer of at least 1, or None for the whole batch. "
                f"Received: group_size={group_size!r}"
            )
        self.group_size = group_size
        self.epsilon = epsilon

    def call(self, inputs):
        batch, *features = ops.shape(inputs)
        x = ops.reshape(ops.cast(inputs, "float32"), (self._samples_per_group(batch), -1, *features))
        deviation = ops.sqrt(ops.var(x, axis=0) + self.epsilon)  # (groups, ...); float16 would lose epsilon
        deviation = ops.mean(deviation, axis=tuple(range(1, len(deviation.shape))), keepdims=True)
        channel = ops.broadcast_to(deviation[None], (*ops.shape(x)[:-1], 1))
        channel = ops.reshape(channel, (batch, *features[:-1], 1))
        return ops.concatenate([inputs, ops.cast(channel, inputs.dtype)], axis=-1)

    def _samples_per_group(self, batch):
        """`group_size` where it divides the batch, else the batch; `batch` may be a tensor."""
        if self.group_size is None:
            return batch
        divides = batch % self.group_size == 0
        if isinstance(divides, bool):
            return self.group_size if divides else batch
        return ops.where(divides, self.group_size, batch)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size, "epsilon": self.epsilon}
