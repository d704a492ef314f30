"""The two players as they enter the game: built, fitting each other, each with an optimizer."""

import keras
from keras import ops, tree

LEARNING_RATE, BETA_1 = 2e-4, 0.5


def build_generator(generator, received):
    """What the generator makes of one example; builds it if it is not built yet.

    Raises:
        ValueError: if it cannot take what it will receive.
    """
    try:
        return generator(received)
    except Exception as error:
        raise ValueError(
            "The generator must accept what it will receive in training. "
            f"Received: inputs of shape {shapes(received)}, generator input {declared(generator)}. "
            f"It said: {error}"
        ) from error


def build_discriminator(discriminator, sample):
    """Builds the discriminator if need be, and sees that it scores what the generator makes.

    Raises:
        ValueError: if the two do not fit, or if it returns several scores a sample.
    """
    try:
        scores = discriminator(sample)
    except Exception as error:
        raise ValueError(
            "The discriminator must accept what the generator makes. "
            f"Received: generator output {shapes(sample)}, discriminator input {declared(discriminator)}. "
            f"Build both with the same `image_shape`. It said: {error}"
        ) from error
    if isinstance(scores, (list, tuple)) or (isinstance(scores, dict) and "logits" not in scores):
        found = sorted(scores) if isinstance(scores, dict) else f"{len(scores)} outputs"
        raise ValueError(
            "The discriminator must return its logits, or a dict of outputs with those under 'logits' (and, for an "
            f"auxiliary classifier, 'class_logits'). Received: {found}."
        )
    logits = scores["logits"] if isinstance(scores, dict) else scores
    if len(logits.shape) == 2 and logits.shape[-1] != 1:
        raise ValueError(
            "The discriminator must return one logit per sample, shape (batch, 1). "
            f"Received: output of shape (batch, {logits.shape[-1]})."
        )


def declared_input(network):
    """The shapes that a network says it takes, one tuple per input without the batch; None where it says nothing."""
    inputs = getattr(network, "inputs", None)
    return [tuple(tensor.shape[1:]) for tensor in inputs] if inputs else None


def declared(network):
    found = declared_input(network) or ["not declared"]
    return found[0] if len(found) == 1 else found


def shapes(tensors):
    found = [tuple(tensor.shape[1:]) for tensor in tree.flatten(tensors)]
    return found[0] if len(found) == 1 else found


def ends_in_sigmoid(network, number=None):
    """Whether the logits of a Sequential or functional network come from a sigmoid; of others nothing is known.

    Of a network inside another the logits are the output of that `number`.
    """
    number_inside = 0
    if isinstance(network, keras.Sequential):
        last = network.layers[-1] if network.layers else None
    elif getattr(network, "inputs", None) and hasattr(network, "output"):
        named = number is None and isinstance(network.output, dict)
        logits = network.output["logits"] if named else tree.flatten(network.output)[number or 0]
        last, number_inside = logits._keras_history.operation, logits._keras_history.tensor_index
    else:
        return False
    if type(last).__name__ == "Sigmoid":  # of keras.ops, which has no activation
        return True
    return getattr(last, "activation", None) is keras.activations.sigmoid or ends_in_sigmoid(last, number_inside)


def check_logits(discriminator, from_logits):
    """Refuse a sigmoid output that is taken for logits: training would crawl and nothing would say so."""
    if from_logits and ends_in_sigmoid(discriminator):
        raise ValueError(
            "Losses expect logits, but the discriminator ends in a sigmoid. "
            "Received: from_logits=True. Remove the sigmoid (better), or pass `from_logits=False` to `compile`."
        )


def player_optimizer(optimizer, network, name):
    """The optimizer for one player, named for it, with loss scaling where it computes in float16."""
    if optimizer is None:
        optimizer = keras.optimizers.Adam(LEARNING_RATE, beta_1=BETA_1)
    optimizer = keras.optimizers.get(optimizer)
    scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    getattr(optimizer, "inner_optimizer", optimizer).name = name
    if not scaled and any(layer.compute_dtype == "float16" for layer in network._flatten_layers()):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, name=f"{name}_loss_scale")
    return optimizer


def zeros_like_one(shape, dtype="float32"):
    return ops.zeros((1, *shape), dtype)
