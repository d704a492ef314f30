"""Several copies of the model, on several devices or in several worker processes: the strategies of `tf.distribute`."""

import tensorflow as tf
from keras import tree

__all__ = [
    "replica",
    "across_replicas",
    "replicas_of",
    "under_strategy",
    "several_workers",
    "is_chief",
    "chief_says",
    "step_logs",
]


def replica():
    """Which replica this is, and how many there are."""
    context = tf.distribute.get_replica_context()
    if context is None:
        return 0, tf.distribute.get_strategy().num_replicas_in_sync
    return context.replica_id_in_sync_group, context.num_replicas_in_sync


def across_replicas(value):
    """The sum of every replica's value."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return value
    return context.all_reduce(tf.distribute.ReduceOp.SUM, value)


def replicas_of(model):
    """How many replicas a model was made for, asked from outside of them."""
    return model.distribute_strategy.num_replicas_in_sync


def under_strategy(model):
    """Whether it was made under a strategy, even if of one replica: Keras then distributes its data."""
    return tf.distribute.has_strategy() or model.distribute_strategy is not tf.distribute.get_strategy()


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
