"""The README says what is true: its example runs, and its tree names every file."""

import re
from pathlib import Path

import numpy as np

import keras_gan as kg

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_ten_lines_run_as_they_stand(monkeypatch, tmp_path):
    code = re.search(r"## Ten lines\n\n```python\n(.*?)```", README, re.S)[1]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    monkeypatch.chdir(tmp_path)
    pictures = np.zeros((64, 28, 28, 1), "float32"), np.zeros(64, "int64")
    monkeypatch.setattr(kg.datasets, "load", lambda name, split: pictures)
    exec(code, {})
    for path in ("run/grids/epoch-00005.png", "run/checkpoints", "gan.keras", "run/saved_model/saved_model.pb"):
        assert (tmp_path / path).exists(), path


def test_the_tree_names_every_file():
    tree = README.split("## The tree")[1]
    files = [path for path in (ROOT / "keras_gan").rglob("*.py") if path.name != "__init__.py"]
    assert [str(path.relative_to(ROOT)) for path in files if path.name not in tree] == []
