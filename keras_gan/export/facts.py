"""What an export says of itself: a small JSON text inside it, which also marks it as an export."""

import json
import zipfile

NAME = "keras_gan_export.json"
FOLDER = "assets.extra"  # where SavedModel has a place for other people's files


def of(gan, uint8):
    return json.dumps({"latent_shape": gan.latent_shape, "num_classes": gan.num_classes, "uint8": uint8})


def write(path, gan, uint8):
    """Puts the facts into a SavedModel's folder, or behind a `.keras` or `.tflite` file as one more entry of its zip.

    Readers of `.tflite` files ignore what follows the model; Google's own metadata is kept there in the same way.
    """
    if path.is_dir():
        (path / FOLDER).mkdir()
        (path / FOLDER / NAME).write_text(of(gan, uint8))
        return
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(NAME, of(gan, uint8))


def read(path):
    """The facts as a dict; an empty one where there are none."""
    if path.is_dir():
        file = path / FOLDER / NAME
        return json.loads(file.read_text()) if file.is_file() else {}
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(NAME)) if NAME in archive.namelist() else {}


def is_export(path):
    """Whether `export` wrote this folder or file, of whatever format."""
    if path.is_dir():
        return (path / FOLDER / NAME).is_file()
    return NAME.encode() in path.read_bytes()
