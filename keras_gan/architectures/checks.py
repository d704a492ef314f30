"""The sizes that architectures accept, refused early and in words that help."""


def check_positive(**sizes):
    """Raises ValueError unless every named size is an integer of at least 1."""
    for name, size in sizes.items():
        if not is_positive(size):
            raise ValueError(f"`{name}` must be an integer of at least 1. Received: {name}={size!r}")


def check_conditioning(num_classes, auxiliary_classifier):
    """Raises ValueError if the number of classes is wrong, or missing where it is needed."""
    if num_classes is not None:
        check_positive(num_classes=num_classes)
    elif auxiliary_classifier:
        raise ValueError(
            "An auxiliary classifier needs the number of classes; pass for instance `num_classes=10`. "
            "Received: auxiliary_classifier=True, num_classes=None."
        )


def check_image_shape(image_shape, smallest=16, largest=128):
    """Returns `(height, width, channels)` as a tuple.

    Raises:
        ValueError: if a side is odd or outside `smallest`..`largest` pixels, or
            if there are not 1, 3 or 4 channels.
    """
    image_shape = check_shape(image_shape)
    if len(image_shape) != 3 or image_shape[2] not in (1, 3, 4):
        raise ValueError(
            "`image_shape` must be (height, width, channels) with 1, 3 or 4 channels, channels last. "
            f"Received: image_shape={image_shape}. For grey images without a channel axis add one: images[..., None]."
        )
    for side in image_shape[:2]:
        if side % 2 or not smallest <= side <= largest:
            raise ValueError(
                f"Both sides of `image_shape` must be even and from {smallest} to {largest} pixels. "
                f"Received: image_shape={image_shape}. Pad or resize the images first."
            )
    return image_shape


def check_square_image_shape(image_shape, sides):
    """Returns `(side, side, channels)` as a tuple; ValueError unless the image is square with one of these sides."""
    image_shape = check_image_shape(image_shape)
    if image_shape[0] != image_shape[1] or image_shape[0] not in sides:
        raise ValueError(
            f"This architecture makes square images with a side of {', '.join(map(str, sides))} pixels. "
            f"Received: image_shape={image_shape}. Resize the images, or take `dcgan`, which makes any even size."
        )
    return image_shape


def check_shape(image_shape):
    """Returns the shape as a tuple; ValueError unless it holds positive integers only."""
    if not isinstance(image_shape, (tuple, list)) or not image_shape or not all(map(is_positive, image_shape)):
        raise ValueError(
            "`image_shape` must be a tuple of positive integers, the shape of one sample, such as (28, 28, 1). "
            f"Received: image_shape={image_shape!r}"
        )
    return tuple(int(size) for size in image_shape)


def is_positive(size):
    """Whether `size` is an integer (NumPy's included, booleans not) of at least 1."""
    return hasattr(size, "__index__") and not isinstance(size, bool) and size >= 1
