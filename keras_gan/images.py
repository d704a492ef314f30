"""Pictures as arrays: pixel ranges, sizes, channels, grids, PNG files."""

from pathlib import Path

import numpy as np
from PIL import Image

from keras_gan.atomic import replacing

BORDER_GREY = 96  # visible on the black background of digits and on the white one of drawings
LUMINANCE = np.array([0.299, 0.587, 0.114], "float32")  # of red, green, blue (ITU-R BT.601, as Pillow has it)


def to_unit(pixels):
    """Maps uint8 pixels 0..255 to float32 in [-1, 1], any shape.

    Raises:
        ValueError: if the pixels are not uint8.
    """
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8:
        raise ValueError(f"Pixels must be uint8, 0 to 255. Received: dtype {pixels.dtype}.")
    unit = pixels.astype("float32")
    unit /= 127.5  # in place: a training set may fill half of the memory
    unit -= 1.0
    return unit


def to_uint8(images):
    """Maps floats in [-1, 1] to the nearest uint8 pixel 0..255, any shape.

    What lies outside is clipped. NaN, which a diverged generator makes, becomes black.
    """
    unit = np.nan_to_num(np.asarray(images, "float32"), nan=-1.0, posinf=1.0, neginf=-1.0)
    return np.rint((np.clip(unit, -1.0, 1.0) + 1.0) * 127.5).astype("uint8")


def resize(images, size):
    """Stretches images to `size` with an antialiasing filter (Lanczos).

    Args:
        images: shape `(n, h, w, c)`, uint8 or floats in [-1, 1].
        size: `(height, width)` in pixels.

    Returns:
        Shape `(n, height, width, c)`: uint8 for uint8, else float32 clipped to [-1, 1], since the filter overshoots.
    """
    images = np.asarray(images)
    height, width = size
    if images.dtype != np.uint8:
        images = images.astype("float32", copy=False)
    if images.shape[1:3] == (height, width):
        return images
    result = np.empty((len(images), height, width, images.shape[3]), images.dtype)
    for source, target in zip(images, result, strict=True):
        for channel in range(images.shape[3]):
            plane = Image.fromarray(np.ascontiguousarray(source[..., channel]))
            target[..., channel] = plane.resize((width, height), Image.Resampling.LANCZOS)
    return result if result.dtype == np.uint8 else np.clip(result, -1.0, 1.0, out=result)


def crop_to_aspect(images, size):
    """Cuts the largest centred part with the proportions of `size` out of images of shape `(n, h, w, c)`."""
    height, width = images.shape[1:3]
    scale = min(height / size[0], width / size[1])
    new_height, new_width = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    top, left = (height - new_height) // 2, (width - new_width) // 2
    return images[:, top : top + new_height, left : left + new_width]


def with_channels(images, channels):
    """Converts images in [-1, 1] between grey (1), RGB (3) and RGBA (4 channels).

    Args:
        images: floats in [-1, 1], shape `(n, h, w, c)`.
        channels: 1, 3 or 4; None leaves the images as they are.

    Returns:
        Shape `(n, h, w, channels)`. What is transparent turns white when alpha goes.

    Raises:
        ValueError: if the images have some other number of channels, which says nothing about colours.
    """
    present = images.shape[-1]
    if channels in (None, present):
        return images
    if present not in (1, 3, 4):
        raise ValueError(
            f"Only images of 1, 3 or 4 channels can be converted. Received: {present}, channels={channels}."
        )
    colour, alpha = (images[..., :3], images[..., 3:]) if present == 4 else (images, np.ones_like(images[..., :1]))
    if channels == 4:
        return np.concatenate([np.broadcast_to(colour, (*images.shape[:-1], 3)), alpha], axis=-1)
    if present == 4:
        colour = 1.0 + (colour - 1.0) * (alpha + 1.0) / 2.0
    if channels == 3:
        return np.repeat(colour, 3, axis=-1) if present == 1 else colour
    return (colour @ LUMINANCE)[..., None]


def grid(images, rows, columns, border=1):
    """Lays images out in rows and columns, as one picture.

    Args:
        images: shape `(n, h, w, c)` with `c` 1, 3 or 4; floats in [-1, 1] or uint8. The first fills the top row from
            the left. Fewer than `rows * columns` leave the last cells empty.
        rows, columns: how many cells.
        border: pixels between two cells.

    Returns:
        uint8 of shape `(height, width)` for one channel, else `(height, width, c)`.

    Raises:
        ValueError: for more images than cells, or a shape that is no picture.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"A grid needs images of shape (n, height, width, 1, 3 or 4), channels last. Received: {images.shape}."
        )
    count, height, width, channels = images.shape
    if count > rows * columns:
        raise ValueError(f"A grid of {rows} x {columns} holds {rows * columns} images. Received: {count}.")
    pixels = images if images.dtype == np.uint8 else to_uint8(images)
    shape = (rows * (height + border) - border, columns * (width + border) - border, channels)
    canvas = np.full(shape, BORDER_GREY, "uint8")
    if channels == 4:
        canvas[..., 3] = 255
    for index, picture in enumerate(pixels):
        row, column = divmod(index, columns)
        top, left = row * (height + border), column * (width + border)
        canvas[top : top + height, left : left + width] = picture
    return canvas[..., 0] if channels == 1 else canvas


def save_png(array, path):
    """Writes one uint8 picture, `(h, w)` or `(h, w, 1, 3 or 4)`, to a PNG file that appears whole or not at all."""
    array = np.asarray(array)
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.dtype != np.uint8 or array.ndim not in (2, 3):
        raise ValueError(
            f"A picture must be uint8 of shape (h, w) or (h, w, channels). Received: {array.dtype} {array.shape}."
        )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        # Level 1 takes half the time of the usual 6, and digits a tenth more room.
        Image.fromarray(array).save(temporary, format="PNG", compress_level=1)


def save_animation(frames, path, seconds=8.0):
    """Joins PNG files into one GIF or WebP, by the path's ending, that appears whole or not at all.

    Args:
        frames: paths of pictures of one size, in order.
        path: target, ending in ".gif" or ".webp".
        seconds: how long it plays; a frame takes 40 to 500 ms, the last one a second more.
    """
    pictures = [Image.open(frame).convert("L" if Image.open(frame).mode == "L" else "RGB") for frame in frames]
    duration = int(min(500, max(40, 1000 * seconds / len(pictures))))
    durations = [duration] * (len(pictures) - 1) + [duration + 1000]
    with replacing(path) as temporary:
        pictures[0].save(temporary, save_all=True, append_images=pictures[1:], duration=durations, loop=0)
