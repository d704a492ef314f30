"""A recorded step on PyTorch without what needs no repeating."""

import operator

import torch

from keras_gan.backend import torch_adam
from keras_gan.backend.torch_noise import draw

__all__ = ["slim"]

aten = torch.ops.aten
MADE = {"ones_like", "zeros_like", "full_like", "zeros", "ones", "full", "scalar_tensor", "lift_fresh_copy"}
FUNCTIONS = [
    "abs",
    "add",
    "div",
    "eq",
    "exp",
    "ge",
    "gt",
    "le",
    "log",
    "lt",
    "mean",
    "mm",
    "mul",
    "ne",
    "neg",
    "pow",
    "relu",
    "rsub",
    "sqrt",
    "sub",
    "sum",
    "t",
    "tanh",
    "where",
]
FUNCTIONS += [f"_foreach_{name}" for name in ("add", "add_", "div", "mul", "mul_", "sqrt")]
METHODS = ["add_", "copy_", "expand", "view"]
FASTER = {torch.ops.keras_gan.noise.default: draw, torch.ops.keras_gan.adam.default: torch_adam.step} | {
    getattr(getattr(aten, name), overload): getattr(owner, name)
    for owner, names in ((torch, FUNCTIONS), (torch.Tensor, METHODS))
    for name in names
    for overload in getattr(aten, name).overloads()
}


def slim(program):
    """The recording to the same bits, with less to do.

    Constants are worked out, sums made in place where they end there, and what nobody reads is left out. What remains
    calls PyTorch's functions, which takes a third of the time of calling the operations of the same names.
    """
    constants = {}
    for node in program.graph.nodes:
        if node.target is aten.detach.default:
            node.replace_all_uses_with(node.args[0])
        elif is_constant(node, constants):
            constants[node] = worked_out(node, constants, program)
    for node, value in constants.items():
        program.register_buffer(f"constant_{node.name}", value)
        with program.graph.inserting_before(node):
            node.replace_all_uses_with(program.graph.get_attr(f"constant_{node.name}"))
    for node in program.graph.nodes:
        if is_sum_in_place(node):
            node.target, node.args = aten.add_.Tensor, node.args[1].args
    program.graph.eliminate_dead_code(lambda node: node.is_impure() or counts_batches(node))
    for node in program.graph.nodes:
        node.target = FASTER.get(node.target, node.target)
    program.recompile()
    return program


def is_constant(node, constants):
    """Whether a node makes the same tensor in every step, and nothing changes it in place."""
    if not isinstance(node.target, torch._ops.OpOverload) or node.target.namespace != "aten" or node.is_impure():
        return False
    inputs = node.all_input_nodes
    made = node.target._opname in MADE or (inputs and all(each in constants for each in inputs))
    shared = node.target._opname == "lift_fresh_copy" and node.meta["val"].ndim  # with an array of NumPy's, perhaps
    return bool(made) and isinstance(node.meta.get("val"), torch.Tensor) and not shared and not is_written(node)


def is_sum_in_place(node):
    """Whether a node writes `x + y` into `x`, the sum was made for that alone, and `y` is a tensor of its own."""
    if node.target is not aten.copy_.default or node.args[1] is not node.prev:
        return False
    total, into = node.prev, node.args[0]
    plain = total.target is aten.add.Tensor and total.args[0] is into and not total.kwargs and len(total.users) == 1
    return plain and type_of(total) == type_of(into) and (total.args[1] is not into and is_new(total.args[1]))


def is_new(value):
    """Whether a value is a number, a constant, or what an operation has made that returns no view."""
    if not isinstance(value, torch.fx.Node) or value.op == "get_attr":
        return True
    operation = value.target
    return isinstance(operation, torch._ops.OpOverload) and not any(
        result.alias_info for result in operation._schema.returns
    )


def type_of(node):
    return getattr(node.meta.get("val"), "dtype", None)


def worked_out(node, constants, program):
    def value(node):
        if node in constants:
            return constants[node]
        if node.op == "get_attr":  # a number that Python made a tensor of
            return getattr(program, node.target)
        like = node.meta["val"]
        return torch.empty_strided(like.shape, like.stride(), dtype=like.dtype, device=like.device)

    return node.target(*torch.fx.map_arg(node.args, value), **torch.fx.map_arg(node.kwargs, value))


def counts_batches(node):
    """Whether a node is batch normalisation, which moves its statistics and does not say so."""
    name = getattr(node.target, "_opname", "")
    return "batch_norm" in name and "backward" not in name


def is_written(node):
    """Whether something assigns to a node's tensor, or to a view of it."""
    for user in node.users:
        if isinstance(user.target, torch._ops.OpOverload):
            aliases = [argument.alias_info for argument in user.target._schema.arguments if argument.alias_info]
            written = any(alias.is_write for alias in aliases) or counts_batches(user)
            if written or (aliases and is_written(user)):
                return True
        elif user.target is not operator.getitem or is_written(user):
            return True  # in doubt, or the step's result
    return False
