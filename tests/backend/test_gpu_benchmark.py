"""The benchmark for a graphics card counts right, and runs where there is none."""

import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest


@pytest.fixture
def gpu(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "scripts" / "benchmarks")
    import gpu

    yield gpu
    keras.config.set_dtype_policy("float32")
    for name in ("gpu", "floor", "workloads"):
        del sys.modules[name]


def test_a_tiny_run_fills_a_row_of_the_table(gpu):
    row = gpu.measure("28x28 grey", "float32", SimpleNamespace(smoke=True, batch_size=4, seconds=0.01))
    assert row["images_per_s"] > 0 and row["matrix_tflops"] > 0
    table = gpu.table(keras.backend.backend(), [("28x28 grey", "float32", row), ("64x64 colour", "float16", None)], 4)
    assert "| 28x28 grey | float32 |" in table and "| 64x64 colour | float16 | failed |" in table
