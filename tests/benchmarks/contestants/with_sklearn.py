"""scikit-learn's MLPClassifier, with warm starts so that a turn goes on where the last one ended.

It has no squared error behind a sigmoid: iris there has sigmoid outputs and their cross-entropy; and it knows one
output for two classes, not a softmax of two.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from contestants import Declined, Epochs
from workloads import Task

__all__ = ["enter"]


def enter(task: Task) -> Epochs:
    hidden = [layer[0].activation for layer in task.layers[:-1]]
    if not task.sizes or len(set(hidden)) > 1:
        raise Declined("it has layers only, all hidden ones of one activation")
    if any(0.0 < y < 1.0 for y in task.Y[0]):
        raise Declined("it cannot be told numbers between 0 and 1 for sigmoid outputs")
    one_column = task.outputs == 1 or task.loss == "cross_entropy"
    X, Y = np.array(task.X), np.array(task.Y)  # noqa: N806
    if one_column:
        Y = Y[:, 0] if task.outputs == 1 else Y.argmax(axis=1)  # noqa: N806
    net = MLPClassifier(
        task.sizes[1:-1],
        activation={"sigmoid": "logistic", "relu": "relu"}[hidden[0]],
        solver="sgd",
        alpha=0.0,
        batch_size=task.batch,
        learning_rate_init=task.rate,
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
        warm_start=True,
        tol=0.0,
        n_iter_no_change=10**9,
    )
    net.partial_fit(X, Y, classes=np.unique(Y) if one_column else np.arange(task.outputs))  # so that it has weights
    for k, layer in enumerate(task.layers):
        if net.coefs_[k].shape[1] == len(layer):
            net.coefs_[k][:] = np.array([cell.weights for cell in layer]).T
            net.intercepts_[k][:] = [cell.bias for cell in layer]
    same = task.loss != "squared_error" and net.n_outputs_ == task.outputs

    def epochs(count: int) -> float:
        net.max_iter = count
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            net.fit(X, Y)
        return float(net.loss_) if same else math.nan

    return epochs
