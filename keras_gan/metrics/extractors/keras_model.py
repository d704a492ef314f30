"""Any Keras model as an extractor, Inception v3 among them."""

import functools
import types

import numpy as np

from keras_gan.described import network_settings, settings
from keras_gan.images import to_unit
from keras_gan.metrics.extractors.base import Extraction, Extractor, content_hash


class KerasExtractor(Extractor):
    """Takes the features from a Keras model, which sees images as float32 in [-1, 1].

    Args:
        model: maps images `(n, h, w, c)` to features, or to `[features, class probabilities]`. Features of a higher
            rank than 2 are flattened.
        name: what scores call it.
        preprocess: function from a float32 array `(n, h, w, c)` in [-1, 1] to what the model takes, or None. The hash
            covers its name, its code and what that closes over, beside the model's weights and the settings of its
            layers; where it depends on more (on what it calls, say), put that into `name`.
        batch_size: images at a time.
        reads_labels: whether the class probabilities are of the classes that the data's labels number.

    Raises:
        ValueError: if the model has no weights yet, or other outputs than these.
    """

    def __init__(self, model, name, preprocess=None, batch_size=500, reads_labels=True):
        if not model.built or len(model.outputs if hasattr(model, "outputs") else [None]) > 2:
            raise ValueError(
                "The model must be built, with one output (features) or two (features, class probabilities). "
                f"Received: {model}."
            )
        self.model, self.name, self.preprocess, self.batch_size = model, name, preprocess, batch_size
        self.reads_labels = reads_labels
        if preprocess is None and len(model.input_shape) == 4 and None not in model.input_shape[1:]:
            self.image_shape = tuple(model.input_shape[1:])

    @property
    def hash(self):
        """Of the model as it is now: one that is trained further is another extractor."""
        return content_hash(network_settings(self.model), code_of(self.preprocess), *self.model.get_weights())

    def extract_batch(self, pixels):
        images = to_unit(pixels)
        if self.preprocess is not None:
            images = self.preprocess(images)
        outputs = self.model.predict_on_batch(images)
        features, probabilities = outputs if isinstance(outputs, (list, tuple)) else (outputs, None)
        features = np.asarray(features, "float32").reshape(len(pixels), -1)
        return Extraction(features, None if probabilities is None else np.asarray(probabilities, "float32"))


def inception_extractor(weights="imagenet", batch_size=50):
    """Inception v3 of keras.applications: the 2,048 pooled features, and 1,000 class probabilities.

    Images are stretched to 299x299 with an antialiased bilinear filter, grey ones repeated over three channels, and of
    four channels the last is left out. The weights are those of Keras, not of the network that published FIDs use, and
    the resizer moves values as well (Parmar et al., 2022, https://arxiv.org/abs/2104.11222): compare values from this
    extractor with one another only.
    Its classes are photographs; on digits the features still tell sets apart, but the classes mean nothing.

    Args:
        weights: "imagenet", which is downloaded once, or the path of a weights file.
        batch_size: images at a time.

    Source: Szegedy et al., 2015, https://arxiv.org/abs/1512.00567
    """
    import keras

    before = keras.config.dtype_policy(), keras.config.image_data_format()
    keras.config.set_dtype_policy("float32")  # in others the features are others
    keras.config.set_image_data_format("channels_last")  # as images are here
    try:
        classifier = keras.applications.InceptionV3(weights=weights)
    finally:
        keras.config.set_dtype_policy(before[0])
        keras.config.set_image_data_format(before[1])
    model = keras.Model(classifier.inputs, [classifier.get_layer("avg_pool").output, classifier.output])
    return KerasExtractor(model, "inception", _to_299_rgb, batch_size, reads_labels=False)


def code_of(thing, seen=()):
    """A function as text: its name, what its lines do, and the values they stand on; those it calls are left out."""
    seen = (*seen, id(thing))

    def parts(*things):
        return f"[{' '.join('itself' if id(each) in seen else code_of(each, seen) for each in things)}]"

    if isinstance(thing, types.CodeType):
        return parts(thing.co_code.hex(), *thing.co_names, *thing.co_consts)
    if isinstance(thing, functools.partial):
        return parts(thing.func, thing.args, thing.keywords)
    if isinstance(thing, types.MethodType):
        return parts(thing.__func__, thing.__self__)
    if isinstance(thing, types.FunctionType):
        closed_over = map(contents, thing.__closure__ or ())
        return parts(settings(thing), thing.__code__, thing.__defaults__, thing.__kwdefaults__, *closed_over)
    if isinstance(thing, dict):
        return parts(*thing, *thing.values())
    if isinstance(thing, (list, tuple)):
        return parts(*thing)
    if isinstance(thing, (set, frozenset)):
        return f"[{' '.join(sorted(code_of(each, seen) for each in thing))}]"
    if hasattr(thing, "get_weights"):
        return f"{settings(thing)} {content_hash(*thing.get_weights())}"
    if hasattr(thing, "__array__"):
        return content_hash(np.asarray(thing))
    return str(settings(thing))


def contents(cell):
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _to_299_rgb(images):
    import keras

    images = np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images[..., :3]
    return keras.ops.image.resize(images, (299, 299), antialias=True, data_format="channels_last")
