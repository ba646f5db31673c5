"""One neuron and its verbs: the whole of backpropagation, each verb as the textbook writes it.

A neuron knows its own numbers and the edges that touch it; it does not know the order in which neurons act, nor the
loss. Notation: M. Nielsen, "Neural Networks and Deep Learning", chapter 2.
"""

# That no verb reads a None, the order of the passes sees to; the type checker cannot: hence `type: ignore`.
from __future__ import annotations

from neurograph.graph.face import Face, Role
from neurograph.rules.activations import Activation
from neurograph.rules.softmax import JointActivation

__all__ = ["Neuron"]


class Neuron(Face):
    """A neuron and what it can do; what it shows of itself is in face.py. What is not computed is None."""

    __slots__ = ("a", "a_grad", "bias_grad", "delta", "z")

    def __init__(self, name: str, role: Role, rule: Activation | JointActivation, bias: float = 0.0) -> None:
        super().__init__(name, role, rule, bias)
        self.forget()

    def forget(self) -> None:
        """Set everything that the passes compute to None."""
        self.z: float | None = None
        self.a: float | None = None
        self.a_grad: float | None = None
        self.delta: float | None = None
        self.bias_grad: float | None = None

    # The forward pass.

    def integrate(self) -> None:
        """Sum up the inputs: `z = sum(w * a_source) + b`."""
        z = 0.0
        for edge in self.fan_in:
            z += edge.w * edge.source.a  # type: ignore[operator]
        self.z = z + self.b

    def fire(self) -> None:
        """Activate: `a = f(z)`."""
        self.a = self.rule.value(self.z)  # type: ignore[arg-type,union-attr]

    # The backward pass. The outputs' dC/da comes from the loss (target.py).

    def collect(self) -> None:
        """Gather the error from downstream, the first half of BP2: `dC/da = sum(w * delta_target)`."""
        a_grad = 0.0
        for edge in self.fan_out:
            a_grad += edge.w * edge.target.delta  # type: ignore[operator]
        self.a_grad = a_grad

    def settle(self) -> None:
        """Turn dC/da into the neuron's own error, BP1 for an output and BP2 for the rest: `delta = dC/da * f'(z)`."""
        self.delta = self.a_grad * self.rule.slope(self.z, self.a)  # type: ignore[arg-type,operator,union-attr]

    def learn(self) -> None:
        """Add to the gradients, BP3 and BP4: `dC/db += delta` and `dC/dw += a_source * delta`."""
        delta = self.delta
        self.bias_grad += delta  # type: ignore[operator]
        for edge in self.fan_in:
            edge.grad += edge.source.a * delta  # type: ignore[operator]

    # Once per batch.

    def clear(self) -> None:
        """Start the gradients at 0, so that `learn` can add to them."""
        self.bias_grad = 0.0
        for edge in self.fan_in:
            edge.grad = 0.0

    def begin(self) -> None:
        """Do `clear` and `learn` in one, for the first example of a batch."""
        delta = self.delta
        self.bias_grad = 0.0 + delta  # type: ignore[operator]
        for edge in self.fan_in:
            edge.grad = 0.0 + edge.source.a * delta  # type: ignore[operator]

    def average(self, count: int) -> None:
        """Turn sums over a batch into means: `dC/db` and `dC/dw` divided by the number of examples."""
        self.bias_grad /= count  # type: ignore[operator]
        for edge in self.fan_in:
            edge.grad /= count  # type: ignore[operator]

    def update(self, rate: float) -> None:
        """Step down the gradient: `b = b - rate * dC/db` and `w = w - rate * dC/dw`, but for what is frozen or tied."""
        if not self.frozen:
            self.b -= rate * self.bias_grad  # type: ignore[operator]
        for edge in self.fan_in:
            if not edge.frozen and edge.tie is None:
                edge.w -= rate * edge.grad  # type: ignore[operator]

    def descend(self, rate: float) -> None:
        """Do `begin` and `update` in one, for a batch of one example where nothing is frozen or tied."""
        delta = self.delta
        self.bias_grad = grad = 0.0 + delta  # type: ignore[operator]
        self.b -= rate * grad
        for edge in self.fan_in:
            edge.grad = grad = 0.0 + edge.source.a * delta  # type: ignore[operator]
            edge.w -= rate * grad
