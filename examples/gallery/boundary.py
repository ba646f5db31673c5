"""Which class where: the regions and the examples in the same colours, those that the net gets wrong ringed."""

import sys

import neurograph as ng
from visualize import plot_decision_boundary

moons = ng.datasets.moons(120, noise=0.2, seed=1)
net = ng.Network.dense([2, 6, 1], ["tanh", "sigmoid"], seed=0)
ng.train(net, moons.X, moons.Y, "binary_cross_entropy", ng.Adam(0.05), epochs=60, batch_size=10)

picture = plot_decision_boundary(net, moons.X, moons.Y, feature_names=["x", "y"], resolution=80)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
