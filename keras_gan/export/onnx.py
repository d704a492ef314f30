"""ONNX: the generator for ONNX Runtime and whatever else reads that format."""

from keras_gan.export import facts, parity
from keras_gan.export.extras import need
from keras_gan.export.inference import float32_model

SUFFIX = ".onnx"


def require(uint8):
    need("onnx", "tf2onnx", "onnx", "onnxruntime")


def write(gan, path, uint8):
    import onnx

    float32_model(gan, uint8).export(str(path), format="onnx", verbose=False)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {facts.NAME: facts.of(gan, uint8)})
    onnx.save(model, path)


def read(path):
    """The exported generator, a function of arrays: latents, and labels of a class-conditional GAN."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    return lambda *inputs: session.run(None, dict(zip(names, inputs, strict=True)))[0]


def verify(gan, path, uint8):
    parity.verify_samples(gan, read(path), uint8)
