"""The same job as an eager PyTorch script: torch_eager.py WORKLOAD [channels_last] [compile].

Weights begin as Keras's do, and Adam and batch normalisation have Keras's constants.
"""

import sys

import clock
import numpy as np
import torch
from torch import nn
from workloads import WORKLOADS, Kernels

work = WORKLOADS[sys.argv[1]]


def up(inputs, outputs, stride):
    convolution = nn.ConvTranspose2d(inputs, outputs, 5, stride, 2, output_padding=stride - 1, bias=False)
    return [convolution, nn.BatchNorm2d(outputs, 1e-3, 0.01), nn.LeakyReLU(0.3)]


def down(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 5, 2, 2), nn.LeakyReLU(0.3), nn.Dropout(0.3)]


def dense(channels, side):
    units = channels * side * side
    normalised = [nn.Linear(100, units, bias=False), nn.BatchNorm1d(units, 1e-3, 0.01), nn.LeakyReLU(0.3)]
    return [*normalised, nn.Unflatten(1, (channels, side, side))]


def players(kind):
    if kind == "mlp":
        generator = [nn.Linear(100, 128), nn.ReLU(), nn.Linear(128, 784), nn.Tanh()]
        return nn.Sequential(*generator), nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1))
    if kind == "tutorial":
        last = nn.ConvTranspose2d(64, 1, 5, 2, 2, output_padding=1, bias=False)
        generator = nn.Sequential(*dense(256, 7), *up(256, 128, 1), *up(128, 64, 2), last, nn.Tanh())
        return generator, nn.Sequential(*down(1, 64), *down(64, 128), nn.Flatten(), nn.Linear(7 * 7 * 128, 1))
    last = nn.ConvTranspose2d(32, 3, 5, 2, 2, output_padding=1, bias=False)
    generator = nn.Sequential(*dense(256, 4), *up(256, 128, 2), *up(128, 64, 2), *up(64, 32, 2), last, nn.Tanh())
    return generator, nn.Sequential(
        *down(3, 32), *down(32, 64), *down(64, 128), nn.Flatten(), nn.Linear(8 * 8 * 128, 1)
    )


def as_in_keras(network, kernels):
    for module in network:
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            order = (2, 3, 1, 0) if module.weight.dim() > 2 else (1, 0)  # of torch's axes, as Keras has them
            shape = [module.weight.shape[axis] for axis in order]
            module.weight.data = torch.from_numpy(kernels.next(*shape)).permute(*np.argsort(order)).contiguous()
            if module.bias is not None:
                nn.init.zeros_(module.bias)


torch.manual_seed(0)
generator, discriminator = players(work.kind)
kernels = Kernels()
for network in (generator, discriminator):
    as_in_keras(network, kernels)
data = torch.from_numpy(work.images())
data = data.flatten(1) if work.kind == "mlp" else data.permute(0, 3, 1, 2).contiguous()
if "channels_last" in sys.argv:
    data = data.contiguous(memory_format=torch.channels_last)
    generator, discriminator = (net.to(memory_format=torch.channels_last) for net in (generator, discriminator))
g_optimizer, d_optimizer = (
    torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999), eps=1e-7, fused=True)
    for net in (generator, discriminator)
)
bce, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(work.batch, 1), torch.zeros(work.batch, 1)


def d_objective(real, fake):
    return bce(discriminator(real), ones) + bce(discriminator(fake), zeros)


def g_objective(fake):
    return bce(discriminator(fake), ones)


if "compile" in sys.argv:
    generator, d_objective, g_objective = map(torch.compile, (generator, d_objective, g_objective))


def train_step(real):
    fake = generator(torch.randn(work.batch, 100))
    d_loss = d_objective(real, fake.detach())
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    discriminator.requires_grad_(False)  # whose weights need no slopes here
    g_loss = g_objective(fake)
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    discriminator.requires_grad_(True)
    return torch.stack([d_loss.detach(), g_loss.detach()])


def epoch():
    order, losses = torch.randperm(len(data)), []
    for start in range(0, len(data) - work.batch + 1, work.batch):
        losses.append(train_step(data[order[start : start + work.batch]]))
        clock.stepped()
    return torch.stack(losses).mean(0).tolist()


clock.take_turns(epoch)
