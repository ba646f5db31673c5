"""One step down the gradient: every weight and bias from old to new, for a slide with a dark page."""

import sys

import neurograph as ng
from visualize import draw_network

net = ng.Network.dense([2, 3, 2], ["tanh", "sigmoid"], seed=1)
trace = net.trace([0.5, -1.0], [1.0, 0.0], learning_rate=0.5)

picture = draw_network(trace, show="update", theme="dark")
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
