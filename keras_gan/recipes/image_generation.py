"""Image generation: a GAN on any set of pictures, the run that `keras-gan train` makes."""

import importlib.util
import shutil
import sys
from dataclasses import asdict, dataclass, fields, replace

import keras
import numpy as np

from keras_gan import architectures, callbacks, datasets, images, penalties, processor
from keras_gan.callbacks import symptoms
from keras_gan.models import GAN
from keras_gan.recipes import chosen
from keras_gan.recipes.interrupts import Interrupts
from keras_gan.recipes.scoring import Scoring

DEFAULT_MINUTES = {"glyphs": 3.0}  # what a first try may take; other data are worth more
OTHER_MINUTES = 10.0
GRID_EVERY = 3200  # images, where an epoch is long
ENDINGS = {
    "interrupt": " Stopped by Ctrl-C; everything is saved.",
    "time": " The time is up; everything is saved.",
    None: "",
}


@dataclass
class Recipe:
    """Everything a run is made from; kept in its config.json."""

    dataset: str = "glyphs"
    architecture: str = "dcgan"
    epochs: int | None = None
    minutes: float | None = None
    batch_size: int | None = None
    latent_dim: int | None = None
    learning_rate: float | None = None
    beta_1: float | None = None
    loss: str | None = None
    r1: float | None = None
    r2: float | None = None
    size: int | None = None
    seed: int = 0
    conditional: bool = True
    ema_half_life_images: float = 20_000
    precision: str | None = None
    sizes: dict | None = None  # of the networks; None takes those of `chosen`

    def __post_init__(self):
        if self.architecture not in chosen.SETTINGS:
            raise ValueError(f"Expected an architecture of {sorted(chosen.SETTINGS)}. Received: {self.architecture!r}.")
        dense = self.architecture == "mlp"
        for name, value in chosen.SETTINGS[self.architecture].items():
            if getattr(self, name) is None:
                setattr(self, name, value)
        if self.precision is None:  # XLA's products of dense networks gain nothing from bfloat16 on a CPU
            fast = keras.backend.backend() == "tensorflow" and processor.has("avx512_bf16", "amx_bf16") and not dense
            self.precision = "mixed_bfloat16" if fast else "float32"
        if self.epochs is None and self.minutes is None:
            self.minutes = DEFAULT_MINUTES.get(self.dataset, OTHER_MINUTES)
        positive = {"epochs": self.epochs, "minutes": self.minutes, "batch_size": self.batch_size}
        positive |= {"latent_dim": self.latent_dim, "learning_rate": self.learning_rate}
        for name, value in positive.items():
            if value is not None and not value > 0:  # NaN neither
                raise ValueError(f"Expected `{name}` above 0. Received: {name}={value}.")

    def load_data(self):
        """Training images and labels, None where the data have none. Unconditional runs show them to `Health` alone.

        Raises:
            ValueError: as `datasets.load`; for images that make no PNG, or labels that do not number classes.
        """
        pictures, labels = datasets.load(self.dataset, split="train", size=self.size)
        if pictures.shape[-1] not in (1, 3, 4):
            raise ValueError(f"Expected images of 1, 3 or 4 channels. Received: {pictures.shape[-1]}.")
        if self.conditional and labels is not None and (labels.min() < 0 or labels.max() >= len(labels)):
            raise ValueError(
                f"Expected labels that number the classes from 0. Received: {labels.min()} to {labels.max()}, of "
                f"{len(labels)} images. Renumber them, or pass --unconditional."
            )
        return pictures, labels

    def settled(self, image_shape):
        """This recipe with all that was left to the images: sizes of the networks, and weights of the penalties."""
        usual = chosen.penalties(self.architecture, image_shape)
        weights = {name: weight for name, weight in usual.items() if getattr(self, name) is None}
        sizes = chosen.sizes(self.architecture, image_shape) if self.sizes is None else self.sizes
        return replace(self, sizes=sizes, **weights)

    def build(self, image_shape, num_classes):
        """The compiled GAN."""
        keras.utils.set_random_seed(self.seed)
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.precision)
        try:
            return self.settled(image_shape)._build(image_shape, num_classes)
        finally:
            keras.config.set_dtype_policy(before)

    def _build(self, image_shape, num_classes):
        sizes = self.sizes | ({"latent_dim": self.latent_dim} if self.latent_dim else {})
        players = getattr(architectures, self.architecture)(
            image_shape=image_shape, num_classes=num_classes, seed=self.seed, **sizes
        )
        gan = GAN(*players, seed=self.seed, num_classes=num_classes, ema_half_life_images=self.ema_half_life_images)
        adams = [keras.optimizers.Adam(self.learning_rate, self.beta_1, beta_2=0.99) for _ in range(2)]
        gan.compile(g_optimizer=adams[0], d_optimizer=adams[1], loss=self.loss, penalties=self.penalties())
        return gan

    def penalties(self):
        """On every fourth batch."""
        weights = {"r1": self.r1, "r2": self.r2}
        return [penalties.BY_NAME[name](weight, interval=4) for name, weight in weights.items() if weight]


