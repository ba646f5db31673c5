"""Training in one call: a trainer, a loop around it, and a look at what came of it."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterable
from typing import Never

from neurograph.errors import Argument, InvalidTypeError, NeurographWarning, Note, nearest
from neurograph.graph.parameters import values_of
from neurograph.learning import hints
from neurograph.learning.class_weights import ClassWeight
from neurograph.learning.diagnostics import find
from neurograph.learning.history import History
from neurograph.learning.loop import Callback, Loop
from neurograph.learning.trainer import Trainer
from neurograph.network import Network
from neurograph.rules.clipping import Clip
from neurograph.rules.losses import Loss
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.rates import Rate
from neurograph.rules.regularizers import Regularizer
from neurograph.tables import Classes, Labels, Rows
from neurograph.validate import as_list, whole

__all__ = ["train"]

# What other libraries call an argument of `train`, and how it is given here.
_OURS = {
    "lr": "learning_rate=0.1.",
    "eta": "learning_rate=0.1.",
    "learning_rate_init": "learning_rate=0.1.",
    "momentum": "optimizer=Momentum(0.1, momentum=0.9).",
    "criterion": 'loss="cross_entropy".',
    "loss_fn": 'loss="cross_entropy".',
    "n_epochs": "epochs=100.",
    "num_epochs": "epochs=100.",
    "max_iter": "epochs=100.",
    "iterations": "epochs=100.",
    "random_state": "seed=0.",
    "validation_split": "validation=0.2.",
    "validation_fraction": "validation=0.2.",
    "validation_data": "validation=(X, Y).",
    "early_stopping": "patience=10.",
    "alpha": "regularizer=L2(0.01).",
    "weight_decay": 'regularizer=L2(0.01), or optimizer="adamw".',
    "verbose": "progress=True for a bar; print(history) tells the epochs afterwards.",
    "metrics": 'nothing for it: with targets of classes every row of the history has its "accuracy".',
}


def train(  # every one is a choice of the caller's
    net: Network,
    X: Rows,  # noqa: N803  # the field's names
    Y: Labels,  # noqa: N803
    loss: str | Loss = "squared_error",
    optimizer: str | Optimizer | None = None,
    epochs: int = 100,
    batch_size: int | None = 1,
    regularizer: Regularizer | None = None,
    validation: tuple[Rows, Labels] | float | None = None,
    seed: int = 0,
    engine: str = "auto",
    *,
    learning_rate: float | Rate | None = None,
    clip: Clip | None = None,
    patience: int | None = None,
    callbacks: Iterable[Callback] = (),
    record: Iterable[str] = (),
    snapshots: int | None = None,
    shuffle: bool = True,
    class_weight: ClassWeight | None = None,
    progress: bool | None = None,
    classes: Classes = None,
    **foreign: Never,
) -> History:
    """Train a network in place.

    Parameters
    ----------
    net : Network
        It is changed in place.
    X, Y : rows
        The examples and their targets: lists of rows, arrays, tensors or data frames. The columns of a data frame are
        found by the names of inputs and outputs if it has them all, and taken by their places if it has none of them.
        With one output Y may be flat, a number for each example; with one input so may X. True is 1.
    loss : str or Loss
        The loss of one example, summed over its outputs; a batch is the mean over its examples. The field's other names
        are taken too: "mse" is `mean_squared_error`, "bce" `binary_cross_entropy`, "categorical_crossentropy" and
        "nll" are `cross_entropy`, of the probabilities that the outputs are and not of their logarithms.
    optimizer : str or Optimizer, optional
        `SGD(0.1)` when left out; or the name of one: "sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw".
    epochs : int
        Rounds through all examples, at most.
    batch_size : int or None
        Examples for each update: 1 is online, None all of them. A last batch may be shorter; it is the mean of its own.
    regularizer : Regularizer, optional
        `L2(...)`, `L1(...)`, `ElasticNet(...)`.
    validation : (X, Y), float or None
        Examples to judge on after each epoch, or the share of the given ones to set aside for that.
    seed : int
        Fixes the order of the examples, and which are set aside.
    engine : {"auto", "object", "compiled"}
        Who runs the passes: the objects themselves, or the same sums as machine code, 20 to 100 times faster and equal
        to the last bit. "compiled" needs numba (the extra `fast`); "auto" takes it where it is installed and the
        training is long enough to be worth its start.
    learning_rate : float or Rate, optional
        Of an optimizer that is named, or of SGD where none is given; one that is a record has its own. Left out, it is
        0.1 for sgd, 0.05 for momentum and nesterov, 0.01 for the others.
    clip : Clip, optional
        A limit on the gradients of each update.
    patience : int, optional
        Stop after so many epochs without a new best loss, on the validation data if there are any, and restore the best
        parameters.
    callbacks : iterable of callable
        Each is called as `callback(row, net)` after every epoch; one that returns True stops the training.
    record : iterable of {"gradients", "updates", "activations"}
        What else the rows should tell, by layer and by neuron; see `Recorder`.
    snapshots : int, optional
        Keep the parameters every so many epochs.
    shuffle : bool
        Whether each epoch has an order of its own; a batch of all examples always keeps the given one.
    class_weight : {"balanced"}, mapping or sequence, optional
        What the loss of an example is multiplied by, for each class: by its label if `classes` are given, by its number
        from 0 if not, or for all in turn; of one output the classes are 0 and 1. "balanced" is `n / (k * count)`, with
        n examples of k classes, so that rare classes count as much as common ones. The rows tell the weighted loss;
        `validation_loss` and both accuracies are not weighted.
    progress : bool, optional
        Show a progress bar; when left out, on a terminal.
    classes : bool or sequence, optional
        Y holds a label for each example, which is text or a whole number: True sorts those that are found, a sequence
        says which they are in the order of the outputs. With two classes and one output the first is 0.
    **foreign
        None is taken; an argument that other libraries have is answered with what it is called here.

    Returns
    -------
    History
        One row for each epoch; after Ctrl-C, of those that were finished, and training ends with the batch at hand.

    Raises
    ------
    NumericalError
        When the loss or a parameter stops being finite, or the loss explodes. The message names epoch, batch and the
        first neuron or edge; the network has the last finite parameters.
    CompilerError
        When the engine is "compiled", and an activation, loss, optimizer or regularizer of your own cannot be compiled.
    NeurographError
        When an argument cannot be used, or numba is asked for and not installed.

    Warns
    -----
    NeurographWarning
        When a whole run is in vain as it stands: targets that the outputs cannot reach, a softmax over one neuron,
        hidden neurons that stay copies of each other. It is one of the history's `hints`.

    Examples
    --------
    >>> import neurograph as ng
    >>> xor = ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=1)
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> history = ng.train(xor, X, Y, loss="bce", optimizer="adam", learning_rate=0.05, epochs=300)
    >>> history[-1]["accuracy"], history[-1]["loss"] < 0.05
    (1.0, True)

    Labels, with two outputs for the two classes:

    >>> net = ng.Network.dense([2, 3, 2], ["tanh", "softmax"], seed=1)
    >>> history = ng.train(net, X, ["even", "odd", "odd", "even"], "cross_entropy", classes=True, epochs=1)
    """
    for name in foreign:
        own = inspect.signature(train).parameters.keys() - {"foreign"}
        cure = f"Say {_OURS[name]}" if name in _OURS else nearest(name, sorted(own))
        raise InvalidTypeError(f"it takes no {name!r}.", where="train", cure=cure)
    last = whole(epochs, Argument("train", "epochs"), 0)
    trainer = Trainer(
        net,
        X,
        Y,
        loss=loss,
        optimizer=optimizer,
        learning_rate=learning_rate,
        batch_size=batch_size,
        regularizer=regularizer,
        validation=validation,
        seed=seed,
        clip=clip,
        record=tuple(as_list(record, "train, record", "a list of them")),
        shuffle=shuffle,
        class_weight=class_weight,
        engine=engine,
        planned=last,
        classes=classes,
    )
    learned_x, learned_y = ([example[side] for example in trainer.examples] for side in (0, 1))
    drawn = shuffle or trainer.batch_size >= len(learned_x)
    loop = Loop(
        trainer, last, patience, tuple(as_list(callbacks, "train, callbacks", "a list of them")), snapshots, progress
    )
    found = hints.before(
        net, learned_x, learned_y, held_out=len(trainer.validation), shuffle=drawn, loss=trainer.loss.name
    )
    _warn_of(found)
    start = values_of(net)
    history = loop.run()
    if history.rows:
        history.findings = find(net, learned_x, start)
        late = hints.after(net, learned_x, learned_y, start)
        _warn_of(late)
        found += late
    history.findings += loop.notes()
    history.hints = found
    return history


def _warn_of(notes: Iterable[Note]) -> None:
    """Give a Python warning of what leaves a whole run in vain, in the line of the caller of `train`."""
    for note in notes:
        if note.serious:
            warnings.warn(str(note), NeurographWarning, stacklevel=3)
