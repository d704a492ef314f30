"""What an ill GAN looks like, in numbers: each function says in words what it saw, or None."""

import numpy as np
from keras import ops

SAMPLES = 100
COVERAGE_SAMPLES = 250  # of which classes are read
KNOWN, KNOWN_VALUES = 2_000, 2**24  # labelled images that classes are read by, and the pixels in them
DOMINANT = 0.98  # accuracy of the discriminator on both sides
STILL = 1e-5  # relative change of the generator's weights over an epoch
ALIKE = 1e-6  # difference of two scores, relative
COMMON = 0.07  # share of real images that makes a class common: of 250 samples some are read as it, even if few are
FLAT = 0.05  # slope of the generator's loss in the logits of its samples; 0.5 where the players are even
HUGE = 1e6  # a loss
SURE = 0.9  # accuracy of the discriminator on fakes from which on a flat loss is an illness
SAME = 0.25  # diversity of samples over that of real images; healthy MLPs were seen at 0.40
SAME_OF_FEW_LATENTS = 0.02  # whose samples lie on a line or a sheet, near each other in any case
ALIKE_AND_FEW = 0.42, 0.15  # that diversity, where all samples are nearest to so few of the real images
SWINGS = 6  # epochs that are looked at for oscillation
SWING = 0.3  # the least that is one: a loss near 0 swings by more than its size where nothing is wrong


def divergence(logs, discriminator, generator):
    """Which player broke: told from the logs of the first step where one did, or else from their weights."""
    broken = {name for name, value in logs.items() if not np.isfinite(value)}
    if "real_accuracy" in broken:
        return "the discriminator gives real images NaN or infinite scores"
    if "fake_accuracy" in broken:
        return "the generator makes NaN or infinite samples"
    if "d_loss" in broken:
        return "the discriminator has a NaN or infinite loss"
    if broken_weights(discriminator):
        return "the discriminator has NaN or infinite weights"
    if "g_loss" in broken:
        return "the generator has a NaN or infinite loss"
    return "the generator has NaN or infinite weights" if broken_weights(generator) else None


def broken_weights(network):
    """Constants may be infinite by intent, such as a mask."""
    return not np.isfinite(flat(network.trainable_variables)).all() or np.isnan(flat(network.weights)).any()


def dominance(logs):
    right = min(logs["real_accuracy"], logs["fake_accuracy"])
    return f"the discriminator is right about {right:.1%} of real and fake" if right > DOMINANT else None


def standstill(before, after):
    """Of weights that gradients train: the statistics of batch normalisation move in any case."""
    if before is None or before.shape != after.shape:
        return None
    change = np.linalg.norm(after - before) / max(np.linalg.norm(before), 1e-12)
    return f"the generator's weights changed by {change:.1e} of their size" if change < STILL else None


def explosion(logs):
    """Losses that have left all bounds without being infinite yet."""
    huge = [f"{name} is {logs[name]:.1e}" for name in ("d_loss", "g_loss") if abs(logs[name]) > HUGE]
    return " and ".join(huge) or None


def flatness(loss, logits):
    """Seen where a loss saturates, as minimax does once the discriminator is sure."""
    step = 0.01 * (1 + np.abs(logits))
    up, down = (ops.convert_to_numpy(loss.generator(None, logits + sign * step)) for sign in (1, -1))
    slope = np.mean(np.abs(up - down) / (2 * step))
    return f"the generator's loss has a slope of {slope:.1e} where its samples are" if slope < FLAT else None


def other_images(samples):
    """As many, in [-1, 1], each of whose pixels is another."""
    return np.where(samples > 0, samples - 1, samples + 1)


def blindness(scores, other_scores):
    """Scores that are the same whatever the pixels: they have no slope for a generator to follow."""
    alike = np.abs(scores - other_scores).max() <= ALIKE * (1 + np.abs(scores).max())
    return "the discriminator gives all images the same score" if alike else None


def oscillation(losses, sizes=None):
    """Large swings that keep changing direction, beside the losses' own sizes or those given."""
    recent = np.asarray(losses[-SWINGS:])
    sizes = np.abs(recent) if sizes is None else np.asarray(sizes[-SWINGS:])
    if len(recent) < SWINGS:
        return None
    swings = np.diff(recent)
    turning = np.sum(swings[1:] * swings[:-1] < 0) >= SWINGS - 3
    swing = np.mean(np.abs(swings))
    size = swing / max(np.mean(sizes), 1e-12)
    found = turning and size > 1 and swing > SWING
    return f"the generator's loss swings by {size:.0%} of its size every epoch" if found else None


def diversity(images):
    """Mean distance of an image to the nearest other one, root mean square over their values.

    A generator that knows a few pictures only, one for each class perhaps, has samples
    that differ as much as real images do, but each sample has copies.
    """
    distances = squared_distances(images, images)
    np.fill_diagonal(distances, np.inf)
    return np.sqrt(distances.min(axis=1) / images[0].size).mean()


def squared_distances(images, others):
    """float64 `(len(images), len(others))`."""
    left, right = (np.reshape(each, (len(each), -1)).astype("float64") for each in (images, others))
    lengths = np.sum(left**2, axis=1)[:, None] + np.sum(right**2, axis=1)
    return np.maximum(lengths - 2 * left @ right.T, 0)


def sameness(samples, real, few_latents=False):
    """Samples that are alike, or somewhat alike and all of a few kinds of real images.

    Nothing is said where the real images are copies of each other themselves.
    """
    if (of_real := diversity(real)) == 0:
        return None
    share = diversity(samples) / of_real
    differ = f"samples differ from the nearest other by {share:.0%} of what real images do"
    if few_latents or share < SAME:
        return differ if share < (SAME_OF_FEW_LATENTS if few_latents else SAME) else None
    reached = len(np.unique(squared_distances(samples, real).argmin(axis=1)))
    if share < ALIKE_AND_FEW[0] and reached <= ALIKE_AND_FEW[1] * len(real):
        return f"{differ}, and all are nearest to {reached} of {len(real)} real images"
    return None


def common_classes(images, classify):
    """Those that may be asked of samples."""
    classes, counts = np.unique(np.asarray(classify(images)), return_counts=True)
    return classes[counts >= COMMON * len(images)]


def missing_classes(samples, classify, common):
    missing = np.setdiff1d(common, np.asarray(classify(samples)))
    return f"no sample of class {', '.join(map(str, missing))} in {len(samples)}" if len(missing) else None


def nearest_class(images, labels):
    """A `classify` that reads the label of the nearest of some 2,000 images; of MNIST it reads 93 % right."""
    step = -(-len(images) // min(KNOWN, max(1, KNOWN_VALUES // images[0].size)))
    known, classes = images[::step], np.asarray(labels)[::step]
    return lambda samples: classes[squared_distances(samples, known).argmin(axis=1)]


def flat(variables):
    """Their values, one after the other."""
    return np.concatenate([np.zeros(0, "float32"), *(np.ravel(ops.convert_to_numpy(each)) for each in variables)])
