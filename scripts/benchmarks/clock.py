"""How every contender is timed, and what it prints."""

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def measure(epoch, steps, seconds, began):
    """Run `epoch()` until `seconds` of whole epochs after the first have passed; print one line of JSON.

    Args:
        epoch: trains for `steps` steps and returns `(d_loss, g_loss)` of its end, having waited for them.
        began: time.perf_counter() when the process began.
    """
    losses = epoch()
    first = time.perf_counter() - began
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        losses = epoch()
        done += steps
    rate = done / (time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"steps_per_s": rate, "first_epoch_s": first, "peak_mib": memory, "losses": list(map(float, losses))}
        )
    )
