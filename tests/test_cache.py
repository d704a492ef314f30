"""The cache of arrays, where several processes use it at once."""

import subprocess
import sys

WORKER = """
import sys, warnings
sys.argv[0] = "-m"  # as the command does, import what is needed and no Keras
import numpy as np
from keras_gan.cache import cached, folder

warnings.simplefilter("error")  # a torn file would warn
for turn in range(20):
    (found,) = cached("one.npz", lambda: (np.full(50_000, 7.0),))
    assert found.shape == (50_000,) and (found == 7).all()
    if turn % 2 == int(sys.argv[1]):
        (folder() / "one.npz").unlink(missing_ok=True)
"""


def test_processes_that_make_read_and_delete_one_file_never_see_half_of_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path))
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(n)], stderr=subprocess.PIPE) for n in range(2)]
    for worker in workers:
        _, errors = worker.communicate(timeout=120)
        assert worker.returncode == 0, errors.decode()
    assert {path.name for path in tmp_path.iterdir()} <= {"one.npz"}
