"""Contenders take turns (A B C A B C ...), each in a process of its own; medians and ratios as JSON and Markdown."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from workloads import WORKLOADS

CONTENDERS = {
    "keras_gan fit": ["ours.py"],
    "keras_gan fit + Resume, ImageGrid": ["ours.py", "callbacks"],
    "tf.function by hand": ["tf_function.py"],
    "tf.function by hand, jit": ["tf_function.py", "jit"],
    "keras.io style fit": ["keras_fit.py"],
    "PyTorch eager": ["torch_eager.py"],
    "PyTorch compile": ["torch_eager.py", "compile"],
}


def run(name, workload, seconds):
    script, *options = CONTENDERS[name]
    command = [sys.executable, str(HERE / "contenders" / script), workload, str(seconds), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    if done.returncode:
        print(f"  {name}: failed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def machine():
    model = [
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith(("model name", "flags"))
    ]
    flags = model[1].split() if len(model) > 1 else []
    kind = "AMX" if "amx_bf16" in flags else "AVX-512" if "avx512f" in flags else "neither AVX-512 nor AMX"
    return f"{os.cpu_count()} cores, {kind}, matrix rate {matrix_rate():.0f} GFLOP/s in float32"


def matrix_rate():
    """Measured in a process of its own, so that this one starts no threads."""
    code = (
        "import numpy as np, time; a = np.ones((2048, 2048), 'float32'); a @ a; t = time.perf_counter()\n"
        "for _ in range(5): a @ a\n"
        "print(5 * 2 * 2048**3 / (time.perf_counter() - t) / 1e9)"
    )
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)


def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workloads", nargs="+", default=list(WORKLOADS), choices=list(WORKLOADS))
    parser.add_argument("--contenders", nargs="+", default=list(CONTENDERS), choices=list(CONTENDERS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of whole epochs, in every round")
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    options = parser.parse_args()
    packages = {name: installed(name) for name in ("keras", "tensorflow", "torch")}
    header = f"{time.strftime('%Y-%m-%d')}; {machine()}; Python {platform.python_version()}, {packages}"
    print(header)
    results = {}
    for workload in options.workloads:
        rounds = {name: [] for name in options.contenders}
        for _ in range(options.rounds):
            for name in options.contenders:
                result = run(name, workload, options.seconds)
                if result:
                    rounds[name].append(result)
        results[workload] = {name: summary(found) for name, found in rounds.items() if found}
        options.output.write_text(json.dumps({"header": header, "results": results}, indent=2))
        print(table(workload, results[workload]), flush=True)


def summary(found):
    rates = [each["steps_per_s"] for each in found]
    keys = ("first_epoch_s", "peak_mib")
    return {
        "steps_per_s": statistics.median(rates),
        "spread": [min(rates), max(rates)],
        **{key: statistics.median(each[key] for each in found) for key in keys},
        "losses": found[-1]["losses"],
    }


def table(workload, found):
    batch = WORKLOADS[workload].batch
    ours = found.get("keras_gan fit", {}).get("steps_per_s")
    lines = [
        f"\n| {workload} | steps/s (min-max) | images/s | ours is | first epoch, s | peak MiB | d, g loss |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, each in sorted(found.items(), key=lambda item: -item[1]["steps_per_s"]):
        rate, (low, high) = each["steps_per_s"], each["spread"]
        ratio = f"{ours / rate:.2f}x" if ours else ""
        losses = ", ".join(f"{loss:.2f}" for loss in each["losses"])
        lines.append(
            f"| {name} | {rate:.0f} ({low:.0f}-{high:.0f}) | {rate * batch:,.0f} | {ratio} | "
            f"{each['first_epoch_s']:.1f} | {each['peak_mib']:.0f} | {losses} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
