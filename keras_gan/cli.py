"""The command `keras-gan`."""

import os
import shlex
import shutil
import sys
import warnings
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Train GANs with Keras, and use them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


class Architecture(StrEnum):
    mlp = "mlp"
    dcgan = "dcgan"
    resnet = "resnet"
    r3gan = "r3gan"


class Precision(StrEnum):
    float32 = "float32"
    mixed_bfloat16 = "mixed_bfloat16"
    mixed_float16 = "mixed_float16"


class Format(StrEnum):
    tf_saved_model = "tf_saved_model"
    keras = "keras"
    onnx = "onnx"
    litert = "litert"


class Extractors(StrEnum):
    patches = "patches"
    reference = "reference"
    both = "both"
    inception = "inception"


@app.command()
def train(
    dataset: Annotated[
        str,
        typer.Argument(
            help="'glyphs' (embedded digits), a dataset of tensorflow-datasets such as 'mnist', a folder of pictures, "
            "or a .npy or .npz file."
        ),
    ] = "glyphs",
    architecture: Annotated[Architecture, typer.Option(help="The two networks.")] = Architecture.dcgan,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the data.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Time to train; without --epochs 10, and 3 for glyphs.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Default 32, and 50 for mlp.")] = None,
    latent_dim: Annotated[int | None, typer.Option(min=1, help="Length of the latents.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate of both players' Adam; it falls to 2 %.")] = None,
    loss: Annotated[
        str | None,
        typer.Option(help="A name in keras_gan.losses; default bce, hinge for resnet, relativistic_pairing for r3gan."),
    ] = None,
    r1: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Weight of R1, on every 4th batch; default .5 times the area in 28x28 for dcgan and r3gan, else 0.",
        ),
    ] = None,
    r2: Annotated[
        float | None,
        typer.Option(min=0, help="The same of R2, on fake samples; default .5 times the area for r3gan, else 0."),
    ] = None,
    size: Annotated[int | None, typer.Option(min=1, help="Crop and resize the pictures to this side.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal runs.")] = 0,
    precision: Annotated[
        Precision | None, typer.Option(help="Default: mixed_bfloat16 where the processor multiplies it in hardware.")
    ] = None,
    unconditional: Annotated[bool, typer.Option("--unconditional", help="Ignore the labels.")] = False,
    output: Annotated[Path, typer.Option(help="Where numbered run folders go.")] = Path("runs"),
):
    """Train a GAN; it ends, or Ctrl-C ends it, with everything saved."""
    start_keras()
    from keras_gan.recipes.image_generation import Recipe
    from keras_gan.recipes.run_folder import RunFolder

    recipe = Recipe(
        dataset=str(Path(dataset).resolve()) if dataset != "glyphs" and Path(dataset).exists() else dataset,
        architecture=architecture.value,
        epochs=epochs,
        minutes=minutes,
        batch_size=batch_size,
        latent_dim=latent_dim,
        learning_rate=lr,
        loss=loss,
        r1=r1,
        r2=r2,
        size=size,
        seed=seed,
        conditional=not unconditional,
        precision=precision and precision.value,
    )
    data = _load(recipe)
    run = RunFolder.new(output, f"{Path(dataset).stem}-{architecture.value}")
    try:
        _train(recipe, run, data)
    finally:
        run.discard_if_empty()


@app.command()
def resume(
    run: RunArgument,
    epochs: Annotated[int | None, typer.Option(min=1, help="Train up to this many epochs in all.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Train for this much longer.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Go on although data, code or versions changed; no longer bit for bit.")
    ] = False,
):
    """Go on with a run that was stopped or killed, exactly where it was."""
    start_keras()
    from keras_gan.recipes.image_generation import longer, recipe_of
    from keras_gan.recipes.run_folder import RunFolder

    folder = RunFolder.existing(run)
    recipe = recipe_of(folder)
    if minutes is not None:
        recipe = longer(recipe, folder, minutes)
    if epochs is not None:
        recipe = replace(recipe, epochs=epochs, minutes=None if minutes is None else recipe.minutes)
    _train(recipe, folder, _load(recipe), force)


