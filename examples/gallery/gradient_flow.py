"""Gradients that vanish: in a deep sigmoid net the first layers get a thousandth of what the last one gets."""

import sys

import neurograph as ng
from visualize import plot_gradients

moons = ng.datasets.moons(60, seed=0)
net = ng.Network.dense([2, 5, 5, 5, 5, 5, 5, 1], "sigmoid", seed=0)
history = ng.train(net, moons.X, moons.Y, optimizer=ng.SGD(1.0), epochs=40, batch_size=10, record=["gradients"])

picture = plot_gradients(history)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
