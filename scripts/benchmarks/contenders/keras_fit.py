"""A GAN as keras.io writes it, through fit: keras_fit.py WORKLOAD [jit].

With `jit`, which Keras leaves off on a CPU, 50 steps are one program too.
"""

import sys

import keras
import tensorflow as tf
from fit_clock import take_turns
from tf_batches import shuffled_batches
from workloads import WORKLOADS, keras_players

work = WORKLOADS[sys.argv[1]]


class GAN(keras.Model):
    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.d_tracker, self.g_tracker = keras.metrics.Mean("d_loss"), keras.metrics.Mean("g_loss")

    def compile(self, d_optimizer, g_optimizer, loss):
        jit = "jit" in sys.argv
        super().compile(jit_compile=jit, steps_per_execution=50 if jit else 1)
        self.d_optimizer, self.g_optimizer, self.bce = d_optimizer, g_optimizer, loss

    @property
    def metrics(self):
        return [self.d_tracker, self.g_tracker]

    def train_step(self, real):
        count = tf.shape(real)[0]
        fake = self.generator(tf.random.normal((count, 100)), training=True)
        with tf.GradientTape() as tape:
            logits = self.discriminator(real, training=True), self.discriminator(fake, training=True)
            d_loss = self.bce(tf.ones_like(logits[0]), logits[0]) + self.bce(tf.zeros_like(logits[1]), logits[1])
        variables = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, variables), variables, strict=True))
        with tf.GradientTape() as tape:
            fake = self.generator(tf.random.normal((count, 100)), training=True)
            logits = self.discriminator(fake, training=True)
            g_loss = self.bce(tf.ones_like(logits), logits)
        variables = self.generator.trainable_weights
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, variables), variables, strict=True))
        self.d_tracker.update_state(d_loss)
        self.g_tracker.update_state(g_loss)
        return {"d_loss": self.d_tracker.result(), "g_loss": self.g_tracker.result()}


gan = GAN(*keras_players(work.kind))
adams = [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]
gan.compile(*adams, keras.losses.BinaryCrossentropy(from_logits=True))
take_turns(gan, shuffled_batches(work))
