"""Training in one call: a trainer, a loop around it, and a look at what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from neurograph.errors import Argument
from neurograph.graph.parameters import values_of
from neurograph.learning.diagnostics import find
from neurograph.learning.history import History
from neurograph.learning.loop import Callback, Loop
from neurograph.learning.trainer import Trainer
from neurograph.network import Network
from neurograph.passes.checks import alone_in_softmax
from neurograph.rules.clipping import Clip
from neurograph.rules.losses import Loss
from neurograph.rules.optimizers import Optimizer
from neurograph.rules.regularizers import Regularizer
from neurograph.tables import Classes, Labels, Rows
from neurograph.validate import as_list, whole

__all__ = ["train"]


def train(  # every one is a choice of the caller's
    net: Network,
    X: Rows,  # noqa: N803  # the field's names
    Y: Labels,  # noqa: N803
    loss: str | Loss = "squared_error",
    optimizer: Optimizer | None = None,
    epochs: int = 100,
    batch_size: int | None = 1,
    regularizer: Regularizer | None = None,
    validation: tuple[Rows, Labels] | float | None = None,
    seed: int = 0,
    engine: str = "auto",
    *,
    clip: Clip | None = None,
    patience: int | None = None,
    callbacks: Iterable[Callback] = (),
    record: Iterable[str] = (),
    snapshots: int | None = None,
    shuffle: bool = True,
    progress: bool | None = None,
    classes: Classes = None,
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
        The loss of one example; a batch is the mean over its examples.
    optimizer : Optimizer, optional
        `SGD(0.1)` when left out.
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
    progress : bool, optional
        Show a progress bar; when left out, on a terminal.
    classes : bool or sequence, optional
        Y holds a label for each example, which is text or a whole number: True sorts those that are found, a sequence
        says which they are in the order of the outputs. With two classes and one output the first is 0.

    Returns
    -------
    History
        One row for each epoch. After Ctrl-C, of the epochs that were finished: training ends with the batch at hand.

    Raises
    ------
    NumericalError
        When the loss or a parameter stops being finite, or the loss explodes. The message names epoch, batch and the
        first neuron or edge; the network has the last finite parameters.
    CompilerError
        When the engine is "compiled", and an activation, loss, optimizer or regularizer of your own cannot be compiled.
    NeurographError
        When an argument cannot be used, or numba is asked for and not installed.

    Examples
    --------
    >>> import neurograph as ng
    >>> xor = ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=1)
    >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> history = ng.train(xor, X, Y, loss="binary_cross_entropy", optimizer=ng.Adam(0.05), epochs=300)
    >>> history[-1]["accuracy"], history[-1]["loss"] < 0.05
    (1.0, True)

    Labels, with two outputs for the two classes:

    >>> net = ng.Network.dense([2, 3, 2], ["tanh", "softmax"], seed=1)
    >>> history = ng.train(net, X, ["even", "odd", "odd", "even"], "cross_entropy", classes=True, epochs=1)
    """
    last = whole(epochs, Argument("train", "epochs"), 0)
    trainer = Trainer(
        net,
        X,
        Y,
        loss=loss,
        optimizer=optimizer,
        batch_size=batch_size,
        regularizer=regularizer,
        validation=validation,
        seed=seed,
        clip=clip,
        record=tuple(as_list(record, "train, record", "a list of them")),
        shuffle=shuffle,
        engine=engine,
        planned=last,
        classes=classes,
    )
    start = values_of(net)
    loop = Loop(
        trainer, last, patience, tuple(as_list(callbacks, "train, callbacks", "a list of them")), snapshots, progress
    )
    history = loop.run()
    found = find(net, [x for x, _ in trainer.examples], start) if history.rows else []
    history.findings = [*filter(None, [alone_in_softmax(net)]), *found, *loop.notes()]
    return history
