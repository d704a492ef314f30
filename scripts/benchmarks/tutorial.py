"""TensorFlow's DCGAN tutorial, trained by the clock, for quality.py to score.

    python scripts/benchmarks/tutorial.py mnist --minutes 10 --seed 0 --output generator.keras

Its networks, its step (both players improve at once, on the same fakes), its numbers: batches of 256, Adam 1e-4,
100 latents, binary cross-entropy. Only the end differs: by the clock instead of after 50 epochs.

Source: https://www.tensorflow.org/tutorials/generative/dcgan
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf
from workloads import keras_players

from keras_gan import datasets

BATCH, LATENTS = 256, 100


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", required=True, help="the generator's .keras file")
    arguments = parser.parse_args()
    keras.utils.set_random_seed(arguments.seed)
    images, _ = datasets.load(arguments.dataset, split="train")
    generator, seen = train(images, arguments.minutes)
    generator.save(arguments.output)
    print(f"{seen:,} images seen")


def train(images, minutes):
    """The generator, and how many images it took."""
    generator, discriminator = keras_players("tutorial")
    g_optimizer, d_optimizer = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    data = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).batch(BATCH, drop_remainder=True).repeat()

    @tf.function
    def step(real):
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = generator(tf.random.normal([BATCH, LATENTS]), training=True)
            real_logits, fake_logits = discriminator(real, training=True), discriminator(fake, training=True)
            g_loss = bce(tf.ones_like(fake_logits), fake_logits)
            d_loss = bce(tf.ones_like(real_logits), real_logits) + bce(tf.zeros_like(fake_logits), fake_logits)
        players = (g_tape, g_loss, generator, g_optimizer), (d_tape, d_loss, discriminator, d_optimizer)
        for tape, loss, player, optimizer in players:
            optimizer.apply(tape.gradient(loss, player.trainable_variables), player.trainable_variables)

    began, seen = time.monotonic(), 0
    for real in data.prefetch(2):
        step(real)
        seen += BATCH
        if time.monotonic() - began >= 60 * minutes:
            break
    return generator, seen


if __name__ == "__main__":
    main()
