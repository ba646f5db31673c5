"""The face of a neuron: what people read of it and may set, with the checks that the loops of the passes leave out.

What a neuron does stands in neuron.py; this file computes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from neurograph.errors import GraphError
from neurograph.graph.linked import Linked
from neurograph.intake import finite
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import JointActivation

if TYPE_CHECKING:
    from neurograph.graph.edge import Edge
    from neurograph.graph.group import Group

__all__ = ["Face", "Role"]

Role = Literal["input", "hidden", "output"]


class Face(Linked):
    """A neuron, made by `add_input`, `add_neuron` or `add_output`. What is not computed is None.

    Attributes
    ----------
    name, role, activation : str, {"input", "hidden", "output"}, record
        Who it is, what it is there for, and its function.
    bias, b : float
        The bias: `bias` checks what is assigned, `b` is the same float for the loops of the passes.
    z, a : float or None
        The weighted sum (none for an input) and the activation of the last forward pass.
    a_grad, delta, bias_grad : float or None
        `dC/da`, `dC/dz`, and `dC/db`, which is added up since the last `zero_grad`. An input has `dC/da` only, after
        `backward`: its `dC/dx`.
    frozen : bool
        Whether no update moves the bias.
    incoming, outgoing : tuple of Edge
        Its edges, in the order in which they were connected.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid", initializer="ones")
    >>> net["o1"].z is None, net.forward([1.0, -1.0]), net["o1"].z
    (True, [0.5], 0.0)
    """

    __slots__ = ("_name", "b", "fan_in", "fan_out", "frozen", "group", "role", "rule")

    def __init__(self, name: str, role: Role, rule: Activation | JointActivation, bias: float) -> None:
        self._name = name
        self.role = role
        self.rule = rule
        self.b = bias
        self.frozen = False
        self.group: Group | None = None
        self.fan_in: list[Edge] = []
        self.fan_out: list[Edge] = []

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
            raise GraphError(f"neuron {self.name}: an input has no bias. Set the bias of a hidden or output neuron.")
        self.b = finite(value, f"neuron {self.name}, bias")

    @property
    def incoming(self) -> tuple[Edge, ...]:
        """The edges into this neuron."""
        return tuple(self.fan_in)

    @property
    def outgoing(self) -> tuple[Edge, ...]:
        """The edges out of this neuron."""
        return tuple(self.fan_out)

    def __repr__(self) -> str:
        bias = "" if self.role == "input" else f", {self.rule.name}, bias {self.b:.6g}"
        return f"<Neuron {self.name}: {self.role}{bias}>"
