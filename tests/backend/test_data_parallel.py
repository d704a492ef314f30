"""Two devices train as one does, on the backend that has `keras.distribution`."""

import os
import subprocess
import sys

import game
import numpy as np
import pytest

SCRIPT = """
import sys
import keras, numpy as np
devices, out = int(sys.argv[1]), sys.argv[2]
if devices > 1:
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=keras.distribution.list_devices()))
import game
keras.utils.set_random_seed(0)
gan = game.gan(ema_half_life_images=50, discriminator_steps=2, steps_per_execution=int(sys.argv[3]))
assert len(gan.trainable_variables[0].value.sharding.device_set) == devices
gan.fit(game.real_batches().reshape(-1, 4, 4, 1), batch_size=8, epochs=2, verbose=0)
np.savez(out, *gan.get_weights())
"""


@pytest.mark.skipif(game.HERE != "jax", reason="keras.distribution runs on JAX")
def test_two_devices_equal_one_step_by_step_and_in_one_program(tmp_path):
    results = []
    for devices, steps in ((1, 1), (2, 1), (2, 2)):
        out = tmp_path / f"{devices} {steps}.npz"
        environment = {
            **os.environ,
            "JAX_PLATFORMS": "cpu",
            "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
            "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *filter(None, sys.path)]),
        }
        subprocess.run([sys.executable, "-c", SCRIPT, str(devices), str(out), str(steps)], env=environment, check=True)
        results.append(np.load(out))
    for name in results[0]:
        for result in results[1:]:
            np.testing.assert_allclose(result[name], results[0][name], atol=1e-5)
