"""How every contender is timed: it trains an epoch, says that it is ready, then trains one more whenever it is told."""

import contextlib
import json
import os
import resource
import sys
import time
from pathlib import Path

BEGAN = float(os.environ.get("BENCH_BEGAN", time.monotonic()))  # when the process was started
FIRST = []


def stepped():
    """To be called when a training step has ended: the first one is remembered."""
    if not FIRST:
        FIRST.append(time.monotonic() - BEGAN)


def take_turns(epoch):
    """Be a contender whose loop is its own.

    Args:
        epoch: trains all steps of the workload's epoch, waits for them, and returns the means of d_loss and g_loss.
    """
    forget_peak()
    ready(epoch())
    while began := turn():
        answer(began, epoch())


def ready(losses):
    answer(BEGAN, losses)


def turn():
    """Wait until it is this contender's turn; returns the time then, or None if there are no more."""
    return time.monotonic() if sys.stdin.readline() else None


def answer(began, losses):
    """Say what the turn that began then has taken, and the means of d_loss and g_loss in it."""
    seconds = time.monotonic() - began
    facts = {"seconds": seconds, "first_step_s": FIRST[0], "peak_mib": peak_mib(), "losses": [float(x) for x in losses]}
    print(json.dumps(facts), flush=True)


def forget_peak():
    """The most memory is from now on that of training: to draw the data took more for a moment."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mib():
    """The most memory that this process has held; `ru_maxrss` begins at what its parent held."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        unit = 1024**2 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
