"""What a Frechet distance under the `patches` extractor means: images damaged in known ways, and what they score.

    python scripts/benchmarks/frechet_scale.py mnist
    python scripts/benchmarks/frechet_scale.py fashion_mnist

10,000 images, damaged, against the 10,000 of the test split; a Markdown table. Noise is normal, its deviation a share
of the range of pixels; a missing class is class 0; training images are those of seed 0. Kept in docs/results/scale.txt.
"""

import argparse
import sys

import numpy as np

from keras_gan import datasets
from keras_gan.images import to_uint8
from keras_gan.metrics import PatchesExtractor, frechet_distance, real_extraction


def blurred(images, sigma):
    """Convolved with a Gaussian of this many pixels, the edges repeated."""
    reach = int(4 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (1, 2):
        pads = [(reach, reach) if each == axis else (0, 0) for each in range(4)]
        padded, size = np.pad(images, pads, "edge"), images.shape[axis]
        images = sum(w * padded.take(range(i, i + size), axis) for i, w in enumerate(kernel))
    return images


def rows(train, labels, random):
    """Names, and 10,000 images or fewer for each."""
    shuffled = random.permutation(len(train))
    images, rest = train[shuffled[:10_000]], shuffled[10_000:]
    noise = random.normal(size=images.shape) * 2  # the range of pixels is 2
    yield "training images (floor)", images
    yield "5,000 training images", images[:5_000]
    yield "1,000 training images", images[:1_000]
    yield "blur sigma 0.5", blurred(images, 0.5)
    yield "blur sigma 1", blurred(images, 1.0)
    yield "noise 0.1", images + 0.1 * noise
    yield "noise 0.2", images + 0.2 * noise
    yield "shift 1 pixel", np.pad(images, ((0, 0), (0, 0), (1, 0), (0, 0)), "edge")[:, :, :-1]
    yield "class 0 missing", train[rest[labels[rest] != 0][:10_000]]
    yield "five classes only", train[rest[labels[rest] < 5][:10_000]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="mnist")
    dataset = parser.parse_args().dataset
    (train, labels), (test, _) = (datasets.load(dataset, split=split) for split in ("train", "test"))
    extractor = PatchesExtractor(train)
    real = real_extraction(extractor, test).features
    print(f"| 10,000 images | {dataset} |\n|---|---|")
    for name, images in rows(train, labels, np.random.default_rng(0)):
        pixels = to_uint8(np.clip(images, -1, 1))
        print(f"| {name} | {frechet_distance(real, extractor.extract(pixels).features):.1f} |")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