def train(recipe, run, data, report=print, force=False):
    """Train in a run's folder, from the start or from where it stopped.

    Args:
        recipe: a `Recipe`.
        run: a `RunFolder`.
        data: what `recipe.load_data()` gave.
        report: takes lines about what is trained.
        force: whether to go on although the data, the code or the versions changed.

    Returns:
        The trained GAN, as it was at its best where that was looked for.
    """
    pictures, known_labels = data
    labels = known_labels if recipe.conditional else None
    recipe, num_classes = recipe.settled(pictures.shape[1:]), None if labels is None else int(labels.max()) + 1
    gan = recipe.build(pictures.shape[1:], num_classes)
    report(describe(recipe, pictures, num_classes, gan))
    limits = {"epochs": recipe.epochs, "minutes": recipe.minutes}
    until = " or ".join(f"for {limit:.3g} {unit}" for unit, limit in limits.items() if limit)
    report(f"training {until} in all; Ctrl-C ends it sooner, with everything saved. Grids: {run.grids}")
    config = {**asdict(recipe), "image_shape": list(pictures.shape[1:]), "num_classes": num_classes}

    def begin(logs):  # by now nothing has refused the run
        run.write_config(config)
        run.write_facts(gan)

    batch_size = min(recipe.batch_size, len(pictures))
    grid_every = None if recipe.architecture == "mlp" else max(1, GRID_EVERY // batch_size)
    ending = {"examples": recipe.epochs * len(pictures)} if recipe.epochs else {"minutes": recipe.minutes}
    decay, log = callbacks.Decay(batch_size, **ending), keras.callbacks.CSVLogger(str(run.log))
    interrupts = Interrupts(decay, recipe.minutes)
    scored = recipe.epochs is None  # else equal seeds give equal runs, however long they take
    resume = callbacks.Resume(run.checkpoints, monitor="val_fid" if scored else None, force=force)
    watching = [
        log,
        callbacks.ImageGrid(run.grids, every_batches=grid_every),
        callbacks.Health(back_to=resume, classify=reader(recipe, pictures, known_labels)),
        decay,
        resume,
        keras.callbacks.LambdaCallback(on_train_begin=begin),
        interrupts,
    ]
    if scored:
        watching.insert(0, Scoring(pictures, labels, recipe.minutes, decay, resume, run.scores, report))
    with interrupts:
        gan.fit(
            pictures,
            labels,
            batch_size=batch_size,
            epochs=recipe.epochs or 100_000,
            callbacks=watching,
            verbose="auto" if sys.stdout.isatty() else 2,  # a log file gets a line per epoch, not a bar per batch
        )
    if interrupts.stopped:
        if interrupts.inside_epoch is not None:  # a row for the part of it, which a resumed run replaces
            logs = {name: float(value) for name, value in gan.get_metrics_result().items()}
            log.on_epoch_end(interrupts.inside_epoch, logs)
        for callback in watching:
            callback.on_train_end()
    report(summary(gan, interrupts.stopped))
    if resume.best:
        resume.go_back()
        report(f"Kept is the best that was scored: FD(patches) {resume.best['value']:.1f}")
    write_out(gan, run, report)
    return gan


def reader(recipe, pictures, labels):
    """What `Health` reads samples' classes by; dense networks begin with few classes, and find the others later."""
    if labels is None or recipe.architecture == "mlp":
        return None
    return symptoms.nearest_class(pictures, labels)


def write_out(gan, run, report):
    """The trained model as files: to go on with, to use without keras_gan, and to look at."""
    gan.save(run.model)
    try:
        gan.export(run.saved_model, verbose=False)
    except (ImportError, RuntimeError) as error:  # of a file that is not equal; what was trained is saved all the same
        if isinstance(error, ImportError) and importlib.util.find_spec("tensorflow"):
            raise
        shutil.rmtree(run.saved_model, ignore_errors=True)  # of the run before it was resumed
        report(f"No SavedModel. {error}")
    save_grid(gan, run.samples)


def longer(recipe, run, minutes):
    """The recipe of a run that shall train for some more minutes than it has."""
    recipe, found = replace(recipe, epochs=None, minutes=minutes), callbacks.newest_whole(run.checkpoints)
    kept = found[1]["counters"] if found else []
    seconds = sum(each.get("seconds", 0) for each in kept if each["callback"] == "Decay")
    return replace(recipe, minutes=seconds / 60 + minutes)


def describe(recipe, pictures, num_classes, gan):
    count, height, width, channels = pictures.shape
    classes = f", {num_classes} classes" if num_classes else ""
    sizes = [f"{network.count_params():,}" for network in (gan.generator, gan.discriminator)]
    return (
        f"{recipe.dataset}: {count:,} images {height}x{width}x{channels}{classes}\n"
        f"{recipe.architecture} in {recipe.precision}: generator {sizes[0]} weights, discriminator {sizes[1]}"
    )


def summary(gan, stopped):
    logs = {name: float(value) for name, value in gan.get_metrics_result().items()}
    return (
        f"\n{int(gan.examples_seen):,} images seen, {int(gan.batches_seen):,} batches.{ENDINGS[stopped]}\n"
        f"Means of the last epoch: d_loss {logs['d_loss']:.3f}, g_loss {logs['g_loss']:.3f}"
    )


def recipe_of(run):
    """The recipe in a run's config.json.

    Raises:
        ValueError: if the file is damaged, or holds no recipe.
    """
    config, names = {"sizes": {}, **run.read_config()}, {field.name for field in fields(Recipe)}
    try:
        return Recipe(**{name: value for name, value in config.items() if name in names})
    except TypeError as error:  # a word where a number belongs
        raise ValueError(f"Could not use {run.config}: {error}. Mend it, or train anew.") from error


def restored(recipe, run):
    """The GAN of a run as its best checkpoint left it, or the newest where none was scored.

    Raises:
        FileNotFoundError: if the run has no checkpoint yet.
    """
    config = run.read_config()
    found = callbacks.best_whole(run.checkpoints)
    if found is None:
        raise FileNotFoundError(f"The run in {run.path} has no checkpoint. Go on with: keras-gan resume {run.path}")
    gan = recipe.build(tuple(config["image_shape"]), config["num_classes"])
    callbacks.restore(gan, found[0])
    return gan


def save_grid(gan, path, rows=5, columns=10, seed=0):
    """A grid of samples as one PNG; a class per column where there are classes."""
    labels = {"labels": np.arange(rows * columns) % columns % gan.num_classes} if gan.num_classes else {}
    images.save_png(images.grid(gan.generate(rows * columns, seed=seed, **labels), rows, columns), path)
