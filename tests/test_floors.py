"""The house as drawn: an import points down, and few rooms know which framework runs below Keras."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "keras_gan"
FLOORS = [
    {"described", "processor"},
    {"atomic", "backend", "choice", "latents"},
    {"cache", "images", "schedules"},
    {"augmentation", "layers", "losses", "optimizers", "penalties"},
    {"architectures", "datasets", "metrics"},
    {"models"},
    {"export"},
    {"callbacks"},
    {"recipes"},
    {"cli"},
    {"__init__", "__main__"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
UPWARD = {("models", "export")}  # the method `GAN.export` alone
FRAMEWORKS = {"tensorflow", "jax", "jaxlib", "torch"}
KNOW_THE_FRAMEWORK = {"backend", "export", "datasets"}


def room(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports():
    """Every import of the library, wherever in a file: the file, its room and a dotted name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                module = [node.module] if isinstance(node, ast.ImportFrom) else []
                yield from ((path, room(path), ".".join([*module, alias.name])) for alias in node.names)


def test_every_room_has_a_floor():
    assert {room(path) for path in PACKAGE.rglob("*.py")} == set(FLOOR)


def test_imports_point_down():
    inside = [(path, here, f"{name}.".split(".")[1]) for path, here, name in imports() if name.startswith("keras_gan")]
    inside = [(path, here, there) for path, here, there in inside if there != here and (here, there) not in UPWARD]
    assert len(inside) > 100
    assert not [(str(path), there) for path, here, there in inside if FLOOR[there] >= FLOOR[here]]


def test_only_some_rooms_import_a_framework():
    frameworks = [(str(path), here, name) for path, here, name in imports() if name.split(".")[0] in FRAMEWORKS]
    assert not [found for found in frameworks if found[1] not in KNOW_THE_FRAMEWORK]
