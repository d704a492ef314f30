"""What Keras 3.15 cannot run: refused in `compile`, in words, instead of three calls later in its own."""


def check(replicas, optimizers, discriminator_steps, steps_per_execution, jit_compile):
    """Refuse what is broken upstream for several replicas.

    Raises:
        ValueError: naming Keras's issue and the way round.
    """
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
