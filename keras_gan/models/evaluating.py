"""JudgedBySamples: metrics of samples beside the losses, in `evaluate` and in the validation of `fit`."""

import contextlib
import itertools

import keras
import numpy as np
from keras import ops, tree

from keras_gan.datasets.steady import InOrder
from keras_gan.metrics.extractors.base import content_hash
from keras_gan.metrics.sample_metric import SampleMetric
from keras_gan.models.feeding import check_counts, is_arrays


class JudgedBySamples:
    """Adds what `compile(metrics=[...])` was given to what `evaluate` returns.

    Keras validates through `evaluate`, so `fit` with `validation_data` logs the
    same values as `val_fid` and the like. Without metrics nothing changes.
    """

    sample_metrics = ()
    _examples_in_fit = None  # by (count, seed), once validation is prepared
    _real_in_fit = {}  # what judged_by tells of them

    def compared_samples(self, examples, count, seed):
        """Real samples of some examples, `count` made ones, and the classes these were to be, or None.

        Two float32 arrays `(n, ...)` and `(count, ...)`, and integers `(count,)`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no samples that a metric could compare.")

    def judged_by(self):
        """The protocols of the compiled metrics, for JSON; values of others do not compare.

        In `fit` with `validation_data` each says how many real images there are, and of arrays their hash.
        """
        told = self._real_in_fit
        return [metric.protocol() | told.get((metric.count, metric.seed), {}) for metric in self.sample_metrics]

    def prepare_validation(self, x, y, callbacks):
        """Called by `fit` before it trains: what no metric can judge is refused now, and extractors are fitted.

        Returns:
            The callbacks, of which those with a `monitor` and no `mode` know what is better.
        """
        if not self.sample_metrics:
            return callbacks
        check_readable_twice(x)
        self._examples_in_fit = self._examples_of(x, y, {})
        compared = {draw: np.asarray(found["real"], "float32") for draw, found in self._examples_in_fit.items()}
        self._real_in_fit = {
            draw: {"real_count": len(real), "real_hash": content_hash(real) if is_arrays(x) else ""}
            for draw, real in compared.items()
        }
        for metric in self.sample_metrics:
            metric.prepare(compared[metric.count, metric.seed])
        if isinstance(callbacks, keras.callbacks.CallbackList):
            return callbacks
        better = {f"val_{name}": metric.better for metric in self.sample_metrics for name in metric.log_names}
        return that_know_the_logs(callbacks, better)

    @contextlib.contextmanager
    def judging(self):
        """Around a `fit`, which reads its validation data once."""
        try:
            yield
        finally:
            self.forget_validation()

    def forget_validation(self):
        self._examples_in_fit, self._real_in_fit = None, {}

    def evaluate(self, x=None, y=None, *args, return_dict=False, **kwargs):
        """As `keras.Model.evaluate`, with the values of the compiled metrics behind the losses.

        A metric compares at most `count` of the real images: of arrays a choice
        by its seed, of anything else the first ones. `steps` limits the losses only.
        """
        if not self.sample_metrics:
            return super().evaluate(x, y, *args, return_dict=return_dict, **kwargs)
        check_readable_twice(x)
        in_fit = kwargs.get("_use_cached_eval_dataset", False)
        examples = self._examples_of(x, y, self._examples_in_fit or {} if in_fit else {})
        logs = super().evaluate(x, y, *args, return_dict=True, **kwargs)
        values = self._judge(examples)
        return {**logs, **values} if return_dict else [*self._flatten_metrics_in_order(logs), *values.values()]

    def _examples_of(self, x, y, known):
        """Real examples by the (count, seed) of each metric; those that are `known` are not read again."""
        draws = {(metric.count, metric.seed) for metric in self.sample_metrics}
        return known | {draw: real_examples(self, x, y, *draw) for draw in draws - set(known)}

    def _judge(self, examples):
        """The metrics' values by name; metrics of one count and seed share the examples and the samples."""
        compared = {draw: self.compared_samples(real, *draw) for draw, real in examples.items()}
        values = {}
        for metric in self.sample_metrics:
            found = metric(*compared[metric.count, metric.seed])
            values |= found if isinstance(found, dict) else {metric.name: found}
        return values


