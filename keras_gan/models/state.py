"""State of penalties and augmentations, kept in variables of the model: saved with it, carried by JAX."""

import copy


def give(model, parts):
    """Copies of `parts` whose state is the model's, so that one object can be compiled into two models.

    What an earlier compilation left is dropped: a model holds the state of its last one, and starts it afresh.
    """
    for name in getattr(model, "state_names", ()):
        delattr(model, name)  # Keras forgets a variable that way
    model.state_names = []

    def add_weight(name, **kwargs):
        variable = model.add_weight(name=name, dtype="float32", **kwargs)
        model.state_names.append(f"state_{len(model.state_names)}")
        setattr(model, model.state_names[-1], variable)
        return variable

    parts = [copy.copy(part) for part in parts]  # None, for no augmentation, stays None
    for part in filter(None, parts):
        part.build(add_weight)
    return parts
