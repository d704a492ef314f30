"""What a graphics card makes of it: images per second of `fit`, and the share of the card's own matrix rate.

For every backend asked for: the numerical suite, `keras-gan train`, then 28x28 grey and 64x64 colour pictures
in float32, bfloat16 and float16, each in a process of its own. Prints a Markdown table.

    scripts/bench --gpu                                  # JAX, the route with the fewest packages
    scripts/bench --gpu --backends jax torch tensorflow  # all three
    scripts/bench --gpu --smoke                          # tiny, on whatever there is: a test of this file
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from floor import forward_flop

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PRECISIONS = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}
SHAPES = {"28x28 grey": (28, 28, 1), "64x64 colour": (64, 64, 3)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backends", nargs="+", default=["jax"], choices=["jax", "torch", "tensorflow"])
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=20.0, help="of training, for every number")
    parser.add_argument("--minutes", type=float, default=2.0, help="of `keras-gan train`, for every data set")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes and no suite, on a CPU too")
    parser.add_argument("--one", nargs=2, metavar=("SHAPE", "PRECISION"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.smoke:
        options.batch_size, options.seconds, options.minutes = 8, 0.5, 0.02
    if options.one:
        print(json.dumps(measure(*options.one, options)))
        return
    for backend in options.backends:
        report(backend, options)


def report(backend, options):
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.setdefault("CUDA_VISIBLE_DEVICES", "0")  # the tests would hide the card

    def child(*command, capture=False):
        print("$", *command[1:], file=sys.stderr, flush=True)
        return subprocess.run(
            command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE if capture else None
        )

    if not options.smoke:
        child(sys.executable, "-m", "pytest", "tests/backend")
    with tempfile.TemporaryDirectory() as folder:
        for data in training_sets(Path(folder), options.smoke):
            train = ["train", data, "--minutes", str(options.minutes), "--output", f"{folder}/runs"]
            child(sys.executable, "-m", "keras_gan", *train)
    rows = []
    for shape in SHAPES:
        for precision in ["float32"] if options.smoke else PRECISIONS:
            sizes = ["--batch-size", str(options.batch_size), "--seconds", str(options.seconds)]
            smoke = ["--smoke"] if options.smoke else []
            done = child(sys.executable, __file__, *sizes, *smoke, "--one", shape, precision, capture=True)
            rows.append((shape, precision, json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None))
    print(table(backend, rows, options.batch_size), flush=True)


def training_sets(folder, smoke):
    """What `keras-gan train` is given: MNIST where it was prepared, else the embedded digits, and colour pictures."""
    import numpy as np

    count = 64 if smoke else 20_000
    waves = np.sin(np.random.default_rng(0).uniform(0, 8, (count, 1, 1, 3)) * np.linspace(0, 1, 64)[:, None])
    np.save(folder / "waves.npy", np.broadcast_to(waves, (count, 64, 64, 3)).astype("float32"))
    prepared = Path(os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")).expanduser() / "mnist"
    return (
        [str(folder / "waves.npy")]
        if smoke
        else ["mnist" if prepared.is_dir() else "glyphs", str(folder / "waves.npy")]
    )


def measure(shape, precision, options):
    """Trains a DCGAN on random pictures, and multiplies matrices, in this process."""
    import keras
    import numpy as np

    import keras_gan as kg

    keras.config.set_dtype_policy(PRECISIONS[precision])
    widths = {"generator_width": 4, "discriminator_width": 4} if options.smoke else {}
    players = kg.architectures.dcgan(image_shape=SHAPES[shape], latent_dim=64, **widths)
    gan = kg.GAN(*players, seed=0)
    gan.compile(loss="bce")
    count = options.batch_size * (2 if options.smoke else 50)
    images = np.random.default_rng(0).uniform(-1, 1, (count, *SHAPES[shape])).astype("float32")

    def epoch():
        return gan.fit(images, batch_size=options.batch_size, verbose=0).history

    epoch()  # compiles
    began, seen = time.perf_counter(), 0
    while time.perf_counter() - began < options.seconds:
        history = epoch()
        seen += count
    rate = seen / (time.perf_counter() - began)
    generator, discriminator = (sum(map(forward_flop, player._flatten_layers())) for player in players)
    flops = (
        3 * generator + 8 * discriminator
    )  # forward 1, backward 2, through the discriminator for the generator 1 + 1
    return {
        "images_per_s": rate,
        "matrix_tflops": matrix_rate(precision, 256 if options.smoke else 8192) / 1e12,
        "train_tflops": rate * flops / 1e12,
        "d_loss": history["d_loss"][-1],
        "card": card(),
    }


def matrix_rate(precision, size):
    """Floating point operations per second of this card in its largest products."""
    import keras
    from keras import ops

    a = ops.cast(keras.random.normal((size, size)), precision)

    def multiply(times):
        product = a
        for _ in range(times):
            product = ops.matmul(a, product) * 0.01
        ops.convert_to_numpy(product[0, 0])  # waits for it

    multiply(2)
    began = time.perf_counter()
    multiply(20)
    return 20 * 2 * size**3 / (time.perf_counter() - began)


def card():
    try:
        query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "no NVIDIA card"


def table(backend, rows, batch_size):
    cards = {row["card"] for _, _, row in rows if row}
    versions = ", ".join(f"{name} {version(name)}" for name in (backend, "keras"))
    lines = [
        f"\n{time.strftime('%Y-%m-%d')}, {', '.join(cards)}; {versions}; keras_gan's DCGAN, batch {batch_size}\n",
        "| pictures | precision | images/s | TFLOP/s in training | card's matrices, TFLOP/s | share |",
        "|---|---|---|---|---|---|",
    ]
    for shape, precision, row in rows:
        if row is None:
            lines.append(f"| {shape} | {precision} | failed | | | |")
            continue
        share = row["train_tflops"] / row["matrix_tflops"]
        lines.append(
            f"| {shape} | {precision} | {row['images_per_s']:,.0f} | {row['train_tflops']:.3g} | "
            f"{row['matrix_tflops']:.3g} | {share:.1%} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
