"""The error of data that have not the part asked for."""


class NoSuchSplit(ValueError):
    """The data can be read, and have no such split."""
