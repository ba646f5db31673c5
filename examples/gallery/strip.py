"""A whole training step for print: forward, backward, gradients and update, one panel a layer."""

import sys

import neurograph as ng
from visualize import draw_strip

net = ng.Network.dense([2, 3, 2], ["tanh", "sigmoid"], seed=1)
trace = net.trace([0.5, -1.0], [1.0, 0.0], learning_rate=0.5)

picture = draw_strip(trace, theme="print")
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
