"""What Keras 3.15 cannot run, refused in `compile`, in words; and what does not go together, warned of there."""

import warnings

import keras


def check(replicas, optimizers, discriminator_steps, steps_per_execution, jit_compile):
    """Refuse what is missing on PyTorch, and what is broken upstream for several replicas.

    Raises:
        ValueError: naming the reason, or Keras's issue, and the way round.
    """
    if not runs_many_steps() and steps_per_execution not in (None, 1):
        raise ValueError(
            "`steps_per_execution` must be 1 on PyTorch, where Keras 3.15 has no programs of several steps. "
            f"Received: steps_per_execution={steps_per_execution}. Remove it: `fit` itself runs several steps between "
            "two callbacks where that is faster. Or train under KERAS_BACKEND='jax' or 'tensorflow'."
        )
    if replicas == 1:
        return
    if steps_per_execution not in (None, 1):
        raise ValueError(
            "`steps_per_execution` must be 1 under tf.distribute, Keras 3.15 cannot run it (keras#19246). "
            f"Received: steps_per_execution={steps_per_execution} on {replicas} replicas. "
            "Remove it, or train without a strategy."
        )
    if jit_compile is True:
        raise ValueError(
            "`jit_compile` must not be True under tf.distribute, where Keras 3.15 fails on CPUs. "
            f"Received: jit_compile=True on {replicas} replicas. Leave it at 'auto'."
        )
    if discriminator_steps > 1:
        raise ValueError(
            "`discriminator_steps` must be 1 under tf.distribute, which cannot update variables under a condition "
            f"(keras#20582). Received: discriminator_steps={discriminator_steps} on {replicas} replicas."
        )
    for optimizer in optimizers:
        for option in ("gradient_accumulation_steps", "ema_overwrite_frequency"):
            if getattr(optimizer, option, None):
                raise ValueError(
                    f"`{option}` does not work under tf.distribute in Keras 3.15 (keras#20582). "
                    f"Received: {option}={getattr(optimizer, option)} in the {optimizer.name}'s optimizer. Remove it."
                )


def warn_of_mixed_samples(discriminator, penalties):
    """Batch normalisation makes each score a function of the whole batch, which a penalty on slopes cannot know."""
    layers = discriminator._flatten_layers()
    mixing = [layer.name for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    slopes = [type(penalty).__name__ for penalty in penalties if penalty.takes_slopes]
    if mixing and slopes:
        warnings.warn(
            f"A penalty on the slope of each sample's score ({', '.join(slopes)}) does not go with batch normalisation "
            f"in the discriminator ({', '.join(mixing)}), by which samples change each other's scores "
            "(Gulrajani et al., 2017). Use LayerNormalization or spectral normalisation there.",
            stacklevel=3,
        )


def runs_many_steps():
    """Whether Keras takes `steps_per_execution` above 1 on this backend."""
    return keras.backend.backend() != "torch"
