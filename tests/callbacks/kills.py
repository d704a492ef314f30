"""Kills a training run at random moments until it ends, and compares the end.

    python tests/callbacks/kills.py [RUNS [KILLS EACH [SEED [IMAGES]]]]

Of 500 images every step is a program of its own; of 10,000 many are one.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from keras_gan.callbacks.checkpoints import newest_whole

SCRIPT = Path(__file__).with_name("run_to_resume.py")
EPOCHS, PACE = 6, 0.01  # seconds slept after a batch, so that a kill finds training and not only start-up
OF_TESTS = ("TF_NUM_INTRAOP_THREADS", "XLA_FLAGS", "JAX_DISABLE_MOST_OPTIMIZATIONS")  # nobody trains with them


def start(directory, images):
    arguments = [sys.executable, str(SCRIPT), *map(str, (directory, EPOCHS, PACE, images))]
    environment = {name: value for name, value in os.environ.items() if name not in OF_TESTS}
    environment["PYTHONPATH"] = str(SCRIPT.parents[2])
    return subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL)


def run_with_kills(directory, images, kills, rng):
    """Train in `directory`; kill that many times, each at a random moment after a checkpoint appeared."""
    moments = []
    for _ in range(kills):
        process = start(directory, images)
        before = newest(directory)
        while newest(directory) == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.8))
        process.kill()
        if process.wait() == 0:
            break
        moments.append(newest(directory))
    assert start(directory, images).wait() == 0
    return moments


def newest(directory):
    names = sorted(path.name for path in (directory / "checkpoints").glob("batch-*"))
    return names[-1] if names else None


def differences(directory, expected):
    """Names of what differs between two finished runs."""
    found, wanted = (dict(np.load(folder / "ending.npz")) for folder in (directory, expected))
    different = [name for name in wanted if not np.array_equal(found[name], wanted[name])]
    files = [Path("log.csv"), *(path.relative_to(expected) for path in (expected / "grids").glob("*"))]
    return different + [
        str(name) for name in files if (directory / name).read_bytes() != (expected / name).read_bytes()
    ]


def main(runs=1, kills=2, seed=0, images=500):
    rng, total = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as temporary:
        expected = Path(temporary) / "undisturbed"
        assert start(expected, images).wait() == 0
        steps = newest_whole(expected / "checkpoints")[1]["program_steps"]
        print(f"{steps} steps in a program", flush=True)
        assert (steps > 1) == (images >= 10_000)
        for number in range(runs):
            directory = Path(temporary) / f"killed-{number}"
            moments = run_with_kills(directory, images, kills, rng)
            total += len(moments)
            wrong = differences(directory, expected)
            print(
                f"run {number}: killed after {moments}: {'DIFFERENT ' + str(wrong) if wrong else 'equal'}", flush=True
            )
            if wrong:
                return 1
    print(f"{total} kills, all ends equal")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
