"""A network and many rows at once: what it says of each, and the mean gradient over all of them.

It checks the rows and chooses who runs them; the running happens on the floors above.
"""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import replace

from neurograph.errors import InvalidValueError, NumericalError
from neurograph.graph.structure import Structure
from neurograph.intake import pairs, rows
from neurograph.passes.propagation import run
from neurograph.passes.schedule import Schedule
from neurograph.passes.trouble import check_inputs
from neurograph.rules.losses import LOSSES, Loss
from neurograph.rules.optimizers import SGD

__all__ = ["Many"]

Rows = Sequence[Sequence[float]]
_FORWARD = 0.35  # of the time of a whole training step, about


class Many(Structure):
    """What a `Network` does with many rows; the passes of one example, which these repeat, are its own."""

    def predict(self, X: Rows, engine: str = "auto") -> list[list[float]]:  # noqa: N803  # the field's name
        """Run many rows forward.

        The network is left as `forward` with the last row leaves it.

        Parameters
        ----------
        X : sequence of rows
            Examples, as for `forward`. Never normalised.
        engine : {"auto", "object", "compiled"}
            Who runs them, with the same results to the last bit; see `train`.

        Returns
        -------
        list of list of float
            For each row, the activations of the outputs.

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
        from neurograph.engines.choice import chosen, seconds_on_objects
        from neurograph.engines.compiled.forward import CompiledForward
        from neurograph.engines.compiled.jit import machine

        schedule = self.schedule()
        examples = [] if _is_empty(X) else rows(X, len(self.inputs), "X", [neuron.name for neuron in self.inputs])
        compiled, _ = chosen(
            engine,
            _FORWARD * seconds_on_objects(self, len(examples)),
            "predict",
            lambda: CompiledForward(machine(), self, replace(schedule, loss=(), backward=())),
        )
        found = compiled.outputs(examples) if compiled and examples else None
        if found is not None:
            self.forward(examples[-1])
            return found
        said = []
        for number, x in enumerate(examples):
            try:
                said.append(self.forward(x))
            except NumericalError as error:
                raise NumericalError(f"X[{number}]: {error}") from None
        return said

    def gradient(
        self, X: Rows, Y: Rows, loss: str | Loss = "squared_error", engine: str = "auto"  # noqa: N803
    ) -> float:  # fmt: skip
        """Compute the gradient of the mean loss over many examples, in the place of any gradients there are.

        `dC/dw` of the mean is the mean of the examples' own. It is left on the neurons and edges; `update` can step
        with it. Of a single row the inputs have their `a_grad`, `dC/dx`; of several it is None.

        Parameters
        ----------
        X, Y : sequence of rows
            Examples and their targets.
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
        from neurograph.engines.choice import chosen, seconds_on_objects
        from neurograph.engines.compiled.jit import machine
        from neurograph.engines.compiled.learner import CompiledLearner
        from neurograph.engines.objects import Learner

        schedule = self.schedule(LOSSES.find(loss))
        inputs, outputs = ([neuron.name for neuron in some] for some in (self.inputs, self.outputs))
        if _is_empty(X):
            raise InvalidValueError("gradient: got no rows, expected at least 1.")
        examples = pairs(X, Y, inputs, outputs)
        for _, y in examples:
            schedule.objective.aim(y)
        for neuron in self.inputs:
            neuron.a_grad = None
        learner, count = Learner(self, schedule, SGD()), len(examples)
        compiled, _ = chosen(
            engine,
            seconds_on_objects(self, count),
            "gradient",
            lambda: CompiledLearner(machine(), learner, examples, [], count, False),
        )
        done = compiled.learn(range(count), 1.0, moves=False) if compiled else None
        try:
            done = done or learner.gradient_checked(examples)
            if count == 1:
                run(schedule.inputs)
                check_inputs(self.inputs)
        except NumericalError:
            self.note_run()
            self.forget()
            raise
        self.note_run()
        return done[0] / count

    def forward(self, x: Sequence[float]) -> list[float]:
        """Run one row forward; see `Network.forward`."""
        raise NotImplementedError

    def schedule(self, loss: str | Loss = "squared_error", long_way: bool = False) -> Schedule:
        """Give the order of all acts; see `Network.schedule`."""
        raise NotImplementedError


def _is_empty(some: object) -> bool:
    return isinstance(some, Sized) and getattr(some, "ndim", 1) > 0 and len(some) == 0
