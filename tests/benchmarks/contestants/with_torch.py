"""PyTorch, eager, on one thread: Linear layers, a loss of torch.nn.functional, torch.optim.SGD."""

from __future__ import annotations

import torch
from torch.nn import Linear, ReLU, Sequential, Sigmoid
from torch.nn import functional as F  # noqa: N812  # as everyone calls it

from contestants import Declined, Epochs
from workloads import Task

__all__ = ["enter"]


def squared_error(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 0.5 * F.mse_loss(torch.sigmoid(z), y, reduction="sum") / len(y)


LOSSES = {
    "squared_error": squared_error,
    "cross_entropy": F.cross_entropy,  # with the softmax in it
    "binary_cross_entropy": F.binary_cross_entropy_with_logits,  # with the sigmoid in it
}


def enter(task: Task) -> Epochs:
    if not task.sizes:
        raise Declined("its layers are matrices")
    torch.set_num_threads(1)
    parts: list[torch.nn.Module] = []
    for cells in task.layers:
        linear = Linear(len(cells[0].weights), len(cells), dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor([cell.weights for cell in cells], dtype=torch.float64))
            linear.bias.copy_(torch.tensor([cell.bias for cell in cells], dtype=torch.float64))
        parts += [linear, ReLU() if cells[0].activation == "relu" else Sigmoid()]
    net = Sequential(*parts[:-1])  # the last activation is in the loss
    cost = LOSSES[task.loss]
    optimizer = torch.optim.SGD(net.parameters(), lr=task.rate)
    batches = [(torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)) for X, Y in task.batches]
    if task.loss == "cross_entropy":
        batches = [(X, Y.argmax(dim=1)) for X, Y in batches]

    def epochs(count: int) -> float:
        total = 0.0
        for _ in range(count):
            total = 0.0
            for X, Y in batches:  # noqa: N806
                optimizer.zero_grad()
                loss = cost(net(X), Y)
                loss.backward()
                optimizer.step()
                total += loss.item() * len(X)
        return total / len(task.X)

    return epochs
