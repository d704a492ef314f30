"""The folder of one training run: what was asked, what came out, and where."""

import json
import platform
import re
import shlex
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from keras_gan.atomic import replacing


class RunFolder:
    """Names the files of a run.

    Args:
        path: the folder, which exists.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.config = self.path / "config.json"
        self.facts = self.path / "run.json"
        self.log = self.path / "log.csv"
        self.grids = self.path / "grids"
        self.checkpoints = self.path / "checkpoints"
        self.saved_model = self.path / "saved_model"
        self.model = self.path / "gan.keras"
        self.samples = self.path / "samples.png"
        self.scores = self.path / "scores.json"
        self.evaluation = self.path / "evaluation.json"

    @classmethod
    def new(cls, root, name):
        """The next numbered folder under `root`, such as `0003-mnist-dcgan`.

        Raises:
            ValueError: if `root` is a file.
            OSError: if it cannot be made or written.
        """
        root = Path(root)
        if root.is_file():
            raise ValueError(f"Expected a folder for the runs. Received: {root}, which is a file.")
        root.mkdir(parents=True, exist_ok=True)
        taken = [int(match[1]) for path in root.iterdir() if (match := re.match(r"(\d{4,})-", path.name))]
        number = max(taken, default=0) + 1
        while True:
            path = root / f"{number:04d}-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}"
            try:
                path.mkdir()
                return cls(path)
            except FileExistsError:  # another run began in the same moment
                number += 1

    @classmethod
    def existing(cls, path):
        """A folder that `keras-gan train` has made.

        Raises:
            FileNotFoundError: if there is no such folder, or no run in it.
        """
        run = cls(path)
        if not run.config.is_file():
            what = "that folder has no config.json" if run.path.is_dir() else "there is no such folder"
            raise FileNotFoundError(
                f"Expected the folder of a run that `keras-gan train` made. Received: {path}; {what}."
            )
        return run

    def discard_if_empty(self):
        """Removes the folder of a run that was refused before anything was written."""
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def write_config(self, config):
        write_json(self.config, config)

    def read_config(self):
        """What was asked, a dict.

        Raises:
            ValueError: if the file holds something else.
        """
        return read_json(self.config)

    def write_facts(self, gan):
        """What it takes to repeat the run: versions, configuration, data, seed, device and command, one entry a start.

        Call it in `fit` or later, since only then the model knows its data.
        """
        starts = list(read_json(self.facts).get("starts", [])) if self.facts.exists() else []
        import keras

        from keras_gan import backend

        names = ("keras-gan", "keras", "tensorflow", "jax", "torch", "numpy")
        start = {
            "time": datetime.now().astimezone().isoformat(timespec="seconds"),
            "command": shlex.join(["keras-gan", *sys.argv[1:]]),
            "versions": {name: installed(name) for name in names} | {"python": platform.python_version()},
            "backend": keras.backend.backend(),
            "device": f"{platform.machine()}, {', '.join(backend.devices())}",
            "config": self.read_config(),
            "identity": gan.identity(),
        }
        write_json(self.facts, {"starts": [*starts, start]})


def installed(package):
    try:
        return version(package)
    except ModuleNotFoundError:
        return None


def read_json(path):
    try:
        return dict(json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise ValueError(f"Could not read {path}: {error}. Mend it, or train anew.") from error


def write_json(path, value):
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2) + "\n")
