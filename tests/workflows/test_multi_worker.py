"""Two processes on one machine train as one device does, and survive the death of one."""

import csv
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.workflows import worker

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="tf.distribute")
SCRIPT = Path(__file__).with_name("worker.py")


def start(directory, index, addresses, pace):
    task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[2]), "TF_CONFIG": json.dumps(task)}
    name = f"worker-{index}"
    log = (directory / f"{name}.log").open("a")
    return subprocess.Popen([sys.executable, SCRIPT, directory, name, str(pace)], env=environment, stderr=log)


def start_pair(directory, pace=0.0):
    with socket.socket() as one, socket.socket() as two:
        for each in (one, two):
            each.bind(("127.0.0.1", 0))
        addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in (one, two)]
    return [start(directory, index, addresses, pace) for index in (0, 1)]


def assert_they_end_well(directory, *processes):
    for process in processes:
        process.wait(timeout=300)
    logs = "".join(path.read_text()[-2000:] for path in directory.glob("*.log"))
    assert [process.returncode for process in processes] == [0] * len(processes), logs


def ending(directory, name):
    return dict(np.load(directory / f"{name}.npz"))


def test_two_workers_train_as_one_device_write_once_and_survive_a_kill(tmp_path):
    """One test, since the runs that it compares with take half a minute in each process that tests."""
    alone, pair, killed = (tmp_path / name for name in ("alone", "pair", "killed"))
    for folder in (alone, pair, killed):
        folder.mkdir()
    processes = start_pair(pair)
    worker.main(alone, "alone")
    assert_they_end_well(pair, *processes)
    assert_they_agree_and_equal_one_device_of_the_whole_batch(alone, pair)
    assert_the_chief_alone_wrote_what_one_device_writes(alone, pair)
    assert_a_pair_restarted_after_a_kill_ends_bit_for_bit_as_an_undisturbed_one(killed, pair)


def assert_they_agree_and_equal_one_device_of_the_whole_batch(alone, pair):
    one, first, second = ending(alone, "alone"), ending(pair, "worker-0"), ending(pair, "worker-1")
    for key, value in one.items():
        np.testing.assert_array_equal(first[key], second[key])
        np.testing.assert_allclose(first[key], value, atol=1e-5)


def assert_the_chief_alone_wrote_what_one_device_writes(*folders):
    assert_logs_agree(1e-4, *folders)
    names = [sorted(path.name for path in (folder / "grids").iterdir()) for folder in folders]
    assert names[0] == names[1]


def assert_logs_agree(tolerance, *folders):
    rows = [list(csv.DictReader((folder / "log.csv").open())) for folder in folders]
    assert [row["epoch"] for row in rows[1]] == ["0", "1", "2", "3"]
    for one, two in zip(*rows, strict=True):
        np.testing.assert_allclose([float(x) for x in one.values()], [float(x) for x in two.values()], atol=tolerance)


def assert_a_pair_restarted_after_a_kill_ends_bit_for_bit_as_an_undisturbed_one(directory, undisturbed):
    processes = start_pair(directory, pace=0.1)
    deadline = time.monotonic() + 300
    while not list((directory / "checkpoints").glob("batch-*[67].checkpoint")):  # inside the second epoch
        assert time.monotonic() < deadline and processes[0].poll() is None, (directory / "worker-0.log").read_text()
        time.sleep(0.02)
    processes[1].kill()
    time.sleep(0.5)  # the chief waits for it or fails, and must not save anything wrong
    processes[0].kill()
    for process in processes:
        process.wait()
    assert not list(directory.glob("*.npz"))

    assert_they_end_well(directory, *start_pair(directory))
    for name in ("worker-0", "worker-1"):
        found = ending(directory, name)
        for key, value in ending(undisturbed, name).items():
            np.testing.assert_array_equal(found[key], value)
    assert_logs_agree(1e-6, undisturbed, directory)  # a worker's part of a running sum comes back as half of the whole
