"""JudgedBySamples: metrics of samples beside the losses, in `evaluate` and in the validation of `fit`."""

import itertools

import keras
import numpy as np
from keras import ops, tree

from keras_gan.datasets.steady import InOrder
from keras_gan.metrics.sample_metric import SampleMetric
from keras_gan.models.feeding import check_counts, is_arrays


class JudgedBySamples:
    """Adds what `compile(metrics=[...])` was given to what `evaluate` returns.

    Keras validates through `evaluate`, so `fit` with `validation_data` logs the
    same values as `val_fid` and the like. Without metrics nothing changes.
    """

    sample_metrics = ()
    _examples_in_fit = None

    def compared_samples(self, examples, count, seed):
        """Real samples of some examples, `count` made ones, and the classes these were to be, or None.

        Two float32 arrays `(n, ...)` and `(count, ...)`, and integers `(count,)`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no samples that a metric could compare.")

    def judged_by(self):
        """The protocols of the compiled metrics, for JSON; values of others do not compare."""
        return [metric.protocol() for metric in self.sample_metrics]

    def fit(self, *args, validation_data=None, validation_freq=1, callbacks=None, **kwargs):
        if self.sample_metrics and validation_data is not None:
            check_readable_twice(keras.utils.unpack_x_y_sample_weight(validation_data)[0])
            if not isinstance(callbacks, keras.callbacks.CallbackList):
                columns = [f"val_{name}" for metric in self.sample_metrics for name in metric.log_names]
                callbacks = [ColumnsOf(columns, callbacks or []), *(callbacks or [])]
        self._examples_in_fit = {}
        try:
            return super().fit(
                *args, validation_data=validation_data, validation_freq=validation_freq, callbacks=callbacks, **kwargs
            )
        finally:
            self._examples_in_fit = None

    def evaluate(self, x=None, y=None, *args, return_dict=False, **kwargs):
        """As `keras.Model.evaluate`, with the values of the compiled metrics behind the losses.

        A metric compares at most `count` of the real images: of arrays a choice
        by its seed, of anything else the first ones. `steps` limits the losses only.
        """
        if not self.sample_metrics:
            return super().evaluate(x, y, *args, return_dict=return_dict, **kwargs)
        check_readable_twice(x)
        in_fit = kwargs.get("_use_cached_eval_dataset", False)
        examples = self._examples_in_fit if in_fit else {}
        for draw in {(metric.count, metric.seed) for metric in self.sample_metrics} - set(examples):
            examples[draw] = real_examples(self, x, y, *draw)
        logs = super().evaluate(x, y, *args, return_dict=True, **kwargs)
        values = self._judge(examples)
        return {**logs, **values} if return_dict else [*self._flatten_metrics_in_order(logs), *values.values()]

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

    It takes its columns from the first epoch, and would drop them for ever.
    """

    def __init__(self, columns, siblings):
        super().__init__()
        self.columns = columns
        self.loggers = [each for each in siblings if isinstance(each, keras.callbacks.CSVLogger)]

    def on_epoch_end(self, epoch, logs=None):
        known = [name for name in logs if not name.startswith("val_")]
        for logger in self.loggers:
            if logger.keys is None:
                logger.keys = sorted({*known, *(f"val_{name}" for name in known), *self.columns})


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
