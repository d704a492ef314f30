"""Functions that assign to variables, as the pure functions that JAX differentiates and compiles."""

import keras


class Pure:
    """A function that reads and assigns to variables, made pure: `(values, *arguments) -> (outputs, changes)`.

    `values` stand for those of `variables`; `changes` are the new values of the variables that were assigned to,
    which are `changed`. Nothing is assigned before `keep(changes)`.
    """

    def __init__(self, function, variables=()):
        self.function, self.variables = function, variables

    def __call__(self, values, *arguments):
        with Scope(self.variables, values) as scope:
            outputs = self.function(*arguments)
        self.changed = list(scope.changed.values())
        return outputs, [scope.get_current_value(variable) for variable in self.changed]

    def scalar(self, values, *arguments):
        """The same for a function that returns `(scalar, extra)`, as `jax.grad` wants it."""
        (scalar, extra), changes = self(values, *arguments)
        return scalar, (extra, changes)

    def keep(self, changes):
        assign(self.changed, changes)


class Scope(keras.StatelessScope):
    """Sees what the scope around it sees, holds back what is assigned inside, and remembers to which variables."""

    def __init__(self, variables, values):
        super().__init__(zip(variables, values, strict=True), collect_losses=True)
        self.changed = {}

    def __enter__(self):
        super().__enter__()
        around = getattr(self.original_scope, "state_mapping", {})
        self.state_mapping = {**around, **self.state_mapping}
        return self

    def add_update(self, update):
        super().add_update(update)
        self.changed[id(update[0])] = update[0]


def values(variables):
    return [variable.value for variable in variables]


def assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
