"""JAX, compiled: one call for each batch, or one call for a whole epoch, which scans over the batches."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from contestants import Declined, Epochs
from workloads import Task

__all__ = ["epoch_by_epoch", "step_by_step"]

jax.config.update("jax_enable_x64", True)

Array = jax.Array
Parameters = list[tuple[Array, Array]]


def learner(task: Task) -> tuple[Parameters, Any]:
    """Give the first parameters, and how a batch changes them: (parameters, (X, Y)) -> (parameters, sum of losses)."""
    if not task.sizes:
        raise Declined("its layers are matrices")
    rules = [layer[0].activation for layer in task.layers]
    parameters = [
        (jnp.array([cell.weights for cell in layer]).T, jnp.array([cell.bias for cell in layer]))
        for layer in task.layers
    ]

    def cost(parameters: Parameters, X: Array, Y: Array) -> Array:  # noqa: N803
        a = X
        for (weight, bias), rule in zip(parameters[:-1], rules[:-1], strict=True):
            z = a @ weight + bias
            a = jax.nn.relu(z) if rule == "relu" else jax.nn.sigmoid(z)
        z = a @ parameters[-1][0] + parameters[-1][1]
        if task.loss == "squared_error":
            return 0.5 * ((jax.nn.sigmoid(z) - Y) ** 2).sum()
        if task.loss == "cross_entropy":
            return -(Y * jax.nn.log_softmax(z)).sum()
        return (jax.nn.softplus(z) - z * Y).sum()

    def learn(parameters: Parameters, batch: tuple[Array, Array]) -> tuple[Parameters, Array]:
        loss, gradients = jax.value_and_grad(cost)(parameters, *batch)
        step = task.rate / len(batch[0])
        return jax.tree.map(lambda value, gradient: value - step * gradient, parameters, gradients), loss

    return parameters, learn


def step_by_step(task: Task) -> Epochs:
    parameters, learn = learner(task)
    learn = jax.jit(learn)
    batches = [(jnp.array(X), jnp.array(Y)) for X, Y in task.batches]

    def epochs(count: int) -> float:
        nonlocal parameters
        total = 0.0
        for _ in range(count):
            losses = []
            for batch in batches:
                parameters, loss = learn(parameters, batch)
                losses.append(loss)
            total = sum(map(float, losses))
        return total / len(task.X)

    return epochs


def epoch_by_epoch(task: Task) -> Epochs:
    parameters, learn = learner(task)
    batches = task.batches
    if len({len(X) for X, _ in batches}) > 1:
        raise Declined("batches of several sizes")
    stacked = jnp.array([X for X, _ in batches]), jnp.array([Y for _, Y in batches])

    @jax.jit
    def epoch(parameters: Parameters) -> tuple[Parameters, Array]:
        parameters, losses = jax.lax.scan(learn, parameters, stacked)
        return parameters, losses.sum()

    def epochs(count: int) -> float:
        nonlocal parameters
        total = 0.0
        for _ in range(count):
            parameters, loss = epoch(parameters)
            total = float(loss)
        return total / len(task.X)

    return epochs
