"""Noise that is equal on every backend, and compilation that does not hurry the result."""

import os

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")  # compiles a training step twice as fast

import game
import pytest

collect_ignore_glob = [f"test_{backend}_*" for backend in ("tensorflow", "torch") if backend != game.HERE]


@pytest.fixture
def noise_of_numpy(monkeypatch):
    game.draw_from_numpy(monkeypatch.setattr)
