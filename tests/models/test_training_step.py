"""One training step against the same step written out by hand, in NumPy, in PyTorch and in closed form."""

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan import backend
from tests.conftest import tiny_players

LATENTS = np.random.default_rng(7).standard_normal((8, 6)).astype("float32")


@pytest.fixture
def fixed_latents(monkeypatch):
    monkeypatch.setattr(backend, "normal", lambda shape, seed: keras.ops.convert_to_tensor(LATENTS))


def adam(learning_rate=1e-2):
    return keras.optimizers.Adam(learning_rate, beta_1=0.5, beta_2=0.9, epsilon=1e-8)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class NumpyMLP:
    """Dense-ReLU-Dense, with its backward pass and one Adam step."""

    def __init__(self, weights, tanh):
        self.weights, self.tanh = [w.astype("float64") for w in weights], tanh

    def forward(self, x):
        w1, b1, w2, b2 = self.weights
        self.x, self.hidden = x, np.maximum(x @ w1 + b1, 0)
        self.out = self.hidden @ w2 + b2
        if self.tanh:
            self.out = np.tanh(self.out)
        return self.out

    def backward(self, slope):
        w1, _, w2, _ = self.weights
        if self.tanh:
            slope = slope * (1 - self.out**2)
        hidden = (slope @ w2.T) * (self.hidden > 0)
        return [self.x.T @ hidden, hidden.sum(0), self.hidden.T @ slope, slope.sum(0)], hidden @ w1.T

    def adam_step(self, gradients, lr=1e-2, beta_1=0.5, beta_2=0.9, epsilon=1e-8):
        for weight, g in zip(self.weights, gradients, strict=True):
            m, v = (1 - beta_1) * g, (1 - beta_2) * g**2
            rate = lr * np.sqrt(1 - beta_2) / (1 - beta_1)
            weight -= rate * m / (np.sqrt(v) + epsilon)


@pytest.fixture(params=["float32", "float64"])
def floatx(request):
    if request.param == "float64" and keras.backend.backend() != "tensorflow":
        pytest.skip("Keras 3.15 rounds float64 to float32 on other backends (src/backend/common/dtypes.py)")
    before = keras.config.dtype_policy()
    keras.config.set_floatx(request.param)
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy(before)


def test_one_step_equals_the_step_in_numpy(images, floatx, fixed_latents):
    generator, discriminator = tiny_players()
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(g_optimizer=adam(), d_optimizer=adam())
    g, d = NumpyMLP(generator.get_weights(), tanh=True), NumpyMLP(discriminator.get_weights(), tanh=False)

    real, n = images[:8].reshape(8, -1).astype("float64"), 8
    fake = g.forward(LATENTS.astype("float64"))
    real_logits = d.forward(real)
    of_real, _ = d.backward((sigmoid(real_logits) - 1) / n)
    fake_logits = d.forward(fake)
    of_fake, _ = d.backward(sigmoid(fake_logits) / n)
    d_loss = np.mean(np.log1p(np.exp(-real_logits))) + np.mean(np.log1p(np.exp(fake_logits)))
    d.adam_step([a + b for a, b in zip(of_real, of_fake, strict=True)])
    improved = d.forward(fake)
    g_loss = np.mean(np.log1p(np.exp(-improved)))
    _, slope = d.backward((sigmoid(improved) - 1) / n)
    g.adam_step(g.backward(slope)[0])

    logs = gan.train_on_batch(images[:8], return_dict=True)
    atol = {"float32": 1e-5, "float64": 1e-8}[floatx]
    np.testing.assert_allclose(logs["d_loss"], d_loss, atol=atol)
    np.testing.assert_allclose(logs["g_loss"], g_loss, atol=atol)
    for ours, theirs in zip(discriminator.get_weights() + generator.get_weights(), d.weights + g.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=atol)


def test_one_step_equals_pytorch(images, players, fixed_latents):
    torch = pytest.importorskip("torch")
    generator, discriminator = players
    gan = kg.GAN(generator, discriminator, seed=0)
    optimizers = [keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.999, epsilon=1e-8) for _ in range(2)]
    gan.compile(g_optimizer=optimizers[0], d_optimizer=optimizers[1])

    def twin(network, last):
        w1, b1, w2, b2 = (torch.tensor(w) for w in network.get_weights())
        first, second = torch.nn.Linear(*w1.shape), torch.nn.Linear(*w2.shape)
        for layer, kernel, bias in ((first, w1, b1), (second, w2, b2)):
            layer.weight.data, layer.bias.data = kernel.T.contiguous(), bias
        return torch.nn.Sequential(first, torch.nn.ReLU(), second, last)

    g, d = twin(generator, torch.nn.Tanh()), twin(discriminator, torch.nn.Sigmoid())
    g_optimizer, d_optimizer = (torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999)) for net in (g, d))
    bce, ones, zeros = torch.nn.BCELoss(), torch.ones(8, 1), torch.zeros(8, 1)
    real = images[:8]
    gan.train_on_batch(real)
    fake = g(torch.tensor(LATENTS))
    d_optimizer.zero_grad()
    (bce(d(torch.tensor(real.reshape(8, -1))), ones) + bce(d(fake.detach()), zeros)).backward()
    d_optimizer.step()
    g_optimizer.zero_grad()
    bce(d(fake), ones).backward()
    g_optimizer.step()
    for network, theirs in ((generator, g), (discriminator, d)):
        expected = [p.detach().numpy() for p in theirs.parameters()]
        for ours, other in zip(network.get_weights(), expected, strict=True):
            np.testing.assert_allclose(ours, other.T, atol=1e-5)


