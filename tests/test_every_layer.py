"""What holds for every layer in keras_gan.layers."""

import inspect

import keras
import numpy as np
import pytest

from keras_gan import layers

IMAGES = (8, 8, 4)
BUILDERS = {
    "BlurDownsample": (layers.BlurDownsample, [IMAGES]),
    "BlurUpsample": (layers.BlurUpsample, [IMAGES]),
    "ConditionalBatchNormalization": (layers.ConditionalBatchNormalization, [IMAGES, (3,)]),
    "GroupedConv2D": (lambda **k: layers.GroupedConv2D(6, 3, groups=2, **k), [IMAGES]),
    "MinibatchStandardDeviation": (lambda **k: layers.MinibatchStandardDeviation(2, **k), [IMAGES]),
    "OneHot": (lambda **k: layers.OneHot(5, **k), [()]),
    "PixelNormalization": (layers.PixelNormalization, [IMAGES]),
    "SpatialBasis": (lambda **k: layers.SpatialBasis(4, seed=0, **k), [(3,)]),
    "SpectralNormalization": (
        lambda **k: layers.SpectralNormalization(keras.layers.Conv2D(3, 3, **k)),
        [IMAGES],
    ),
}


@pytest.fixture(params=layers.ALL, ids=lambda each: each.__name__)
def case(request):
    builder, shapes = BUILDERS[request.param.__name__]
    random = np.random.default_rng(0)
    if request.param is layers.OneHot:
        return builder, shapes, [np.array([0, 4, 2, 2], "int32")]
    return builder, shapes, [random.normal(size=(4, *shape)).astype("float32") for shape in shapes]


def model_of(builder, shapes, arrays, **kwargs):
    inputs = [keras.Input(shape, dtype=str(array.dtype)) for shape, array in zip(shapes, arrays, strict=True)]
    outputs = builder(**kwargs)(inputs if len(inputs) > 1 else inputs[0])
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs)


def run(model, arrays, **kwargs):
    tensors = [keras.ops.convert_to_tensor(array) for array in arrays]
    return keras.ops.convert_to_numpy(model(tensors if len(tensors) > 1 else tensors[0], **kwargs))


def test_the_symbolic_shape_is_the_real_one(case):
    model = model_of(*case)
    assert run(model, case[2]).shape == (4, *model.output_shape[1:])


def test_it_is_saved_and_loaded(case, tmp_path):
    model = model_of(*case)
    run(model, case[2], training=True)
    model.save(tmp_path / "layer.keras")
    twin = keras.models.load_model(tmp_path / "layer.keras")
    np.testing.assert_array_equal(run(twin, case[2]), run(model, case[2]))


def test_every_argument_is_in_its_config(case):
    layer = case[0]()
    arguments = set(inspect.signature(type(layer).__init__).parameters) - {"self", "kwargs"}
    assert arguments <= set(layer.get_config())
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_gives_nearly_the_same_numbers(case, policy):
    exact, mixed = model_of(*case), model_of(*case, dtype=policy)
    run(exact, case[2]), run(mixed, case[2])
    mixed.set_weights(exact.get_weights())
    expected, output = run(exact, case[2], training=True), run(mixed, case[2], training=True)
    assert str(output.dtype) == keras.backend.standardize_dtype(mixed.output.dtype) == policy.removeprefix("mixed_")
    np.testing.assert_allclose(output.astype("float32"), expected, atol=0.03 * np.abs(expected).max())


@pytest.mark.parametrize("jit_compile", [False, True])
def test_it_trains_inside_a_compiled_step_with_an_uneven_last_batch(case, jit_compile):
    if jit_compile and keras.backend.backend() == "torch":
        pytest.skip("Keras 3.15 compiles on torch through dynamo: minutes, and some layers fail")
    builder, shapes, arrays = case
    inputs = [keras.Input(shape, dtype=str(array.dtype)) for shape, array in zip(shapes, arrays, strict=True)]
    outputs = keras.layers.Flatten()(builder()(inputs if len(inputs) > 1 else inputs[0]))
    model = keras.Model(inputs, keras.layers.Dense(1)(outputs))
    model.compile("sgd", "mse", jit_compile=jit_compile)
    history = model.fit(arrays, np.ones((4, 1)), batch_size=3, epochs=2, verbose=0)
    assert np.all(np.isfinite(history.history["loss"]))
