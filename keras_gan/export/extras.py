"""Packages that only some formats need."""

import importlib


def need(extra, *packages):
    """Raises ImportError, with the line that cures it, unless all packages of an extra can be imported."""
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise ImportError(
                f"This export needs the package {package!r}, which is not installed. "
                f"Type: pip install 'keras-gan[{extra}]'"
            ) from error
