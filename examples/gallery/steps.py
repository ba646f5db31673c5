"""The steps of one training step as a film, each with its equation and the numbers in."""

import sys

import neurograph as ng
from visualize import animate_steps

net = ng.Network.dense([2, 2, 1], ["tanh", "sigmoid"], seed=1)
trace = net.trace([0.5, -1.0], [1.0], learning_rate=0.5)

film = animate_steps(trace, sys.argv[1] if len(sys.argv) > 1 else "steps.gif", unit="layer", seconds=1.5)
print(film.alt)
