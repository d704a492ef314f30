"""What `slim` takes out of a recording was not needed: results and what is left in the arguments stay, bit for bit."""

import numpy as np
import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx

from keras_gan.backend.torch_slim import slim


def snapshot(x):
    before = x * 1  # a copy, since `x` is written to
    x.copy_(x + 1)
    return before + x


def overwritten_constant(x):
    constant = torch.tensor([3.0, 4.0, 5.0])
    constant.add_(x)
    return constant


def filled_view(x):
    made = torch.zeros(2, 3)
    made[0].copy_(x)
    made.view(6)[5:].add_(1)
    return made


def returned_constant(x):
    return torch.ones_like(x), torch.zeros(3)


def promoted(x):
    return x * torch.tensor(2), torch.tensor(3) * 1, (x > 0) * 1, torch.tensor(1) / 1, x.to(torch.float64) * 1.0


def changed_and_not_returned(x):
    x.add_(1)
    x.mul_(2).sub_(torch.ones(3) / 3)
    return torch.ones(3)


def sum_used_twice(x):
    total = x + 2
    x.copy_(total)
    total.mul_(3)
    return total


def sum_with_a_factor(x):
    x.copy_(torch.add(x, torch.ones(3), alpha=2))
    return x * 1.0


def of_many(x):
    x, y = torch._foreach_add([x, torch.full((3,), 0.1)], 1.5)
    return torch.split(torch.cat([x, y]), [2, 4])


def written_product(x):
    y = x * 1.0
    y.add_(x.mean())
    return torch.cat([x, y])


def product_of_a_view(x):
    y = x[:2] * 1.0
    x.add_(1)
    return y


def overlapping_sum(x):
    table = torch.outer(x, x + 1)
    table.copy_(table + table.t())
    x.copy_(x + x[0])
    return table


def statistics_of_an_unused_output(x):
    mean, variance = torch.zeros(3), torch.ones(3)
    torch.nn.functional.batch_norm(torch.outer(x, x), mean, variance, training=True)
    x.mul_(2)
    torch.nn.functional.batch_norm(torch.outer(x, x), x, variance, training=True)
    return mean, variance


def like_a_permuted_one(x):
    permuted = torch.outer(x, torch.arange(4.0)).t()
    return (torch.ones_like(permuted) * permuted).t().view(-1)


def slope(x):
    y = x.detach().requires_grad_()
    loss = torch.nn.functional.softplus(torch.where(y > 0, y, torch.zeros(()))).mean() * 1.0
    return torch.autograd.grad(loss, y)[0]


@pytest.mark.parametrize(
    "function",
    [snapshot, overwritten_constant, filled_view, returned_constant, promoted, changed_and_not_returned]
    + [sum_used_twice, sum_with_a_factor, of_many, slope, written_product, product_of_a_view, overlapping_sum]
    + [statistics_of_an_unused_output, like_a_permuted_one],
    ids=lambda function: function.__name__,
)
def test_a_slim_recording_does_what_the_function_does(function):
    x = torch.tensor([-0.0, 1.5, -2.0])
    program = slim(make_fx(function)(x.clone()))
    for _ in range(3):
        here, there = x.clone(), x.clone()
        torch.testing.assert_close(program(here), function(there), rtol=0, atol=0)
        assert torch.equal(here, there)
        x = torch.sin(x + 1)


def test_an_array_that_is_changed_between_steps_is_read_anew():
    table = np.ones(3, "float32")
    program = slim(make_fx(lambda x: x * torch.as_tensor(table))(torch.ones(3)))
    before = program(torch.ones(3))
    table *= 2
    assert torch.equal(program(torch.ones(3)), 2 * before)


def test_constants_are_worked_out_once_and_random_numbers_each_time():
    def function(x):
        return x * (torch.ones_like(x).expand(3) / 7 - torch.tensor(2.0)), torch.rand(3)

    program = slim(make_fx(function)(torch.ones(3)))
    assert sum(node.op == "call_function" for node in program.graph.nodes) == 2
    assert not torch.equal(program(torch.ones(3))[1], program(torch.ones(3))[1])