@app.command()
def sample(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of a run, a SavedModel's folder, or a .keras file.")
    ],
    output: Annotated[
        Path, typer.Option(help="'.png': one grid; '.npy': the float32 array; a folder: one PNG each.")
    ] = Path("samples.png"),
    count: Annotated[int, typer.Option(min=1, help="How many samples.")] = 50,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same samples.")] = None,
    label: Annotated[int | None, typer.Option(min=0, help="The class; by default all classes in turn.")] = None,
    latent_dim: Annotated[int | None, typer.Option(min=1, help="Refuse a generator of other latents.")] = None,
):
    """Make samples with a trained generator."""
    start_keras()
    from keras_gan.recipes import sampling

    path = sampling.sample(run, output, count, seed, label, latent_dim)
    print(f"{count} samples: {path}")


@app.command()
def evaluate(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder of a run, a SavedModel's folder, or a .keras file.")
    ],
    extractor: Annotated[
        Extractors | None,
        typer.Option(
            help="What compares images; 'reference' is a classifier, for which labels are needed. "
            "By default both for a run with classes, else 'patches'."
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=10, help="How many samples.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the samples and the scores.")] = 0,
    dataset: Annotated[
        str | None, typer.Option(help="What to compare with; a run knows its own, the others must be told.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="A JSON file for the scores; by default evaluation.json in the run's folder.")
    ] = None,
):
    """Score a trained generator against real images."""
    start_keras()
    from keras_gan.recipes import evaluation
    from keras_gan.recipes.run_folder import RunFolder

    scores = evaluation.evaluate(run, extractor and extractor.value, count, seed, dataset)
    print(f"\n{evaluation.table(scores)}")
    if output is None and RunFolder(run).config.is_file():
        output = RunFolder(run).evaluation
    if output is not None:
        evaluation.write(scores, run, dataset, output)
        print(f"\nWritten: {output}")


@app.command()
def export(
    run: RunArgument,
    output: Annotated[Path | None, typer.Option(help="Where to; by default into the run's folder.")] = None,
    format: Annotated[Format, typer.Option(help="What to write.")] = Format.tf_saved_model,
    uint8: Annotated[bool, typer.Option("--uint8", help="Samples as pixels 0..255.")] = False,
):
    """Write the trained generator for use without keras_gan."""
    start_keras()
    from keras_gan.export import FORMATS
    from keras_gan.recipes.image_generation import recipe_of, restored
    from keras_gan.recipes.run_folder import RunFolder

    folder = RunFolder.existing(run)
    suffix = FORMATS[format.value].SUFFIX
    target = output or (folder.path / f"generator{suffix}" if suffix else folder.saved_model)
    gan = restored(recipe_of(folder), folder)
    gan.export(target, format=format.value, uint8=uint8, verbose=False)
    print(f"Exported: {target}")


def _load(recipe):
    print(f"Loading {recipe.dataset} ...", flush=True)
    return recipe.load_data()


def _train(recipe, folder, data, force=False):
    from keras_gan.recipes.image_generation import train

    try:
        train(recipe, folder, data, force=force)
    except KeyboardInterrupt:
        print(f"\nInterrupted. Go on with: {_command()} resume {shlex.quote(str(folder.path))}", file=sys.stderr)
        raise
    for name in ("samples", "grids", "log", "checkpoints", "model", "saved_model"):
        if getattr(folder, name).exists():
            print(f"  {name:12} {getattr(folder, name)}")
    command, path = _command(), shlex.quote(str(folder.path))
    print(f"Next: {command} sample {path} --count 100 --output samples.png")
    print(f"      {command} evaluate {path}")
    print(f"      {command} resume {path} --minutes 5")
    print(folder.path)


def _command():
    """`keras-gan` as it can be typed here: `scripts/train` leaves it inside .venv, off the search path."""
    if shutil.which("keras-gan"):
        return "keras-gan"
    path = Path(sys.executable).with_name("keras-gan")
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def start_keras():
    """Import Keras without what its backend's libraries print about missing GPUs and the like."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # at 2, a failed fusion of oneDNN is told
    sys.stderr.flush()
    screen = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        import keras

        keras.ops.zeros(())  # also finds the devices
    finally:
        os.dup2(screen, 2)
        os.close(screen)


def main():
    """Run the command; what the user can mend is one line and exit code 2, and a warning is one line too."""
    warnings.formatwarning = lambda message, *where: f"keras-gan: {message}\n"
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        code = 130
    except Exception as error:
        mendable = isinstance(error, (ValueError, OSError, ImportError)) or hasattr(error, "format_message")
        if os.environ.get("KERAS_GAN_TRACEBACK") or not mendable:
            raise
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        print(f"keras-gan: {' '.join(message.split())}", file=sys.stderr)
        code = 2
    sys.exit(code or 0)
