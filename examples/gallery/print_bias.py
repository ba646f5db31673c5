"""For a book: biases as edges from a +1, textbook names, negative edges dashed, readable without colour."""

import sys

import neurograph as ng
from visualize import draw_network

net = ng.Network.dense([2, 2, 1], "sigmoid", seed=4, bias="glorot_uniform")

picture = draw_network(net, bias="node", labels="math", theme="print", digits=2)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
