"""Two replicas on one machine train as one device does."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="tf.distribute")


def test_a_mirrored_strategy_trains_as_one_device():
    script = Path(__file__).with_name("devices.py")
    environment = {**os.environ, "PYTHONPATH": str(script.parents[2])}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ok", "FAILED"))]
    assert len(lines) == 14 and not [line for line in lines if line.startswith("FAILED")], "\n".join(lines)
