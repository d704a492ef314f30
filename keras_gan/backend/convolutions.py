"""Whether networks convolve, which decides how their steps run best."""


def has_convolutions(model):
    """By the weights: those of dense layers are matrices."""
    return any(len(weight.shape) > 2 for weight in model.weights)
