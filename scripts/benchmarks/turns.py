"""Contenders take turns, each in a process of its own, halted while the others compute.

Every round has another order (A B C B C A ...): who came after whom made some 4 % where it was always the same.
"""

import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Timer

HERE = Path(__file__).parent
CONTENDERS = HERE / "contenders"
PATIENCE_S = 300  # for one answer


class Running:
    """A process that trains one epoch to warm up, and one more for every `turn`.

    Between turns it is halted, so that its threads (which read data, or write checkpoints) work in its own turns only.
    """

    def __init__(self, script, workload, options, backend):
        here = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": here, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": backend}
        environment.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # for all, since a hand-written loop may have it too
        self.scratch = tempfile.TemporaryDirectory()
        environment |= {"BENCH_BEGAN": str(time.monotonic()), "TMPDIR": self.scratch.name}
        command = [sys.executable, str(CONTENDERS / script), workload, *options]
        pipe, self.complaints = subprocess.PIPE, tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            command,
            stdin=pipe,
            stdout=pipe,
            stderr=self.complaints,
            text=True,
            env=environment,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )

    def answer(self):
        """The next line of JSON.

        Raises:
            RuntimeError: with the last line of what the process complained of, if it ended or took too long.
        """
        patience = Timer(PATIENCE_S, self.process.kill)
        patience.start()
        try:
            for line in self.process.stdout:
                if line.startswith("{"):
                    self.process.send_signal(signal.SIGSTOP)
                    return json.loads(line)
        finally:
            patience.cancel()
        self.complaints.seek(0)
        raise RuntimeError(self.complaints.read().strip()[-300:] or "no answer in time")

    def turn(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        self.process.kill()
        self.process.communicate()
        self.complaints.close()
        self.scratch.cleanup()


def die_with_parent():
    """A halted process would outlive it, since it never sees its input end."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def take_turns(contenders, workload, rounds, report):
    """Train all contenders side by side.

    Args:
        contenders: names to `(script, options, backend)`.
        report: takes a line about each contender that fails; it is left out.

    Returns:
        Names to the answers of all `rounds` turns, in the order of the turns.
    """
    running, found = {}, {}
    try:
        for name, how in contenders.items():
            running[name], found[name] = Running(how[0], workload, how[1], how[2]), []
            attempt(running, name, running[name].answer, report)
        for turn in range(rounds):
            for name in random.Random(turn).sample(list(running), len(running)):
                answer = attempt(running, name, running[name].turn, report)
                if answer:
                    found[name].append(answer)
    finally:
        for each in running.values():
            each.end()
    return {name: found[name] for name in running}


def attempt(running, name, ask, report):
    try:
        return ask()
    except (RuntimeError, OSError) as error:
        running.pop(name).end()
        return report(f"{name} failed: {error}")
