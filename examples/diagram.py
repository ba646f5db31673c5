"""A net after one flower has gone forward and back, as a picture: `python examples/diagram.py picture.png`."""

import sys

from matplotlib.figure import Figure

import neurograph as ng
from visualize import draw_network

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 5, 3], "sigmoid", seed=0)
net.forward(iris.X[0])
net.backward(iris.Y[0])

figure = Figure(figsize=(12, 4), layout="constrained")
for ax, show in zip(figure.subplots(1, 3), ("weights", "forward", "backward"), strict=True):
    draw_network(net, ax, show)
    ax.set_title(show)
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1], dpi=72)
    print(f"wrote {sys.argv[1]}")