class ColumnsOf(keras.callbacks.Callback):
    """Tells CSVLogger of logs that the first epoch lacks, as it does with `validation_freq=2`.

    It takes its columns from the first epoch, and would drop them for ever. Stands before its logger, and behind
    callbacks that add logs of their own.
    """

    def __init__(self, columns, logger):
        super().__init__()
        self.columns, self.logger = columns, logger

    def on_epoch_end(self, epoch, logs=None):
        if self.logger.keys is None:
            losses = [f"val_{name}" for name in (*self.model.trackers, "loss")]
            self.logger.keys = sorted({*logs, *losses, *self.columns})


def that_know_the_logs(callbacks, better):
    """The callbacks, before each CSVLogger its columns; Keras itself knows no direction of values like these."""
    found = []
    for callback in tree.flatten(callbacks or []):
        if isinstance(callback, keras.callbacks.CSVLogger):
            found.append(ColumnsOf(better, callback))
        if getattr(callback, "mode", None) == "auto" and better.get(getattr(callback, "monitor", None)):
            callback.mode = better[callback.monitor]
        found.append(callback)
    return found


def several(metrics, num_classes):
    """`compile`'s argument as a tuple of metrics of samples.

    Raises:
        ValueError: for anything else, two metrics of one name, or a metric of classes where there are none.
    """
    metrics = tuple(tree.flatten(metrics)) if metrics is not None else ()
    for metric in metrics:
        if not isinstance(metric, SampleMetric):
            raise ValueError(
                "`metrics` compare samples with real images, such as keras_gan.metrics.FrechetDistance(). "
                f"Received: metrics={metric!r}. Metrics of predictions and targets have no meaning for a GAN."
            )
        if metric.needs_labels and not num_classes:
            raise ValueError(f"Only a GAN with `num_classes` is asked for a class. Received: metrics={metric!r}.")
    names = [name for metric in metrics for name in metric.log_names]
    if len(set(names)) < len(names):
        raise ValueError(f"Metrics need names of their own. Received: {names}. Pass `name=` to them.")
    return metrics


def check_readable_twice(x):
    if hasattr(x, "__next__"):
        raise ValueError(
            "A metric of samples reads the data once more, after the losses. "
            f"Received: a {type(x).__name__}, which can be read once. Pass arrays, a tf.data.Dataset, a PyDataset or a "
            "DataLoader, or compile without `metrics`."
        )


def real_examples(model, x, y, count, seed):
    """At most `count` examples of evaluation data as `model.read_batch` names them, in NumPy arrays."""
    if isinstance(x, InOrder):  # the validation data of `fit`
        x, y = x.arrays
    if is_arrays(x):
        arrays = tree.map_structure(np.asarray, x if y is None else (x, y))
        present = check_counts(arrays, None)
        if present > count:
            rows = np.random.default_rng(seed).permutation(present)[:count]
            arrays = tree.map_structure(lambda array: array[rows], arrays)
        examples = model.read_batch(arrays)
    else:
        batches, have = [], 0
        for batch in batches_of(x):
            batches.append(tree.map_structure(in_numpy, model.read_batch(batch)))
            have += len(tree.flatten(batches[-1])[0])
            if have >= count:
                break
        examples = tree.map_structure(lambda *parts: joined(parts, count), *batches)
    model.check_batch(examples)
    return examples


def batches_of(data):
    if not isinstance(data, keras.utils.PyDataset):
        return iter(data)
    numbers = itertools.count() if data.num_batches is None else range(data.num_batches)
    return (data[number] for number in numbers)


def in_numpy(leaf):
    return leaf if leaf is None else ops.convert_to_numpy(leaf)


def joined(parts, count):
    return None if parts[0] is None else np.concatenate(parts)[:count]


def classes_like(labels, count, seed):
    """`count` classes in the proportions of `labels`, in an order of the seed."""
    return np.resize(np.random.default_rng(seed).permutation(labels), count)
