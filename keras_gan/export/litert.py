"""LiteRT (once TensorFlow Lite): the generator for phones and small devices."""

from keras_gan.export import facts, parity
from keras_gan.export.extras import need
from keras_gan.export.inference import float32_model

SUFFIX = ".tflite"


def require(uint8):
    need("litert", "ai_edge_litert")


def write(gan, path, uint8):
    float32_model(gan, uint8).export(str(path), format="litert", verbose=False)
    facts.write(path, gan, uint8)


def read(path):
    """The exported generator, a function of arrays: latents, and labels of a class-conditional GAN."""
    from ai_edge_litert.interpreter import Interpreter

    serve = Interpreter(model_path=str(path)).get_signature_runner("serving_default")

    def make(latents, *labels):
        inputs = dict(zip(("latents", "labels"), (latents, *labels), strict=False))
        return next(iter(serve(**inputs).values()))

    return make


def verify(gan, path, uint8):
    parity.verify_samples(gan, read(path), uint8)
