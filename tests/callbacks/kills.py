"""Kills a training run at random moments until it ends, and compares the end: kills.py [HOW MANY RUNS] [KILLS EACH]."""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SCRIPT = Path(__file__).with_name("run_to_resume.py")
EPOCHS, PACE = 6, 0.01  # seconds slept after a batch, so that a kill finds training and not only start-up


def start(directory):
    arguments = [sys.executable, str(SCRIPT), str(directory), str(EPOCHS), str(PACE)]
    root = str(SCRIPT.parents[2])
    return subprocess.Popen(arguments, env={**os.environ, "PYTHONPATH": root}, stderr=subprocess.DEVNULL)


def run_with_kills(directory, kills, rng):
    """Train in `directory`; kill that many times, each at a random moment after a checkpoint appeared."""
    moments = []
    for _ in range(kills):
        process = start(directory)
        before = newest(directory)
        while newest(directory) == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.8))
        process.kill()
        if process.wait() == 0:
            break
        moments.append(newest(directory))
    assert start(directory).wait() == 0
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


def main(runs, kills, seed=0):
    rng, total = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as temporary:
        expected = Path(temporary) / "undisturbed"
        assert start(expected).wait() == 0
        for number in range(runs):
            directory = Path(temporary) / f"killed-{number}"
            moments = run_with_kills(directory, kills, rng)
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
