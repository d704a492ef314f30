"""ImageGrid: a picture of samples after every epoch, from the same latents each time."""

from pathlib import Path

import keras
import numpy as np

from keras_gan import images
from keras_gan.callbacks import tensorboard_images

MAX_FRAMES = 200


class ImageGrid(keras.callbacks.Callback):
    """Saves a grid of samples as PNG files, and the whole run as an animation at the end.

    The latents are drawn once from `seed`, apart from training's randomness: the
    grids show the same points of latent space, and training is the same with and
    without them. A class-conditional GAN shows one class per column. Among several
    workers the chief writes.

    Args:
        directory: where `epoch-00001.png`, ... go; made if missing.
        rows, columns: size of the grid.
        every: a grid every so many epochs; None for none.
        every_batches: also one every so many batches, named `batch-00000100.png`.
            With `steps_per_execution` at the first call past each multiple.
        seed: int, of the latents.
        animation: "gif", "webp" or None: `animation.gif` of all grids when training ends.
        log_dir: also write the grids for TensorBoard there.

    Raises:
        ValueError: for sizes or intervals below 1, or an unknown animation.
        ImportError: if `log_dir` is given without the tensorboard package.
    """

    any_pace = True  # content to see every few batches

    def __init__(
        self, directory, rows=5, columns=10, every=1, every_batches=None, seed=0, animation="gif", log_dir=None
    ):
        super().__init__()
        numbers = {"rows": rows, "columns": columns, "every": every, "every_batches": every_batches}
        for name, value in numbers.items():
            if value is not None and value < 1:
                raise ValueError(f"Expected `{name}` of at least 1. Received: {name}={value}.")
        if animation not in ("gif", "webp", None):
            raise ValueError(f"Expected `animation` to be 'gif', 'webp' or None. Received: animation={animation!r}.")
        self.directory = Path(directory)
        self.rows, self.columns = rows, columns
        self.every, self.every_batches = every, every_batches
        self.seed = seed
        self.animation = animation
        self.writer = tensorboard_images.writer(log_dir) if log_dir else None

    def on_train_begin(self, logs=None):
        self.directory.mkdir(parents=True, exist_ok=True)

    def on_epoch_begin(self, epoch, logs=None):
        self.batch_index = -1
        self.batch = int(self.model.batches_seen.numpy()) if self.every_batches else 0

    def on_train_batch_end(self, batch, logs=None):
        if not self.every_batches:
            return
        # Counted here, because on JAX touching the model after every batch is slow.
        before, self.batch = self.batch, self.batch + batch - self.batch_index
        self.batch_index = batch
        if self.batch // self.every_batches > before // self.every_batches:
            self._save(f"batch-{self.batch:08d}.png", self.batch)

    def on_epoch_end(self, epoch, logs=None):
        if self.every and (epoch + 1) % self.every == 0:
            self._save(f"epoch-{epoch + 1:05d}.png", epoch + 1)

    def on_train_end(self, logs=None):
        if not self.model.is_chief():
            return
        frames = max((sorted(self.directory.glob(f"{kind}-*.png")) for kind in ("epoch", "batch")), key=len)
        if self.animation and len(frames) > 1:
            step = -(-len(frames) // MAX_FRAMES)
            images.save_animation([*frames[:-1:step], frames[-1]], self.directory / f"animation.{self.animation}")

    def _save(self, name, step):
        count = self.rows * self.columns
        labels = {}
        if getattr(self.model, "num_classes", None):
            labels["labels"] = np.arange(count) % self.columns % self.model.num_classes
        samples = self.model.generate(count, seed=self.seed, **labels)  # by all workers together
        if not self.model.is_chief():
            return
        picture = images.grid(samples, self.rows, self.columns)
        images.save_png(picture, self.directory / name)
        if self.writer:
            tensorboard_images.write(self.writer, "samples", picture, step)
