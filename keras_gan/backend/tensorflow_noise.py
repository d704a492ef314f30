"""Normal noise on TensorFlow that is equal with and without XLA, which no random op of TensorFlow is, philox included.

The bits are SplitMix64 of (seed, how often it was asked, position), with a finaliser that shifts by half a word only:
TensorFlow's own shift took longer than all the rest. They are made normal by Box and Muller.

Source: Steele et al., 2014, https://doi.org/10.1145/2714064.2660195; the finaliser is degski's,
    https://gist.github.com/degski/6e2069d6035ae04d5d6f64981c995ec2
"""

import math

import tensorflow as tf

from keras_gan.backend.replicas import across_replicas, replica

GOLDEN = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: SplitMix64's increment


def noise(shape, state):
    """Float32 tensor of that shape, out of the two numbers that a `SeedGenerator` gives; each replica's is another."""
    state = tf.cast(state, tf.uint64)
    key = mixed(mixed(state[0] * GOLDEN) + state[1] * GOLDEN)
    shape = tf.cast(shape, tf.int64)
    rows, size = shape[0], tf.reduce_prod(shape[1:])
    pairs = (size + 1) // 2  # in a row
    positions = first_row(rows) * pairs + tf.range(1, rows * pairs + 1)
    bits = mixed(key + tf.cast(positions, tf.uint64) * GOLDEN)
    low, high = (tf.cast(half, tf.float32) * 2.0**-32 for half in halves(bits))  # in [0, 1], by rounding
    radius, angle = tf.sqrt(-2.0 * tf.math.log(high + 2.0**-33)), 2.0 * math.pi * low
    both = [tf.reshape(radius * turn(angle), [rows, pairs]) for turn in (tf.cos, tf.sin)]
    return tf.reshape(tf.concat(both, axis=1)[:, :size], shape)


def mixed(bits):
    """Of uint64: each bit of the result depends on all that are given."""
    for _ in range(2):
        bits = folded(bits) * tf.constant(0xD6E8FEB86659FD93, tf.uint64)
    return folded(bits)


def folded(bits):
    return bits ^ tf.cast(halves(bits)[1], tf.uint64)


def halves(bits):
    """The lower and the upper 32 bits, uint32."""
    return tf.unstack(tf.bitcast(bits, tf.uint32), axis=-1)


def first_row(rows):
    """Where this replica's rows begin in the batch of all, so that no two draw the same noise."""
    index, count = replica()
    if count == 1:
        return tf.constant(0, tf.int64)
    return tf.cast(index, tf.int64) * -(-across_replicas(rows) // count)
