"""What a user waits for before anything happens: `keras-gan --help`, and importing keras_gan beyond importing keras."""

import os
import statistics
import subprocess
import sys
import time

ROUNDS = 5
IMPORT = """
import time, keras
start = time.perf_counter()
import keras_gan
print(time.perf_counter() - start)
"""


def measure(folder):
    """Seconds, the median of five."""
    python, quiet = sys.executable, {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    helps, imports = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([python, "-m", "keras_gan", "--help"], check=True, stdout=subprocess.DEVNULL)
        helps.append(time.perf_counter() - start)
        done = subprocess.run([python, "-c", IMPORT], check=True, capture_output=True, text=True, env=quiet)
        imports.append(float(done.stdout))
    return {"help_s": statistics.median(helps), "import_s": statistics.median(imports)}


def text(found):
    return (
        "## The command and the import\n\n"
        f"`keras-gan --help` takes {found['help_s']:.2f} s; `import keras_gan` takes {found['import_s']:.2f} s "
        "beyond `import keras`."
    )
