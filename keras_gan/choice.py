"""Choice: what a loss, a penalty, an augmentation and a schedule have in common."""

import copy
import difflib
import inspect

import keras


class Choice:
    """One member of a family: it is described by its constructor's arguments, which are its attributes.

    That description is its config, its `repr` and what a saved model keeps of
    it, so a member needs no `get_config`. An argument may be a schedule of
    `keras_gan.schedules` where it says so.
    """

    def get_config(self):
        names = inspect.signature(type(self).__init__).parameters
        return {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name, parameter in names.items()
            if name != "self" and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        }

    @classmethod
    def from_config(cls, config):
        return cls(**keras.saving.deserialize_keras_object(config))

    def at(self, examples_seen, dtype="float32"):
        """The same choice at a moment of training: every argument that is a schedule has become its value."""
        now = copy.copy(self)
        for name, value in vars(self).items():
            if hasattr(value, "value_at"):
                setattr(now, name, keras.ops.cast(value.value_at(examples_seen), dtype))
            elif isinstance(value, Choice):
                setattr(now, name, value.at(examples_seen, dtype))
        return now

    def __repr__(self):
        arguments = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.get_config())
        return f"{type(self).__name__}({arguments})"


def find(chosen, family, by_name, argument):
    """The member of a family that was chosen by its name, config, class, or by itself.

    Args:
        chosen: what the user passed.
        family: the base class.
        by_name: names to classes.
        argument: the name under which the user passed it, for the message.

    Raises:
        ValueError: for an unknown name, or anything that is not of the family.
    """
    if isinstance(chosen, dict):
        chosen = keras.saving.deserialize_keras_object(chosen)
    if isinstance(chosen, family):
        return chosen
    if isinstance(chosen, type) and issubclass(chosen, family):
        return chosen()
    if isinstance(chosen, str) and chosen in by_name:
        return by_name[chosen]()
    near = difflib.get_close_matches(str(chosen), by_name, 1)
    raise ValueError(
        f"Expected `{argument}` to be one of {sorted(by_name)} or a {family.__module__.rpartition('.')[0]}."
        f"{family.__name__}. Received: {argument}={chosen!r}." + (f" Did you mean {near[0]!r}?" if near else "")
    )
