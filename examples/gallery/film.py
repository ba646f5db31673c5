"""Training as a film: the weights, the boundary and the loss, epoch by epoch."""

import sys

import neurograph as ng
from visualize import animate_training

moons = ng.datasets.moons(80, noise=0.15, seed=1)
net = ng.Network.dense([2, 5, 1], ["tanh", "sigmoid"], seed=0)
history = ng.train(net, moons.X, moons.Y, "binary_cross_entropy", ng.Adam(0.05), epochs=45, batch_size=10, snapshots=3)

film = animate_training(net, history, moons.X, moons.Y, sys.argv[1] if len(sys.argv) > 1 else "film.gif", seconds=0.3)
print(film.alt)
