"""The traces that the tests of the page put on pages."""

from __future__ import annotations

from functools import cache, partial
from random import Random

from page_reader import Page

import neurograph as ng
from visualize.page.stepper import stepper_html

IRIS = [5.1, 3.5, 1.4, 0.2]


def softmax(**options):
    net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=1)
    return net.trace(IRIS, [1.0, 0.0, 0.0], "cross_entropy", 0.5, **options)


def sigmoid(**options):
    return ng.Network.dense([4, 5, 3], "sigmoid", seed=2).trace(IRIS, [0.0, 1.0, 0.0], learning_rate=0.5, **options)


def batch(**options):
    net = ng.Network.dense([2, 3, 3], ["tanh", "softmax"], seed=3)
    x = [[0.5, -1.0], [1.5, 0.25], [0.0, 0.0]]
    return net.trace(x, [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], "cross_entropy", 0.25, **options)


def held(**options):
    """A frozen neuron, a frozen weight, tied weights and biases, others that are frozen too, and a batch."""
    net = ng.Network.dense([3, 3, 2], ["tanh", "identity"], seed=4)
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h2"), net.edge("h3", "o1"))
    net.tie(net.edge("x1", "h2"), net.edge("x2", "h3"))
    net.tie("h1", "h3", "o1")
    net.freeze("o2", net.edge("x3", "h1"), net.edge("x1", "h2"))
    return net.trace([[1.0, 2.0, 0.5], [0.5, -1.0, 0.25]], [[0.5, 0.0], [1.0, 0.25]], **options)


def adam(**options):
    """The second step of Adam."""
    net = ng.Network.dense([2, 2, 1], "tanh", seed=6)
    return net.trace([1.0, 2.0], [0.5], optimizer=ng.Adam(0.1), **options).next([0.5, 1.0], [1.0])


def limited(**options):
    """Frozen and tied parts under a penalty that shrinks, and both limits."""
    clip = ng.Clip(norm=0.5, value=0.2)
    return held(optimizer=ng.Momentum(0.1), regularizer=ng.ElasticNet(0.01, 0.1, biases=True), clip=clip, **options)


def gated(**options):
    """A softmax group among the hidden neurons, and skip edges past it."""
    net = ng.Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    for name in ("s1", "s2", "s3"):
        net.add_neuron(name, "softmax", 0.25, "gate")
    net.add_output("o1", "tanh", -0.5)
    draw = Random(5).uniform
    for way in ["x1->s1", "x2->s1", "x1->s2", "x2->s3", "x1->o1", "s1->o1", "s2->o1", "s3->o1", "x2->o1"]:
        net.connect(*way.split("->"), draw(-1.5, 1.5))
    return net.trace([0.5, -1.25], [0.75], **options)


def half_short(**options):
    """The output o1 goes on to o2, from where an error comes back; h2 is read by nobody, h3 reads nobody."""
    net = ng.Network()
    net.add_input("x1")
    net.add_output("o1", "sigmoid", 0.25)
    for name, rule in (("h1", "gelu"), ("h2", "relu"), ("h3", "softplus")):
        net.add_neuron(name, rule, -0.5)
    net.add_output("o2", "sigmoid", -0.5)
    for way in ["x1->o1", "o1->h1", "h1->o2", "x1->o2", "x1->h2", "h3->o2"]:
        net.connect(*way.split("->"), 0.75 if way.startswith("x1") else -0.5)
    return net.trace([0.5], [1.0, 0.25], "binary_cross_entropy", **options)


def outputs_of_a_group(**options):
    """Binary cross-entropy after a softmax with a hidden member, of which one output feeds another neuron."""
    net = ng.Network()
    net.add_input("x1")
    for name, add in (("h", net.add_neuron), ("o1", net.add_output), ("o2", net.add_output)):
        add(name, "softmax", 0.25, "mixed")
    net.add_output("o3", "sigmoid")
    for at, way in enumerate(["x1->h", "x1->o1", "x1->o2", "o1->o3", "h->o3"]):
        net.connect(*way.split("->"), 0.75 - 0.5 * at)
    return net.trace([0.5], [1.0, 0.25, 0.0], "binary_cross_entropy", **options)


TRACES = {
    "Adam": adam,
    "limited": limited,
    "softmax": softmax,
    "sigmoid": sigmoid,
    "batch": batch,
    "frozen and tied": held,
    "hidden softmax": gated,
    "half short": half_short,
    "outputs of a group": outputs_of_a_group,
    "to the inputs": partial(softmax, input_gradients=True),
    "long way": partial(softmax, long_way=True),
    "batch, long way, in full": partial(batch, long_way=True, digits=None),
    "fractions": partial(sigmoid, fractions=True, digits=3),
    "in full": partial(half_short, digits=None),
}


@cache
def told(name):
    """One of the traces and its page."""
    trace = TRACES[name]()
    return trace, Page(stepper_html(trace))


def in_full(case):
    """The trace of a random case, with every digit and every term, and its page."""
    trace = case.net.trace(case.x, case.y, case.loss, 0.25, digits=None).written(digits=None, terms=None)
    return trace, Page(stepper_html(trace))


def wide(finest):
    """A net whose acts have up to 46 lines, and its page, which shows some of its neurons."""
    trace = ng.Network.dense([45, 7, 2], "tanh", seed=6).trace([0.1] * 45, [0.5, -0.5])
    return trace, Page(stepper_html(trace, most=4, finest=finest))
