"""A tf.function loop as in TensorFlow's DCGAN tutorial, alternating: tf_function.py WORKLOAD SECONDS [jit]."""

import os
import sys
import time

BEGAN = time.perf_counter()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

import keras
import tensorflow as tf
from clock import measure
from workloads import WORKLOADS, keras_players

work, seconds, jit = WORKLOADS[sys.argv[1]], float(sys.argv[2]), "jit" in sys.argv
keras.config.set_dtype_policy(work.precision)
generator, discriminator = keras_players(work.kind)
g_optimizer, d_optimizer = (keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2))
bce = keras.losses.BinaryCrossentropy(from_logits=True)
images = work.images()
data = (
    tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).batch(work.batch, drop_remainder=True).prefetch(2)
)


@tf.function(jit_compile=jit)
def train_step(real):
    fake = generator(tf.random.normal([work.batch, 100]), training=True)
    with tf.GradientTape() as tape:
        real_logits, fake_logits = discriminator(real, training=True), discriminator(fake, training=True)
        d_loss = bce(tf.ones_like(real_logits), real_logits) + bce(tf.zeros_like(fake_logits), fake_logits)
    gradients = tape.gradient(d_loss, discriminator.trainable_variables)
    d_optimizer.apply_gradients(zip(gradients, discriminator.trainable_variables, strict=True))
    with tf.GradientTape() as tape:
        fake_logits = discriminator(generator(tf.random.normal([work.batch, 100]), training=True), training=True)
        g_loss = bce(tf.ones_like(fake_logits), fake_logits)
    gradients = tape.gradient(g_loss, generator.trainable_variables)
    g_optimizer.apply_gradients(zip(gradients, generator.trainable_variables, strict=True))
    return d_loss, g_loss


def epoch():
    for real in data:
        losses = train_step(real)
    return [loss.numpy() for loss in losses]


measure(epoch, len(images) // work.batch, seconds, BEGAN)
