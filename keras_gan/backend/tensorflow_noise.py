"""Normal noise on TensorFlow that is equal with and without XLA, which no random op of TensorFlow is, philox included.

The bits are SplitMix64 of (seed, how often it was asked, position), and normal by Box and Muller.

Source: Steele et al., 2014, https://doi.org/10.1145/2714064.2660195
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
    first = (tf.cast(shifted(bits, 40), tf.float32) + 0.5) * 2.0**-24
    second = tf.cast(shifted(bits, 16) & 0xFFFFFF, tf.float32) * 2.0**-24
    radius, angle = tf.sqrt(-2.0 * tf.math.log(first)), 2.0 * math.pi * second
    both = [tf.reshape(radius * turn(angle), [rows, pairs]) for turn in (tf.cos, tf.sin)]
    return tf.reshape(tf.concat(both, axis=1)[:, :size], shape)


def mixed(bits):
    """SplitMix64's finaliser of uint64."""
    bits = (bits ^ shifted(bits, 30)) * tf.constant(0xBF58476D1CE4E5B9, tf.uint64)
    bits = (bits ^ shifted(bits, 27)) * tf.constant(0x94D049BB133111EB, tf.uint64)
    return bits ^ shifted(bits, 31)


def shifted(bits, places):
    return tf.bitwise.right_shift(bits, tf.constant(places, tf.uint64))


def first_row(rows):
    """Where this replica's rows begin in the batch of all, so that no two draw the same noise."""
    index, count = replica()
    if count == 1:
        return tf.constant(0, tf.int64)
    return tf.cast(index, tf.int64) * -(-across_replicas(rows) // count)
