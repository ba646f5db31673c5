"""The network that people hold: the structure with its passes and its trace.

It checks what comes in, and calls what it needs; passes, traces and programs are made in the folders of these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from neurograph.algebra.numbers import NumberFormat
from neurograph.errors import InvalidTypeError, InvalidValueError, NumericalError, StateError, UnknownAttributeError
from neurograph.graph.dense import build_dense
from neurograph.graph.edge import NOT_COMPUTED
from neurograph.graph.neuron import Neuron
from neurograph.graph.order import check_complete
from neurograph.graph.parameters import put_back, values_of
from neurograph.graph.structure import Rule, Structure, forget, note_run
from neurograph.passes.checks import check_backward, check_forward, check_inputs, check_update
from neurograph.passes.propagation import restored_on_error, run, set_inputs, update
from neurograph.passes.schedule import Act, Schedule, forward_acts, schedule_of
from neurograph.rules.clipping import Clip
from neurograph.rules.initializers import Initializer
from neurograph.rules.losses import LOSSES, Loss
from neurograph.rules.optimizers import SGD, Optimizer
from neurograph.rules.regularizers import Regularizer
from neurograph.tables import (
    Example,
    Label,
    Row,
    Rows,
    as_given,
    class_rows,
    example,
    is_empty,
    pairs,
    rows,
)
from neurograph.validate import Array, finite, switch

if TYPE_CHECKING:
    from neurograph.tables import Matrix
    from neurograph.trace.step import Unit
    from neurograph.trace.trace import Trace

__all__ = ["Network", "examples_of"]

# What people look for on a network, and what does it here.
_OURS = {
    "fit": "Train it with ng.train(net, X, Y).",
    "train": "Train it with ng.train(net, X, Y).",
    "compile": "Nothing is to be prepared: loss and optimizer are arguments of ng.train(net, X, Y, ...).",
    "evaluate": "Judge net.predict(X) with neurograph.data.metrics: accuracy, classification_report, r2.",
    "score": "Judge net.predict(X) with neurograph.data.metrics: accuracy, classification_report, r2.",
    "predict_proba": "net.predict(X) gives the outputs, which are probabilities after sigmoid and softmax.",
    "summary": "print(net) says its shape, net.layers lists neurons, visualize.draw_network(net) shows the numbers.",
    "weights": 'Each edge has its own: net.edge("x1", "h1").weight, [edge.weight for edge in net.edges].',
    "biases": 'Each neuron has its own: net["h1"].bias, [neuron.bias for neuron in net.computing].',
    "parameters": "net.movable lists what learns: edges with a weight, neurons with a bias.",
    "save": 'Save it with ng.save(net, "net.json").',
    "load": 'Read it with ng.load("net.json").',
    "draw": "Draw it: from visualize import draw_network; draw_network(net).",
    "plot": "Draw it: from visualize import draw_network; draw_network(net).",
}

_FORWARD = 0.35  # of the time of a whole training step, about


class Network(Structure):
    """A network of neuron and edge objects, with both passes of backpropagation.

    Examples
    --------
    Any graph without cycles, here with an edge that skips a layer:

    >>> import neurograph as ng
    >>> net = ng.Network()
    >>> _ = net.add_input("x1"), net.add_input("x2")
    >>> _ = net.add_neuron("h1", "tanh", bias=0.1), net.add_output("o1", "sigmoid")
    >>> for source, target, weight in (("x1", "h1", 0.5), ("x2", "h1", -0.4), ("h1", "o1", 0.8), ("x2", "o1", 0.2)):
    ...     _ = net.connect(source, target, weight)
    >>> y, loss = net.forward([1.0, 2.0]), net.backward([1.0])
    >>> round(y[0], 6), round(loss, 6), round(net["h1"].delta, 6)
    (0.560231, 0.096698, -0.083301)
    """

    def __init__(self) -> None:
        super().__init__()
        self._schedules: dict[tuple[Loss, bool], Schedule] = {}
        self._forward: tuple[Act, ...] | None = None
        self._order: tuple[list[Neuron], list[Neuron], list[Neuron]] | None = None

    @classmethod
    def dense(
        cls,
        sizes: Sequence[int],
        activations: str | Rule | Sequence[Rule],
        initializer: str | Initializer = "glorot_uniform",
        seed: int = 0,
        bias: float | str | Initializer = 0.0,
    ) -> Network:
        """Build a net of fully connected layers.

        Neurons are named x1, x2, ...; h1, h2, ... (h1_1, h2_1, ... in several hidden layers); o1, o2, ...

        Parameters
        ----------
        sizes : sequence of int
            Neurons per layer, inputs first; at most 2 million, with 20 million edges.
        activations : str, record, or sequence of them
            One for each layer after the inputs, or one for all.
        initializer : str or Initializer
            How each weight is drawn, for each neuron in turn, over its inputs.
        seed : int
            Of the generator that the initializer draws from.
        bias : float, str or Initializer
            Every bias, or how each is drawn, after the weights of its layer.

        Raises
        ------
        InvalidTypeError, InvalidValueError, UnknownNameError
            When a size, the number of activations, a name or the seed cannot be used.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=1)
        >>> len(net), len(net.edges), net["o3"].activation.name
        (12, 35, 'softmax')
        """
        return build_dense(cls(), sizes, activations, initializer, seed, bias)

    def forward(self, x: Row) -> list[float]:
        """Run the forward pass: every neuron sums up and activates, in order.

        Parameters
        ----------
        x : sequence of float, one for each input
            The example, in the order of `inputs`: a list, an array, a tensor, or a row of a data frame, whose numbers
            are found by the names of the inputs if it has them all. True is 1. Never normalised.

        Returns
        -------
        list of float
            The activations of the outputs.

        Raises
        ------
        GraphError, InvalidTypeError, InvalidValueError
            When the network is not complete, or x has the wrong length or holds something other than finite numbers.
        NumericalError
            When a number leaves the range of floats; the message names the first neuron. No value is changed then.
        """
        inputs, computing, outputs = self._checked_order()
        numbers = example(x, "x", [neuron.name for neuron in inputs])
        if self._forward is None:
            self._forward = forward_acts(self)
        with restored_on_error((*inputs, *computing), "z", "a"):
            set_inputs(inputs, numbers)
            run(self._forward)
            check_forward(computing)
        self._computed = self._has_activations = True
        return [neuron.a for neuron in outputs]

    def backward(self, y: Row, loss: str | Loss = "squared_error") -> float:
        """Run the backward pass for the example of the last `forward`, and add to the gradients.

        Every delta is computed before any gradient, all from the present weights; no weight changes. The `a_grad` of an
        input is then `dC/dx`, how the loss reacts to what was given.

        Parameters
        ----------
        y : sequence of float, one for each output
            The target values, in the order of `outputs`.
        loss : str or Loss
            The loss of one example, summed over outputs.

        Returns
        -------
        float
            The loss.

        Raises
        ------
        StateError
            When `forward` has not been run since the graph was last edited.
        GraphError, InvalidTypeError, InvalidValueError
            When the loss does not fit an output's activation, or y has the wrong length or values it cannot use.
        NumericalError
            When a number leaves the range of floats; nothing has then been added to any gradient.
        """
        record = LOSSES.find(loss)
        inputs, computing, outputs = self._checked_order()
        numbers = example(y, "y", [neuron.name for neuron in outputs])
        if not self._has_activations:
            raise StateError(
                "no forward pass has been run since the network changed.",
                where="backward",
                cure="Call forward(x) first.",
            )
        schedule = self.schedule(record)
        schedule.objective.check_targets(numbers)
        schedule.objective.set_targets(numbers)
        with restored_on_error((*inputs, *computing), "a_grad", "delta"):
            run(schedule.loss)
            run(schedule.backward)
            run(schedule.input_errors)
            check_backward(schedule, self)
            check_inputs(inputs)
        if not self._has_gradients:
            run(tuple(neuron.zero_gradients for neuron in computing))
            self._has_gradients = True
        run(schedule.gradients)
        return schedule.objective.cost

    def zero_grad(self) -> None:
        """Forget the gradients: they read None, and the next `backward` starts them anew."""
        self._has_gradients = False
        for neuron in self._checked_order()[1]:
            neuron._forget_gradients()

    def update(self, learning_rate: float) -> None:
        """Step down the gradient with every parameter: `w = w - rate * dC/dw`, `b = b - rate * dC/db`.

        The gradients stay as they are; call `zero_grad` before the next example.

        Raises
        ------
        StateError
            When there are no gradients.
        NumericalError
            When a new value leaves the range of floats; the message names it, and every parameter is what it was.
        """
        rate = finite(learning_rate, "update, learning_rate")
        if not self._has_gradients:
            raise StateError("there are no gradients.", where="update", cure="Call forward(x) and backward(y) first.")
        computing = self._checked_order()[1]
        before = values_of(self)
        try:
            update(computing, self.ties, rate)
            check_update(computing, rate)
        except BaseException:  # Ctrl-C, too
            put_back(self, before)
            raise
        self._has_activations = False  # the activations are those of the old parameters

    @overload
    def predict(self, X: Array, engine: str = "auto") -> Matrix: ...  # noqa: N803  # the field's name

    @overload
    def predict(self, X: Sequence[Row] | Sequence[float], engine: str = "auto") -> list[list[float]]: ...  # noqa: N803

    def predict(self, X: Rows, engine: str = "auto") -> Any:  # noqa: N803
        """Run many rows forward.

        The network is left as `forward` with the last row leaves it.

        Parameters
        ----------
        X : rows
            Examples, as for `forward`: a list of rows, an array, a tensor or a data frame. One row alone is a batch of
            one; with one input, a flat list or a column has a row in each place. Never normalised.
        engine : {"auto", "object", "compiled"}
            Who runs them, with the same results to the last bit; see `train`.

        Returns
        -------
        list of list of float, or numpy.ndarray
            For each row, the activations of the outputs: lists for lists, an array for an array, a tensor or a frame.

        Raises
        ------
        GraphError, InvalidTypeError, InvalidValueError
            When the network is not complete, or a row does not fit its inputs.
        NumericalError
            When a number leaves the range of floats; the message names the row and the first neuron.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([2, 1], "identity", initializer="ones")
        >>> net.predict([[1.0, 2.0], [3.0, 4.0]])
        [[3.0], [7.0]]
        """
        from neurograph.engines.choice import compiled_if_chosen, seconds_on_objects
        from neurograph.engines.compiled.jit import machine
        from neurograph.engines.compiled.learner import CompiledForward

        schedule = self.schedule()
        examples = [] if is_empty(X) else rows(X, len(self.inputs), "X", [neuron.name for neuron in self.inputs])
        compiled, _ = compiled_if_chosen(
            engine,
            _FORWARD * seconds_on_objects(self, len(examples)),
            "predict",
            lambda: CompiledForward(machine(), self, replace(schedule, loss=(), backward=())),
        )
        found = compiled.outputs(examples) if compiled and examples else None
        if found is not None:
            self.forward(examples[-1])
            return as_given(found, len(self.outputs), X)
        outputs = []
        for number, x in enumerate(examples):
            try:
                outputs.append(self.forward(x))
            except NumericalError as error:
                raise error.within(f"X[{number}]") from None
        return as_given(outputs, len(self.outputs), X)

    def gradient(
        self, X: Rows, Y: Rows, loss: str | Loss = "squared_error", engine: str = "auto"  # noqa: N803
    ) -> float:  # fmt: skip
        """Compute the gradient of the mean loss over many examples, in the place of any gradients there are.

        `dC/dw` of the mean is the mean of the examples' own. It is left on the neurons and edges; `update` can step
        with it. Of a single row the inputs have their `a_grad`, `dC/dx`; of several it is None.

        Parameters
        ----------
        X, Y : rows
            Examples and their targets, as in `train`.
        loss : str or Loss
            The loss of one example.
        engine : {"auto", "object", "compiled"}
            Who runs the passes, with the same results to the last bit; see `train`.

        Returns
        -------
        float
            The mean loss.

        Raises
        ------
        GraphError, InvalidTypeError, InvalidValueError
            When the network is not complete, the loss does not fit, or rows do not fit the network or each other.
        NumericalError
            When a number leaves the range of floats. No activation, error or gradient is then left.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1], "identity", initializer="ones")
        >>> net.gradient([[1.0], [2.0]], [[0.0], [1.0]]), net.edge("x1", "o1").grad
        (0.5, 1.5)
        """
        from neurograph.engines.choice import compiled_if_chosen, seconds_on_objects
        from neurograph.engines.compiled.jit import machine
        from neurograph.engines.compiled.learner import CompiledLearner
        from neurograph.engines.objects import Learner

        schedule = self.schedule(loss)
        if is_empty(X):
            raise InvalidValueError("got no rows, expected at least 1.", where="gradient")
        examples = examples_of(self, X, Y)
        for _, y in examples:
            schedule.objective.check_targets(y)
        for neuron in self.inputs:
            neuron.a_grad = NOT_COMPUTED
        learner, count = Learner(self, schedule, SGD()), len(examples)
        compiled, _ = compiled_if_chosen(
            engine,
            seconds_on_objects(self, count),
            "gradient",
            lambda: CompiledLearner(machine(), learner, examples, [], count, False),
        )
        done = compiled.learn(range(count), 1.0, moves=False) if compiled else None
        try:
            done = done or learner.gradient_checked(examples)
            if count == 1:
                run(schedule.input_errors)
                check_inputs(self.inputs)
        except NumericalError:
            note_run(self)
            forget(self)
            raise
        note_run(self)
        return done[0] / count

    def schedule(self, loss: str | Loss = "squared_error", long_way: bool = False) -> Schedule:
        """Give the order of all acts of a training step under a loss, built once for each state of the graph."""
        record, long_way = LOSSES.find(loss), switch(long_way, "schedule, long_way")
        self._checked_order()
        if (record, long_way) not in self._schedules:
            self._schedules[record, long_way] = schedule_of(self, record, long_way)
        return self._schedules[record, long_way]

    def trace(
        self,
        x: Rows,
        y: Rows,
        loss: str | Loss = "squared_error",
        learning_rate: float | None = None,
        *,
        optimizer: str | Optimizer | None = None,
        regularizer: Regularizer | None = None,
        clip: Clip | None = None,
        unit: Unit = "neuron",
        digits: int | None = 4,
        fractions: bool = False,
        long_way: bool = False,
        input_gradients: bool = False,
    ) -> Trace[Network]:
        """Tell one training step scalar by scalar, on a copy; this network stays as it is.

        Parameters
        ----------
        x, y : row or rows
            One example, or the rows of a mini-batch, whose gradients are averaged; what `train` takes.
        loss : str or Loss
            The loss of one example.
        learning_rate : float, optional
            The rate `eta` of the update by plain gradient descent, 0.1 when nothing is said; or of an optimizer that
            is named.
        optimizer : str or Optimizer, optional
            What updates instead, with its rate for the first epoch, and nothing remembered yet: Momentum, Adam ...;
            by name as in `train`.
        regularizer : Regularizer, optional
            What penalises weights. It is told in the update; the loss that is told is without its penalty.
        clip : Clip, optional
            What limits the gradients.
        unit : {"term", "neuron", "layer", "phase"}
            What one step is; "term" is one product on one edge.
        digits : int or None
            Significant digits of the numbers shown; None shows them in full.
        fractions : bool
            Show numbers such as 1/3 as fractions.
        long_way : bool
            Go through dC/da and the Jacobian even where they cancel to `delta = a - y`.
        input_gradients : bool
            Tell how the errors reach the inputs too, as `dC/dx`.

        Returns
        -------
        Trace
            A sequence of steps; `trace.after` is the updated network.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1], "sigmoid", initializer="ones")
        >>> trace = net.trace([2.0], [0.0], learning_rate=0.5, digits=3)
        >>> print(trace[4].symbols, trace[4].numbers, trace[4].equation, sep="; ")
        dC/da(o1) = a(o1) - y(o1); 0.881 - 0; BP1

        An optimizer's step, with what it remembers:

        >>> trace = net.trace([2.0], [0.0], optimizer=ng.Momentum(0.5)).next([1.0], [0.0])
        >>> print(*(step for step in trace if step.phase == "update"))
        [8/14] update, o1: new bias and weights
            v'(o1) = 0.9 * v(o1) + dC/db(o1)
                   = 0.9 * 0.09248 + 0.1468
                   = 0.23
            b'(o1) = b(o1) - eta * v'(o1)
                   = -0.04624 - 0.5 * 0.23
                   = -0.1612
            v'(x1->o1) = 0.9 * v(x1->o1) + dC/dw(x1->o1)
                       = 0.9 * 0.185 + 0.1468
                       ≈ 0.3132
            w'(x1->o1) = w(x1->o1) - eta * v'(x1->o1)
                       = 0.9075 - 0.5 * 0.3132
                       = 0.7509
        """
        from neurograph.program.updating import learning_of
        from neurograph.trace.trace import StepOptions, Trace, record

        learning = learning_of(optimizer, regularizer, clip, learning_rate)
        if learning is not None and optimizer is not None:
            rate = learning.optimizer.rate.at(0)
        else:
            rate = 0.1 if learning_rate is None else learning_rate
        options = StepOptions(
            rate=finite(rate, "trace, the rate of the optimizer" if optimizer else "trace, learning_rate"),
            by_chain_rule=switch(long_way, "trace, long_way"),
            to_inputs=switch(input_gradients, "trace, input_gradients"),
            learning=learning,
        )
        style, batch = NumberFormat(digits, fractions), examples_of(self, x, y)
        return Trace(record(self, batch, LOSSES.find(loss), options), unit, style)

    def to_source(self, loss: str | Loss | None = "squared_error") -> str:
        """Write the network as a program in plain Python, one line for each act of each neuron.

        Parameters
        ----------
        loss : str, Loss or None
            The program has a function `step(x, y, rate)` that learns from one example under this loss, and returns the
            outputs and the loss from before the update; with None, a function `predict(x)` that returns the outputs.
            Run as often as the network learns, it has the network's numbers, to the last bit.

        Returns
        -------
        str
            The program. `z_h1`, `a_h1`, `e_h1` and `d_h1` are z, a, dC/da and delta of neuron h1, `b_h1` is its bias
            and `db_h1` the gradient; `w_x1_h1` is the weight of the edge from x1 to h1, and `dw_x1_h1` its gradient.

        Raises
        ------
        GraphError
            When the network is not complete, or the loss does not fit its outputs.
        InvalidValueError
            When a rule is not registered, so that a program could not find it.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([2, 1], "tanh", initializer="ones")
        >>> print(net.to_source(loss=None), end="")
        # The network 2-1 as a program, with the same numbers to the last bit.
        import neurograph as ng
        <BLANKLINE>
        tanh = ng.ACTIVATIONS['tanh']  # a = tanh(z), da/dz = 1 - a**2
        <BLANKLINE>
        b_o1 = 0.0
        w_x1_o1 = 1.0
        w_x2_o1 = 1.0
        <BLANKLINE>
        <BLANKLINE>
        def predict(x):
            # The outputs for one example.
            a_x1, a_x2 = x
        <BLANKLINE>
            # Forward: z = sum(w * a) + b, a = f(z).
            z_o1 = 0.0 + w_x1_o1 * a_x1 + w_x2_o1 * a_x2 + b_o1
            a_o1 = tanh.value(z_o1)
        <BLANKLINE>
            return [a_o1]
        """
        from neurograph.source.program import program_text

        self._checked_order()
        return program_text(self, None if loss is None else LOSSES.find(loss))

    def _checked_order(self) -> tuple[list[Neuron], list[Neuron], list[Neuron]]:
        """Inputs, neurons that compute, outputs; found once for each state of the graph."""
        if self._order is None:
            check_complete(self.neurons)
            self._order = (self.inputs, self.computing, self.outputs)
        return self._order

    def _edited(self) -> None:
        super()._edited()
        self._schedules.clear()
        self._forward = self._order = None

    if not TYPE_CHECKING:  # or a checker would take every name

        def __getattr__(self, name: str) -> None:
            if name in _OURS:
                raise UnknownAttributeError(f"a network has no {name!r}.", cure=_OURS[name])
            return object.__getattribute__(self, name)  # the usual error

        def __call__(self, *_: object, **__: object) -> None:
            """Refuse, and name what runs a network."""
            cure = "Say net.forward(x) for one example, net.predict(X) for many."
            raise InvalidTypeError("a network is not called.", cure=cure)

    def __setstate__(self, state: dict[str, object]) -> None:
        Network.__init__(self)
        super().__setstate__(state)

    def __repr__(self) -> str:
        shape = "-".join(str(len(layer)) for layer in self.layers)
        return f"<Network {shape}: {len(self)} neurons, {len(self.edges)} edges>"

    def _repr_svg_(self) -> str | None:  # a notebook asks for it, and shows the repr when it gets None
        from neurograph.notebook import network_svg

        return network_svg(self)


def examples_of(
    net: Network, x: object, y: object, of: str = "", classes: Sequence[Label] | None = None
) -> list[Example]:
    """Pair the rows of x and y, or the one row of each; an error when they do not fit the net or each other.

    With classes y holds labels; `of` says in the messages whose they are.
    """
    inputs, outputs = ([neuron.name for neuron in some] for some in (net._checked_order()[::2]))
    return pairs(x, y if classes is None else class_rows(y, classes, outputs, f"{of}y"), inputs, outputs, of)
