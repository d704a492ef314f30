"""What the processor multiplies in hardware."""

from functools import cache
from pathlib import Path


@cache
def has(*flags):
    """Whether it has one of these, as Linux names them; elsewhere False."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return False
    found = next((line for line in lines if line.startswith("flags")), "").split()
    return not set(flags).isdisjoint(found)
