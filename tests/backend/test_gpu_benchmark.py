"""The benchmark for a graphics card counts right, and runs where there is none."""

import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest

layers = keras.layers


@pytest.fixture
def gpu(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "scripts" / "benchmarks")
    import gpu

    yield gpu
    keras.config.set_dtype_policy("float32")
    del sys.modules["gpu"]


def test_operations_are_two_per_product(gpu):
    scorer = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(2, 3, 2, "same"), layers.Flatten(), layers.Dense(5)]
    )
    assert gpu.forward_flops(scorer) == 2 * (4 * 4 * 3 * 3 * 2 + 32 * 5)
    painter = keras.Sequential([keras.Input((4, 4, 2)), layers.Conv2DTranspose(3, 5, 2, "same")])
    assert gpu.forward_flops(painter) == 2 * 4 * 4 * 5 * 5 * 2 * 3


def test_a_tiny_run_fills_a_row_of_the_table(gpu):
    row = gpu.measure("28x28 grey", "float32", SimpleNamespace(smoke=True, batch_size=4, seconds=0.01))
    assert row["images_per_s"] > 0 and row["matrix_tflops"] > 0
    table = gpu.table(keras.backend.backend(), [("28x28 grey", "float32", row), ("64x64 colour", "float16", None)], 4)
    assert "| 28x28 grey | float32 |" in table and "| 64x64 colour | float16 | failed |" in table
