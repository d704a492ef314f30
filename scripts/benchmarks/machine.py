"""What a timing depends on: the kind of machine and the versions."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("keras", "tensorflow", "torch", "jax", "numpy")


def processor():
    """What Linux says of the first processor, by name; elsewhere nothing."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return {}
    facts = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    return {name.strip(): value.strip() for name, value in facts.items()}


def multiplies_bfloat16():
    """Whether in hardware; emulated, an epoch takes minutes."""
    return not {"amx_bf16", "avx512_bf16"}.isdisjoint(processor().get("flags", "").split())


def kind():
    """The processor by its fastest products, since its name says little."""
    facts = processor()
    flags = facts.get("flags", "").split()
    levels = {"amx_bf16": "AMX", "avx512f": "AVX-512", "avx2": "AVX2, no AVX-512, no AMX"}
    return facts.get("model name", platform.machine()), next((levels[x] for x in levels if x in flags), "no AVX2")


def header(least, most=None):
    """One line for the head of a table; the rates at which it multiplied matrices in FLOP/s."""
    name, level = kind()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {installed(name)}" for name in PACKAGES if installed(name))
    rates = " to ".join(f"{rate / 1e9:.0f}" for rate in (least, most) if rate)
    return (
        f"{cores} cores of {name} ({level}), measured at {rates} GFLOP/s in float32 products of matrices; "
        f"Python {platform.python_version()}, {versions}"
    )


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None
