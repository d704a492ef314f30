"""Image generation: a GAN on any set of pictures, the run that `keras-gan train` makes."""

from dataclasses import asdict, dataclass, fields

import keras
import numpy as np

from keras_gan import architectures, callbacks, datasets, images
from keras_gan.models import GAN
from keras_gan.recipes.interrupts import Interrupts

DEFAULT_MINUTES = 3.0


@dataclass
class Recipe:
    """Everything a run is made from; kept in its config.json."""

    dataset: str = "glyphs"
    architecture: str = "dcgan"
    epochs: int | None = None
    minutes: float | None = None
    batch_size: int = 64
    latent_dim: int | None = None
    learning_rate: float = 2e-4
    size: int | None = None
    seed: int = 0
    conditional: bool = True
    ema_half_life_images: float = 20_000

    def __post_init__(self):
        positive = {"epochs": self.epochs, "minutes": self.minutes, "batch_size": self.batch_size}
        positive |= {"latent_dim": self.latent_dim, "learning_rate": self.learning_rate}
        for name, value in positive.items():
            if value is not None and value <= 0:
                raise ValueError(f"Expected `{name}` above 0. Received: {name}={value}.")
        if self.architecture not in {build.__name__ for build in architectures.ALL}:
            names = sorted(build.__name__ for build in architectures.ALL)
            raise ValueError(f"Expected an architecture of {names}. Received: {self.architecture!r}.")

    def load_data(self):
        """Training images and labels; labels None for an unconditional run."""
        images, labels = datasets.load(self.dataset, split="train", size=self.size)
        return images, labels if self.conditional else None

    def build(self, image_shape, num_classes):
        """The compiled GAN."""
        keras.utils.set_random_seed(self.seed)
        sizes = {} if self.latent_dim is None else {"latent_dim": self.latent_dim}
        players = getattr(architectures, self.architecture)(
            image_shape=image_shape, num_classes=num_classes, seed=self.seed, **sizes
        )
        gan = GAN(*players, seed=self.seed, num_classes=num_classes, ema_half_life_images=self.ema_half_life_images)
        rates = [keras.optimizers.Adam(self.learning_rate, beta_1=0.5) for _ in range(2)]
        gan.compile(g_optimizer=rates[0], d_optimizer=rates[1])
        return gan


def train(recipe, run, data, report=print):
    """Train in a run's folder, from the start or from where it stopped.

    Args:
        recipe: a `Recipe`.
        run: a `RunFolder`.
        data: what `recipe.load_data()` gave.
        report: takes lines about what is trained.

    Returns:
        The trained GAN, and what ended it early: "time", "interrupt" or None.
    """
    pictures, labels = data
    num_classes = None if labels is None else int(labels.max()) + 1
    config = {**asdict(recipe), "image_shape": list(pictures.shape[1:]), "num_classes": num_classes}
    run.write_config(config)
    gan = recipe.build(pictures.shape[1:], num_classes)
    report(describe(recipe, pictures, num_classes, gan))
    interrupts = Interrupts(recipe.minutes or (None if recipe.epochs else DEFAULT_MINUTES))
    watching = [
        keras.callbacks.CSVLogger(str(run.log)),
        callbacks.ImageGrid(run.grids, every_batches=None if recipe.architecture == "mlp" else 250),
        keras.callbacks.TerminateOnNaN(),
        callbacks.Resume(run.checkpoints),
        interrupts,
    ]
    with interrupts:
        gan.fit(
            pictures,
            labels,
            batch_size=min(recipe.batch_size, len(pictures)),
            epochs=recipe.epochs or 100_000,
            callbacks=watching,
        )
    if interrupts.stopped:
        for callback in watching:
            callback.on_train_end()
    run.write_facts(gan)
    gan.save(run.model)
    gan.export(run.saved_model, verbose=False)
    save_grid(gan, run.samples)
    return gan, interrupts.stopped


def describe(recipe, pictures, num_classes, gan):
    count, height, width, channels = pictures.shape
    classes = f", {num_classes} classes" if num_classes else ""
    sizes = [f"{network.count_params():,}" for network in (gan.generator, gan.discriminator)]
    return (
        f"{recipe.dataset}: {count:,} images {height}x{width}x{channels}{classes}\n"
        f"{recipe.architecture}: generator {sizes[0]} weights, discriminator {sizes[1]}"
    )


def recipe_of(run):
    """The recipe in a run's config.json."""
    config, names = run.read_config(), {field.name for field in fields(Recipe)}
    return Recipe(**{name: value for name, value in config.items() if name in names})


def restored(recipe, run):
    """The GAN of a run as its newest checkpoint left it.

    Raises:
        FileNotFoundError: if the run has no checkpoint yet.
    """
    config = run.read_config()
    found = callbacks.newest_whole(run.checkpoints)
    if found is None:
        raise FileNotFoundError(f"The run in {run.path} has no checkpoint. Go on with: keras-gan resume {run.path}")
    gan = recipe.build(tuple(config["image_shape"]), config["num_classes"])
    callbacks.restore(gan, found[0])
    return gan


def save_grid(gan, path, rows=5, columns=10, seed=0):
    """A grid of samples as one PNG; a class per column where there are classes."""
    labels = {"labels": np.arange(rows * columns) % columns % gan.num_classes} if gan.num_classes else {}
    images.save_png(images.grid(gan.generate(rows * columns, seed=seed, **labels), rows, columns), path)