def dirac_players(theta, psi):
    """Mescheder et al., 2018: the generator makes the point theta, the discriminator is psi * x."""
    generator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)], name="generator")
    discriminator = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)], name="discriminator")
    generator.set_weights([np.zeros((1, 1)), np.array([theta])])
    discriminator.set_weights([np.array([[psi]])])
    generator.layers[0].kernel.trainable = False
    return generator, discriminator


@pytest.mark.parametrize("loss", ["bce", "minimax"])
def test_the_dirac_gan_takes_its_closed_form_step(loss):
    theta, psi, rate = 0.8, 0.5, 0.1
    generator, discriminator = dirac_players(theta, psi)
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(g_optimizer=keras.optimizers.SGD(rate), d_optimizer=keras.optimizers.SGD(rate), loss=loss)
    gan.train_on_batch(np.zeros((4, 1), "float32"))
    # real data is the point 0, so the discriminator's loss is log 2 + softplus(psi * theta)
    psi_after = psi - rate * theta * sigmoid(psi * theta)
    weight = sigmoid(-psi_after * theta) if loss == "bce" else sigmoid(psi_after * theta)
    theta_after = theta + rate * psi_after * weight
    np.testing.assert_allclose(discriminator.get_weights()[0][0, 0], psi_after, rtol=1e-6)
    np.testing.assert_allclose(generator.layers[0].bias.numpy()[0], theta_after, rtol=1e-6)


def test_the_generator_moves_on_every_last_of_several_discriminator_steps(images, players):
    gan = kg.GAN(*players, seed=0)
    gan.compile(discriminator_steps=3)
    gan.fit(images[:56], batch_size=8, verbose=0)
    assert int(gan.optimizer.discriminator.iterations) == 7
    assert int(gan.optimizer.generator.iterations) == 2
    assert int(gan.examples_seen) == 56


def test_each_player_pays_its_own_regularisers(images):
    l2 = keras.regularizers.L2(0.5)
    generator = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(64, kernel_regularizer=l2), keras.layers.Reshape((8, 8, 1))]
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1, use_bias=False, kernel_regularizer=l2)]
    )
    discriminator.set_weights([np.zeros((64, 1))])
    rates = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.0)
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(g_optimizer=rates[0], d_optimizer=rates[1])
    before = generator.get_weights()[0]
    logs = gan.train_on_batch(images[:8], return_dict=True)
    # a discriminator of zeros gives no slope: only the regulariser moves the generator, by 2 * 0.5 * w
    np.testing.assert_allclose(generator.get_weights()[0], before * 0.9, rtol=1e-5)
    np.testing.assert_allclose(logs["g_loss"], np.log(2) + 0.5 * np.sum(before**2), rtol=1e-5)
    np.testing.assert_allclose(logs["d_loss"], 2 * np.log(2), rtol=1e-5)


def test_the_averaged_generator_forgets_half_in_its_half_life(images, players):
    gan = kg.GAN(*players, seed=0, ema_half_life_images=16)
    gan.compile(g_optimizer=keras.optimizers.SGD(0.0), d_optimizer=keras.optimizers.SGD(0.0))
    gan.examples_seen.assign(10_000)
    start = [w + 1 for w in gan.generator.get_weights()]
    gan.averaged_generator.set_weights(start)
    gan.train_on_batch(images[:16])
    for mean, live in zip(gan.averaged_generator.get_weights(), gan.generator.get_weights(), strict=True):
        np.testing.assert_allclose(mean, live + 0.5, atol=1e-5)


def test_a_lambda_cannot_be_averaged_and_is_named():
    generator, discriminator = tiny_players()
    generator = keras.Sequential([*generator.layers, keras.layers.Lambda(lambda x: x * 0.5)])
    with pytest.raises(ValueError, match="a Lambda has none: write a layer"):
        kg.GAN(generator, discriminator, latent_dim=6, ema_half_life_images=100)


def test_a_layer_that_cannot_be_averaged_is_named():
    class Mine(keras.layers.Layer):
        def __init__(self, units):
            super().__init__()

    generator, discriminator = tiny_players()
    with pytest.raises(ValueError, match="Mine"):
        kg.GAN(keras.Sequential([*generator.layers, Mine(3)]), discriminator, latent_dim=6, ema_half_life_images=100)
