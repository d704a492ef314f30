"""The same job as an eager PyTorch script, channels_last for pictures: torch_eager.py WORKLOAD SECONDS [compile]."""

import sys
import time
from pathlib import Path

BEGAN = time.perf_counter()
sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from clock import measure
from torch import nn
from workloads import WORKLOADS

work, seconds = WORKLOADS[sys.argv[1]], float(sys.argv[2])


def up(inputs, outputs, stride):
    convolution = nn.ConvTranspose2d(inputs, outputs, 5, stride, 2, output_padding=stride - 1, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.3)]


def down(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 5, 2, 2), nn.LeakyReLU(0.3), nn.Dropout(0.3)]


def dense(channels, side):
    units = channels * side * side
    return [
        nn.Linear(100, units, bias=False),
        nn.BatchNorm1d(units),
        nn.LeakyReLU(0.3),
        nn.Unflatten(1, (channels, side, side)),
    ]


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


torch.manual_seed(0)
torch.set_num_threads(2)
generator, discriminator = players(work.kind)
data = torch.from_numpy(work.images())
if data.ndim == 4:
    data = data.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    generator, discriminator = (net.to(memory_format=torch.channels_last) for net in (generator, discriminator))
g_optimizer, d_optimizer = (
    torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999)) for net in (generator, discriminator)
)
bce, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(work.batch, 1), torch.zeros(work.batch, 1)


def train_step(real):
    fake = generator(torch.randn(work.batch, 100))
    d_loss = bce(discriminator(real), ones) + bce(discriminator(fake.detach()), zeros)
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = bce(discriminator(fake), ones)
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss, g_loss


if "compile" in sys.argv:
    generator, discriminator = torch.compile(generator), torch.compile(discriminator)


def epoch():
    order = torch.randperm(len(data))
    for start in range(0, len(data) - work.batch + 1, work.batch):
        losses = train_step(data[order[start : start + work.batch]])
    return [loss.item() for loss in losses]


measure(epoch, len(data) // work.batch, seconds, BEGAN)
