"""The names of `replicas` where one process holds the only copy of the model: on JAX, for all devices, and torch."""

__all__ = [
    "replica",
    "across_replicas",
    "replicas_of",
    "under_strategy",
    "several_workers",
    "is_chief",
    "chief_says",
    "step_logs",
]


def replica():
    return 0, 1


def across_replicas(value):
    return value


def replicas_of(model):
    return 1


def under_strategy(model):
    return False


def several_workers(model):
    return False


def is_chief(model):
    return True


def chief_says(model, number):
    return number


def step_logs(logs):
    return logs
