"""Glyphs: the ten digits in many typefaces, drawn here, so that a first GAN needs no download."""

from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from keras_gan.cache import cached
from keras_gan.datasets.splits import NoSuchSplit

VERSION = 1  # raise it whenever the pictures change: it names the cache file
COUNTS = {"train": 60_000, "test": 10_000}
SIZE = 28
DETAIL = 4  # template pixels per picture pixel
DIGIT_HEIGHT = 20  # of 28, as in MNIST
SATURATION = 1.25  # the core of a stroke is full ink, as a pen's
MAX_SHIFT = 2  # pixels
MARGIN = 2  # pixels that stay empty at the border, blur aside

# Faces that matplotlib ships and whose digits look like digits, with their thinnest stroke: pixels of the template
# added to each side (negative: taken away). Hairlines need some added to be seen at all, bold faces can spare some.
FACES = {
    "DejaVuSans": -1,
    "DejaVuSans-Bold": -3,
    "DejaVuSans-BoldOblique": -3,
    "DejaVuSans-Oblique": -1,
    "DejaVuSansMono": -1,
    "DejaVuSansMono-Bold": -2,
    "DejaVuSansMono-BoldOblique": -2,
    "DejaVuSansMono-Oblique": -1,
    "DejaVuSerif": 0,
    "DejaVuSerif-Bold": -1,
    "DejaVuSerif-BoldItalic": -1,
    "DejaVuSerif-Italic": 0,
    "STIXGeneral": 1,
    "STIXGeneralBol": 0,
    "STIXGeneralBolIta": 0,
    "STIXGeneralItalic": 1,
    "cmb10": 0,
    "cmr10": 1,
    "cmss10": 0,
    "cmti10": 1,
    "cmtt10": 0,
}
STROKES = 3  # thicknesses per face, one template pixel a side apart
BLURS = (1.6, 2.1, 2.6)  # standard deviations, template pixels; the least one is what sampling every 4th pixel needs


def load(split="train", seed=0):
    """Draws the glyphs, or reads them from the cache.

    Every class has the same number of pictures. The same seed gives the same pictures as long as the versions of
    NumPy, Pillow and matplotlib stay; "train" and "test" share faces, not draws.

    Args:
        split: "train" (60,000 pictures) or "test" (10,000).
        seed: a non-negative int.

    Returns:
        `(pixels, labels)`: uint8 `(n, 28, 28, 1)`, ink 255 on 0; int64 `(n,)`, the digit.

    Raises:
        ValueError: if `split` is neither.
    """
    if split not in COUNTS:
        raise NoSuchSplit(f'glyphs has the splits "train" and "test". Received: split={split!r}.')
    name = f"glyphs-v{VERSION}-pillow{PIL.__version__}-seed{seed}-{split}.npz"
    return cached(name, lambda: draw(COUNTS[split], [seed, list(COUNTS).index(split)]))


def draw(count, seed):
    """Draws `count` pictures: each a random template, turned, sheared, scaled and shifted. Returns as `load` does."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(count) % 10)
    templates, extents = _templates()
    variants = random.integers(len(templates[0]), size=count)
    matrices = _matrices(random, count)

    # The turned digit must fit inside the margin, and may move in what room is left.
    half = (np.abs(matrices) @ extents[labels, variants][..., None])[..., 0] / 2
    fit = np.minimum(1, (SIZE / 2 - MARGIN) / half.max(axis=1, keepdims=True))
    matrices, half = matrices * fit[..., None], half * fit
    shifts = random.uniform(-1, 1, (count, 2)) * np.minimum(SIZE / 2 - MARGIN - half, MAX_SHIFT)

    # Pillow asks where each picture pixel lies in the template.
    inverses = np.linalg.inv(matrices)
    origins = DETAIL * SIZE / 2 - (inverses @ (SIZE / 2 + shifts)[..., None])
    rows = np.concatenate([inverses, origins], axis=-1).reshape(count, 6).tolist()

    pixels = np.empty((count, SIZE, SIZE, 1), "uint8")
    for index, (label, variant, row) in enumerate(zip(labels, variants, rows, strict=True)):
        picture = templates[label][variant].transform(
            (SIZE, SIZE), Image.Transform.AFFINE, row, Image.Resampling.BILINEAR
        )
        pixels[index, :, :, 0] = picture
    brightest = pixels.max(axis=(1, 2, 3), keepdims=True)  # thin strokes lose ink to the blur
    gain = SATURATION * 255 / brightest.astype("float32")
    return np.minimum(pixels * gain, 255).astype("uint8"), labels


def _matrices(random, count):
    """2x2 matrices, template pixels to picture pixels: a scale, then a shear, then a turn."""
    turn = np.radians(random.uniform(-14, 14, count))
    shear = random.uniform(-0.2, 0.2, count)
    height = random.uniform(0.8, 1.05, count) / DETAIL
    width = height * random.uniform(0.85, 1.2, count)
    zero, one = np.zeros(count), np.ones(count)
    scale = np.stack([width, zero, zero, height], axis=-1).reshape(count, 2, 2)
    shear = np.stack([one, shear, zero, one], axis=-1).reshape(count, 2, 2)
    turn = np.stack([np.cos(turn), -np.sin(turn), np.sin(turn), np.cos(turn)], axis=-1).reshape(count, 2, 2)
    return turn @ shear @ scale


def _templates():
    """Draws every digit in every face, stroke and blur.

    Returns:
        Ten lists of template pictures, one list per digit, and their `(width, height)` of ink in template pixels,
        shape `(10, variants, 2)`.
    """
    templates, extents = [[] for _ in range(10)], [[] for _ in range(10)]
    for face, thinnest in FACES.items():
        for digit in range(10):
            # A dot or slash in the zero of the monospaced faces reads as an 8 at this size.
            font = _font(face.replace("Mono", "") if digit == 0 else face)
            for stroke in range(thinnest, thinnest + STROKES):
                sharp = _template(font, str(digit), stroke)
                left, top, right, bottom = sharp.getbbox()
                for blur in BLURS:
                    templates[digit].append(sharp.filter(ImageFilter.GaussianBlur(blur)))
                    extents[digit].append((right - left, bottom - top))
    return templates, np.array(extents, "float64")


def _template(font, digit, stroke):
    """One digit, white on black, its ink centred on a canvas of `DETAIL * SIZE` pixels."""
    side = DETAIL * SIZE
    canvas = Image.new("L", (2 * side, 2 * side))
    ImageDraw.Draw(canvas).text((side / 2, side / 2), digit, font=font, fill=255, stroke_width=max(stroke, 0))
    if stroke < 0:
        canvas = canvas.filter(ImageFilter.MinFilter(1 - 2 * stroke))
    left, top, right, bottom = canvas.getbbox()
    left, top = (left + right - side) // 2, (top + bottom - side) // 2
    return canvas.crop((left, top, left + side, top + side))


def _font(face):
    """A face of matplotlib's, at the size that makes its digits `DIGIT_HEIGHT` picture pixels high."""
    import matplotlib  # slow, and not needed when the cache has the pictures

    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{face}.ttf")
    trial = ImageFont.truetype(path, 100, layout_engine=ImageFont.Layout.BASIC)
    _, top, _, bottom = trial.getbbox("0")
    return trial.font_variant(size=round(100 * DIGIT_HEIGHT * DETAIL / (bottom - top)))
