"""SavedModel: TensorFlow's folder, which needs neither Keras nor keras_gan to run.

Signatures, also attributes of what `tf.saved_model.load` returns (there `serving_default` is called `serve`):

| signature | inputs | output |
|---|---|---|
| `serving_default` | `latents` float32 `(n, latent_dim)` | samples |
| `generate` | `n`, `seed`: int32 scalars; the attribute takes int64 too | samples, the same for the same seed |
| `discriminate` | `images` float32 in [-1, 1] `(n, height, width, channels)` | float32 logits `(n, 1)`, real > 0 |

Samples are float32 in [-1, 1], or uint8 pixels 0..255 where asked for; `discriminate` takes floats in both cases.
A class-conditional GAN wants `labels`, int32 `(n,)`, in each: `serving_default(latents, labels)`,
`generate(labels, seed)`, which makes one sample per label, and `discriminate(images, labels)`.
Where the discriminator returns a dict, so does `discriminate`. One that ends in a sigmoid (`from_logits=False`) is
exported with its logits too: a sigmoid of them is the probability. `n` is at least 1: of 0 samples TensorFlow's
convolutions mistake the shape.

`generate` draws by TensorFlow, equally on every device; `gan.generate` draws by NumPy, so their samples differ.
"""

from itertools import product

import keras
from keras import ops

from keras_gan.export import facts, parity
from keras_gan.export.inference import example_inputs, input_specs, labels_spec, samples
from keras_gan.models.base import logits_of
from keras_gan.models.players import ends_in_sigmoid

SUFFIX = ""


def require(uint8):
    """Nothing: TensorFlow is always installed."""


def write(gan, path, uint8):
    archive = keras.export.ExportArchive()
    archive.track(gan.sampler())
    archive.track(gan.discriminator)
    serve = archive.add_endpoint("serve", lambda *inputs: samples(gan.sampler(), inputs, uint8), input_specs(gan))
    archive.add_endpoint("generate", generate_endpoint(gan, serve))
    specs = [keras.InputSpec(dtype="float32", shape=(None, *gan.sample_shape), name="images")]
    archive.add_endpoint(
        "discriminate", lambda *inputs: scores(gan, *inputs), specs + [labels_spec()] if gan.num_classes else specs
    )
    archive.write_out(str(path), verbose=False)
    facts.write(path, gan, uint8)


def generate_endpoint(gan, serve):
    """A `tf.function` that makes samples from a seed, traced for int32 and int64."""
    import tensorflow as tf

    def draw(n, seed):
        key = tf.stack([tf.cast(seed, tf.int64), 0])
        shape = tf.concat([[tf.cast(n, tf.int32)], gan.latent_shape], axis=0)
        drawn = tf.random.stateless_normal(shape, key, alg="philox")  # the default differs between CPU, GPU and XLA
        return tf.ensure_shape(drawn, (None, *gan.latent_shape))

    def generate(n, seed):
        return serve(draw(n, seed))

    def generate_labelled(labels, seed):
        return serve(draw(tf.shape(labels)[0], seed), tf.cast(labels, tf.int32))

    endpoint = tf.function(generate_labelled if gan.num_classes else generate, autograph=False)
    for first, second in product((tf.int32, tf.int64), repeat=2):  # int32 first: Keras makes it the signature
        spec = tf.TensorSpec([None], first, "labels") if gan.num_classes else tf.TensorSpec([], first, "n")
        endpoint.get_concrete_function(spec, tf.TensorSpec([], second, "seed"))
    return endpoint


def scores(gan, images, labels=None):
    """The discriminator's float32 logits, or its dict with float32 `logits`."""
    outputs = gan.discriminator(gan.discriminator_receives(images, {}, [None, labels]), training=False)
    is_dict = isinstance(outputs, dict)
    logits = ops.cast(outputs["logits"] if is_dict else outputs, "float32")
    if not getattr(gan, "from_logits", not ends_in_sigmoid(gan.discriminator)):
        logits = logits_of(logits)
    return {**outputs, "logits": logits} if is_dict else logits


def read(path):
    """The exported generator, a function of arrays: latents, and labels of a class-conditional GAN.

    Its attribute `inputs` maps the name of each input to its `TensorSpec`, `labels` last.
    """
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    serve = loaded.signatures["serving_default"]
    specs = serve.structured_input_signature[1]
    names = sorted(specs, key=lambda name: name == "labels")

    def make(*inputs):
        tensors = {name: tf.convert_to_tensor(each) for name, each in zip(names, inputs, strict=True)}
        return next(iter(serve(**tensors).values())).numpy()

    make.inputs = {name: specs[name] for name in names}
    make.loaded = loaded  # kept, since its variables die with it
    return make


def verify(gan, path, uint8):
    """Compares all three endpoints with the model."""
    import tensorflow as tf

    make = read(path)
    parity.verify_samples(gan, make, uint8)
    latents, *labels = inputs = [ops.convert_to_tensor(each) for each in example_inputs(gan)]
    with keras.device("cpu:0"):
        drawn = tf.random.stateless_normal(latents.shape, [7, 0], alg="philox")
        expected = samples(gan.sampler(), [drawn, *labels], uint8=False)
        make.loaded.generate(*(labels or [4]), 7)  # so that noise beyond the seed shows in the second call
        received = make.loaded.generate(*(labels or [4]), 7)
        parity.compare_samples("`generate`", received, ops.convert_to_numpy(expected), gan, uint8)
        images = samples(gan.sampler(), inputs, uint8=False)
        received = make.loaded.discriminate(images, *labels)
        expected = scores(gan, images, *labels)
        for one, other in zip(keras.tree.flatten(received), keras.tree.flatten(expected), strict=True):
            parity.compare_scores("`discriminate`", one, ops.convert_to_numpy(other), gan)
