"""A wrapper that keeps a layer's largest singular value at one."""

import keras
from keras import layers, ops

TINY = 1e-12  # below this a vector or a kernel counts as zero, and is left as it is

TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
SUPPORTED = (layers.Dense, layers.Embedding, layers.Conv1D, layers.Conv2D, layers.Conv3D, *TRANSPOSED)


@keras.saving.register_keras_serializable(package="keras_gan")
class SpectralNormalization(layers.Wrapper):
    """Runs a layer with kernel / sigma in place of its kernel.

    sigma is the largest singular value of the kernel seen as a matrix, output
    channels by everything else. It is followed by one step of power iteration
    in each call with `training=True`; other calls leave the state alone.

        v = W u / |W u|,   u' = W^T v / |W^T v|,   sigma = v^T W u'

    The gradient flows through sigma, with u and v held constant. Unlike
    `keras.layers.SpectralNormalization`, the trainable kernel is never
    assigned, so the optimizer alone moves it. A kernel of zeros stays zeros.

    Args:
        layer: `Dense`, `Embedding`, `Conv1D`, `Conv2D`, `Conv3D` or a
            transposed convolution.

    Raises:
        ValueError: if `layer` is of another kind.

    Source: Miyato et al., 2018, https://arxiv.org/abs/1802.05957
    """

    def __init__(self, layer, **kwargs):
        if not isinstance(layer, SUPPORTED):
            raise ValueError(
                f"SpectralNormalization wraps one of {', '.join(each.__name__ for each in SUPPORTED)}. "
                f"Received: layer={layer!r}. Leave other layers unwrapped."
            )
        kwargs.setdefault("name", f"{layer.name}_spectral")
        kwargs.setdefault("dtype", layer.dtype_policy)
        super().__init__(layer, **kwargs)

    def build(self, input_shape):
        super().build(input_shape)
        self.u = self.add_weight(
            name="u",
            shape=(self._matrix(self.kernel).shape[-1], 1),
            initializer=keras.initializers.RandomNormal(stddev=1.0, seed=0),
            trainable=False,
            autocast=False,
            aggregation="mean",  # replicas hold the same kernel, so all arrive at the same u
        )

    def call(self, inputs, training=False):
        u, sigma = self.power_iteration()
        if training:
            self.u.assign(u)
        kernel = ops.cast(self.kernel, "float32") / ops.where(sigma > TINY, sigma, 1.0)
        # A stateless scope hides the one around it, so it is given every variable of the layer, not just the kernel.
        values = [(v, kernel if v is self.kernel else v.value) for v in self.layer.variables]
        with keras.StatelessScope(values):
            return self.layer(inputs)

    def power_iteration(self):
        """One step: the next u, of shape `(outputs, 1)`, and the scalar sigma; float32."""
        matrix = self._matrix(ops.cast(self.kernel, "float32"))
        constant, u = ops.stop_gradient(matrix), ops.convert_to_tensor(self.u)
        v = normalized(ops.matmul(constant, u))
        product = ops.matmul(ops.transpose(constant), v)
        u = ops.where(length(product) > TINY, normalized(product), u)
        return u, ops.sum(v * ops.matmul(matrix, u))

    @property
    def kernel(self):
        return self.layer.embeddings if isinstance(self.layer, layers.Embedding) else self.layer.kernel

    def _matrix(self, kernel):
        """Everything else by output channels; transposed convolutions hold these last but one."""
        if isinstance(self.layer, TRANSPOSED):
            kernel = ops.swapaxes(kernel, -1, -2)
        return ops.reshape(kernel, (-1, kernel.shape[-1]))

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)


def length(vector):
    return ops.sqrt(ops.sum(ops.square(vector)))


def normalized(vector):
    return vector / ops.maximum(length(vector), TINY)
