"""Several worker processes, each with a copy of the program: `tf.distribute.MultiWorkerMirroredStrategy`."""

import tensorflow as tf
from keras import tree

__all__ = ["several_workers", "is_chief", "chief_says", "step_logs"]


def several_workers(model):
    """Whether other processes train this model too."""
    return is_shared(model.distribute_strategy)


def is_chief(model):
    """Whether this process writes the files that all workers would write alike."""
    return not several_workers(model) or model.distribute_strategy.extended.should_checkpoint


def chief_says(model, number):
    """The chief's `number`, an int, for every worker; each must ask at the same point of its program."""
    if not several_workers(model):
        return number
    strategy = model.distribute_strategy

    def say():
        replica = tf.distribute.get_replica_context()
        own = tf.where(replica.replica_id_in_sync_group == 0, tf.constant(number, tf.int64), 0)
        return replica.all_reduce(tf.distribute.ReduceOp.SUM, own)

    return int(strategy.experimental_local_results(strategy.run(tf.function(say)))[0])


def step_logs(logs):
    """A step's logs with the leading axis along which Keras averages them among workers (keras#20585)."""
    if not is_shared(tf.distribute.get_strategy()) or tf.distribute.in_cross_replica_context():
        return logs
    return tree.map_structure(lambda value: tf.expand_dims(value, 0), logs)


def is_shared(strategy):
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy) and strategy.extended._in_multi_worker_mode()
