"""An object-graph neuron simulator: every neuron and every weighted edge is an object, and every number can be shown.

This file names what is public. Everything is loaded on first use, so that the import itself costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurograph.data import datasets as datasets
    from neurograph.data.dataset import Dataset as Dataset
    from neurograph.data.scaling import Scaler as Scaler
    from neurograph.data.scaling import standardize as standardize
    from neurograph.data.split import split as split
    from neurograph.errors import NeurographError as NeurographError
    from neurograph.files.graphml import write_graphml as write_graphml
    from neurograph.files.model import load as load
    from neurograph.files.model import load_model as load_model
    from neurograph.files.model import save as save
    from neurograph.graph.edge import Edge as Edge
    from neurograph.graph.neuron import Neuron as Neuron
    from neurograph.learning.gradcheck import check_gradients as check_gradients
    from neurograph.learning.history import History as History
    from neurograph.learning.sweep import sweep as sweep
    from neurograph.learning.trainer import Trainer as Trainer
    from neurograph.learning.training import train as train
    from neurograph.network import Network as Network
    from neurograph.rules import initializers as initializers
    from neurograph.rules import rates as rates
    from neurograph.rules.activations import Activation as Activation
    from neurograph.rules.activations import elu as elu
    from neurograph.rules.activations import leaky_relu as leaky_relu
    from neurograph.rules.clipping import Clip as Clip
    from neurograph.rules.initializers import INITIALIZERS as INITIALIZERS
    from neurograph.rules.initializers import Initializer as Initializer
    from neurograph.rules.losses import LOSSES as LOSSES
    from neurograph.rules.losses import Loss as Loss
    from neurograph.rules.optimizers import SGD as SGD
    from neurograph.rules.optimizers import Adam as Adam
    from neurograph.rules.optimizers import AdamW as AdamW
    from neurograph.rules.optimizers import Momentum as Momentum
    from neurograph.rules.optimizers import Optimizer as Optimizer
    from neurograph.rules.optimizers import RMSProp as RMSProp
    from neurograph.rules.regularizers import L1 as L1
    from neurograph.rules.regularizers import L2 as L2
    from neurograph.rules.regularizers import ElasticNet as ElasticNet
    from neurograph.rules.regularizers import Regularizer as Regularizer
    from neurograph.rules.softmax import ACTIVATIONS as ACTIVATIONS
    from neurograph.rules.softmax import JointActivation as JointActivation
    from neurograph.trace.step import Step as Step
    from neurograph.trace.trace import Trace as Trace

_HOMES = {
    "ACTIVATIONS": "neurograph.rules.softmax",
    "INITIALIZERS": "neurograph.rules.initializers",
    "LOSSES": "neurograph.rules.losses",
    "Activation": "neurograph.rules.activations",
    "Edge": "neurograph.graph.edge",
    "Initializer": "neurograph.rules.initializers",
    "JointActivation": "neurograph.rules.softmax",
    "Loss": "neurograph.rules.losses",
    "Network": "neurograph.network",
    "Optimizer": "neurograph.rules.optimizers",
    "Regularizer": "neurograph.rules.regularizers",
    "Neuron": "neurograph.graph.neuron",
    "NeurographError": "neurograph.errors",
    "Step": "neurograph.trace.step",
    "Trace": "neurograph.trace.trace",
    "SGD": "neurograph.rules.optimizers",
    "Momentum": "neurograph.rules.optimizers",
    "RMSProp": "neurograph.rules.optimizers",
    "Adam": "neurograph.rules.optimizers",
    "AdamW": "neurograph.rules.optimizers",
    "rates": "neurograph.rules.rates",
    "initializers": "neurograph.rules.initializers",
    "elu": "neurograph.rules.activations",
    "leaky_relu": "neurograph.rules.activations",
    "L1": "neurograph.rules.regularizers",
    "L2": "neurograph.rules.regularizers",
    "ElasticNet": "neurograph.rules.regularizers",
    "Clip": "neurograph.rules.clipping",
    "History": "neurograph.learning.history",
    "Trainer": "neurograph.learning.trainer",
    "train": "neurograph.learning.training",
    "sweep": "neurograph.learning.sweep",
    "check_gradients": "neurograph.learning.gradcheck",
    "Dataset": "neurograph.data.dataset",
    "datasets": "neurograph.data",
    "split": "neurograph.data.split",
    "standardize": "neurograph.data.scaling",
    "Scaler": "neurograph.data.scaling",
    "load": "neurograph.files.model",
    "load_model": "neurograph.files.model",
    "save": "neurograph.files.model",
    "write_graphml": "neurograph.files.graphml",
}
_MODULES = ("initializers", "rates")  # these are their homes

# What people look for here, and where it is.
_ELSEWHERE = {
    "visualize": "Pictures are a package of their own: import visualize.",
    "fit": "Train with ng.train(net, X, Y).",
    "predict": "A network predicts itself: net.predict(X).",
    "metrics": "They are in neurograph.data.metrics.",
    "load_csv": "It is ng.datasets.load_csv.",
    "load_iris": "It is ng.datasets.load_iris.",
    "Sequential": 'Layers are made by ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"]).',
    "MLP": 'Layers are made by ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"]).',
}

__all__ = [*_HOMES, "__version__"]  # noqa: PLE0604  # every key is a name


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("neurograph")
    if name not in _HOMES:
        is_picture = name.startswith(("draw_", "plot_", "animate_"))
        where = f"Pictures are in visualize: from visualize import {name}." if is_picture else _ELSEWHERE.get(name)
        if where is None:
            raise AttributeError(f"module 'neurograph' has no attribute {name!r}")
        raise import_module("neurograph.errors").UnknownAttributeError(f"neurograph has no {name!r}.", cure=where)
    home = import_module(_HOMES[name])
    value = home if name in _MODULES else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
