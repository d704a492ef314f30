"""A tf.function loop as in TensorFlow's DCGAN tutorial, but alternating: tf_function.py WORKLOAD [jit].

As in the tutorial, samples are made once a step. Both players learn from them, the generator through the
discriminator as it has just been improved.
"""

import sys

import clock
import keras
import tensorflow as tf
from tf_batches import shuffled_batches
from workloads import WORKLOADS, keras_players

work = WORKLOADS[sys.argv[1]]
generator, discriminator = keras_players(work.kind)
g_optimizer, d_optimizer = (keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2))
g_variables, d_variables = generator.trainable_variables, discriminator.trainable_variables
bce = keras.losses.BinaryCrossentropy(from_logits=True)
data = shuffled_batches(work)


@tf.function(jit_compile="jit" in sys.argv)
def train_step(real):
    with tf.GradientTape() as g_tape:
        fake = generator(tf.random.normal([work.batch, 100]), training=True)
        with g_tape.stop_recording(), tf.GradientTape() as d_tape:
            real_logits, fake_logits = discriminator(real, training=True), discriminator(fake, training=True)
            d_loss = bce(tf.ones_like(real_logits), real_logits) + bce(tf.zeros_like(fake_logits), fake_logits)
        gradients = d_tape.gradient(d_loss, [variable.value for variable in d_variables])
        with g_tape.stop_recording():
            d_optimizer.apply_gradients(zip(gradients, d_variables, strict=True))
        fake_logits = discriminator(fake, training=True)
        g_loss = bce(tf.ones_like(fake_logits), fake_logits)
    gradients = g_tape.gradient(g_loss, [variable.value for variable in g_variables])
    g_optimizer.apply_gradients(zip(gradients, g_variables, strict=True))
    return tf.stack([d_loss, g_loss])


def epoch():
    losses = []
    for real in data:
        losses.append(train_step(real))
        clock.stepped()
    return tf.reduce_mean(tf.stack(losses), axis=0).numpy().tolist()


clock.take_turns(epoch)
