"""Three mistakes that circulate in tutorials, and the gradient check catching each of them."""

import math
from collections.abc import Sequence

import neurograph as ng
from neurograph.rules.softmax import SOFTMAX

# 1. The slope of tanh, written as 1 - a where it should be 1 - a**2.
wrong_tanh = ng.Activation("wrong_tanh", math.tanh, lambda z, a: 1.0 - a, "tanh(z)", "1 - a", bounds=(-1.0, 1.0))
net = ng.Network.dense([2, 3, 1], [wrong_tanh, "sigmoid"], seed=1)
report = ng.check_gradients(net, [0.5, -1.0], [1.0])
print("1 - a for tanh:            ", report.summary())
print("   first wrong:            ", report.wrong[0].kind, report.wrong[0].name)

# 2. Softmax differentiated by the diagonal of its Jacobian only, as if each output depended on its own z alone.
diagonal = ng.JointActivation(
    "diagonal",
    SOFTMAX.values,
    lambda z, a, k, j: a[k] * (1.0 - a[k]) if k == j else 0.0,
    "exp(z) / sum(exp(t) for t in group)",
    "a_k * (1 - a_k) * same",
    bounds=(0.0, 1.0),
    sums_to_one=True,
)
net = ng.Network.dense([2, 3, 3], ["tanh", diagonal], seed=1)
report = ng.check_gradients(net, [0.5, -1.0], [0.0, 1.0, 0.0], loss="cross_entropy")
print("softmax, diagonal only:    ", report.summary())


# 3. A backward pass of one's own that has updated the output weights before it uses them for the hidden deltas.
def updates_too_early(net: ng.Network, y: Sequence[float], loss: ng.Loss) -> None:
    """Change the output weights first, and then send the errors back through them."""
    for output, target in zip(net.outputs, y, strict=True):
        output.a_grad = loss.slope(output.a or 0.0, target, len(y))
        output.compute_delta()
        output.add_gradients()
        output.update(0.5)  # too early
    for hidden in net.layers[1]:
        hidden.gather_error()
        hidden.compute_delta()
        hidden.add_gradients()


net = ng.Network.dense([2, 3, 2], "sigmoid", seed=1)
report = ng.check_gradients(net, [0.5, -1.0], [1.0, 0.0], backward=updates_too_early)
print("weights updated too early: ", report.summary())
print("   first wrong:            ", report.wrong[0].kind, report.wrong[0].name)
