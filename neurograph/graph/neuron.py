"""One neuron and its verbs: the whole of backpropagation, each verb as the textbook writes it.

A neuron knows its own numbers and the edges that touch it; it does not know the order in which neurons act, nor the
loss. Notation: M. Nielsen, "Neural Networks and Deep Learning", chapter 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NoReturn

from neurograph.errors import GraphError
from neurograph.graph.edge import NOT_COMPUTED, Edge, refuse_copy
from neurograph.intake import finite
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import JointActivation

if TYPE_CHECKING:
    from neurograph.graph.group import Group
    from neurograph.graph.tie import Tie

__all__ = ["Neuron", "Role"]

Role = Literal["input", "hidden", "output"]


class Neuron:
    """A neuron, made by `add_input`, `add_neuron` or `add_output`. What is not computed is None.

    Attributes
    ----------
    name, role : str, {"input", "hidden", "output"}
        Who it is, and what it is there for.
    activation, rule : Activation or JointActivation
        Its function: the same record twice, as with the bias.
    group : Group or None
        Those with whom it shares a joint activation.
    bias, b : float
        The bias: `bias` checks what is assigned, `b` is the same float for the loops of the passes.
    z, a : float or None
        The weighted sum (none for an input) and the activation of the last forward pass.
    a_grad, delta, bias_grad : float or None
        `dC/da`, `dC/dz`, and `dC/db`, which is added up since the last `zero_grad`. An input has `dC/da` only, after
        `backward`: its `dC/dx`.
    frozen, tie : bool, Tie or None
        Whether no update moves the bias; what it is shared with. `Network.freeze` and `Network.tie` set them.
    free : bool
        Whether an update moves the bias by itself: neither frozen nor tied. An input has none to move.
    incoming, outgoing : tuple of Edge
        Its edges, in the order in which they were connected.
    fan_in, fan_out : list of Edge
        The same for the loops of the passes; only the network writes them.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid", initializer="ones")
    >>> net["o1"].z is None, net.forward([1.0, -1.0]), net["o1"].z
    (True, [0.5], 0.0)
    """

    __slots__ = (
        "_frozen", "_name", "_tie", "a", "a_grad", "b", "bias_grad", "delta", "fan_in", "fan_out", "free", "group",
        "role", "rule", "z",
    )  # fmt: skip

    def __init__(self, name: str, role: Role, rule: Activation | JointActivation, bias: float = 0.0) -> None:
        self._name = name
        self.role = role
        self.rule = rule
        self.b = bias
        self._hold(frozen=False, tie=None)
        self.group: Group | None = None
        self.fan_in: list[Edge] = []
        self.fan_out: list[Edge] = []
        self._forget()

    def _forget(self) -> None:
        """Set everything that the passes compute to None."""
        self.z: float = NOT_COMPUTED
        self.a: float = NOT_COMPUTED
        self.a_grad: float = NOT_COMPUTED
        self.delta: float = NOT_COMPUTED
        self._forget_gradients()

    def _forget_gradients(self) -> None:
        self.bias_grad: float = NOT_COMPUTED
        for edge in self.fan_in:
            edge.grad = NOT_COMPUTED

    def _hold(self, frozen: bool, tie: Tie | None) -> None:
        """Say what holds the bias; for `Structure`, which holds a tie's members alike."""
        self._frozen, self._tie = frozen, tie
        self.free = not frozen and tie is None and self.role != "input"

    # The forward pass.

    def integrate(self) -> None:
        """Sum up the inputs: `z = sum(w * a_source) + b`."""
        z = 0.0
        for edge in self.fan_in:
            z += edge.w * edge.source.a
        self.z = z + self.b

    def fire(self) -> None:
        """Activate: `a = f(z)`."""
        self.a = self.rule.value(self.z)  # type: ignore[union-attr]  # a group fires, and finds deltas, for its members

    # The backward pass. The outputs' dC/da comes from the loss (target.py).

    def gather_error(self) -> None:
        """Gather the error from downstream, the first half of BP2: `dC/da = sum(w * delta_target)`."""
        a_grad = 0.0
        for edge in self.fan_out:
            a_grad += edge.w * edge.target.delta
        self.a_grad = a_grad

    def compute_delta(self) -> None:
        """Turn dC/da into the neuron's own error, BP1 for an output and BP2 for the rest: `delta = dC/da * f'(z)`."""
        self.delta = self.a_grad * self.rule.slope(self.z, self.a)  # type: ignore[union-attr]  # as in fire

    def add_gradients(self) -> None:
        """Add to the gradients, BP3 and BP4: `dC/db += delta` and `dC/dw += a_source * delta`."""
        delta = self.delta
        self.bias_grad += delta
        for edge in self.fan_in:
            edge.grad += edge.source.a * delta

    # Once per batch.

    def zero_gradients(self) -> None:
        """Start the gradients at 0, so that `add_gradients` can add to them."""
        self.bias_grad = 0.0
        for edge in self.fan_in:
            edge.grad = 0.0

    def average(self, count: int) -> None:
        """Turn sums over a batch into means: `dC/db` and `dC/dw` divided by the number of examples."""
        self.bias_grad /= count
        for edge in self.fan_in:
            edge.grad /= count

    def update(self, rate: float) -> None:
        """Step down the gradient: `b = b - rate * dC/db` and `w = w - rate * dC/dw`, but for what is frozen or tied."""
        if self.free:
            self.b -= rate * self.bias_grad
        for edge in self.fan_in:
            if edge.free:
                edge.w -= rate * edge.grad

    # What people read of a neuron and may set, with the checks that the loops of the passes leave out.

    @property
    def name(self) -> str:
        """The neuron's name."""
        return self._name

    @property
    def activation(self) -> Activation | JointActivation:
        """The neuron's function; a group's members share one."""
        return self.rule

    @property
    def bias(self) -> float:
        """The bias."""
        return self.b

    @bias.setter
    def bias(self, value: object) -> None:
        if self.role == "input":
            raise GraphError(
                "an input has no bias.", where=f"neuron {self.name}", cure="Set the bias of a hidden or output neuron."
            )
        bias = finite(value, f"neuron {self.name}, bias")
        if self._tie:
            self._tie.move_to(bias)
        self.b = bias

    @property
    def frozen(self) -> bool:
        """Whether no update moves the bias."""
        return self._frozen

    @property
    def tie(self) -> Tie | None:
        """The tie by which it shares its bias."""
        return self._tie

    @property
    def holders(self) -> list[Neuron | Edge]:
        """Those who have the numbers that it learns: itself, for its bias, then its incoming edges."""
        return [self, *self.fan_in]

    @property
    def incoming(self) -> tuple[Edge, ...]:
        """The edges into this neuron."""
        return tuple(self.fan_in)

    @property
    def outgoing(self) -> tuple[Edge, ...]:
        """The edges out of this neuron."""
        return tuple(self.fan_out)

    def __reduce__(self) -> NoReturn:
        refuse_copy(f"neuron {self.name}")

    def __repr__(self) -> str:
        bias = "" if self.role == "input" else f", {self.rule.name}, bias {self.b:.6g}"
        return f"<Neuron {self.name}: {self.role}{bias}>"
