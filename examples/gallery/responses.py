"""What each neuron answers over the plane of inputs, from layer to layer."""

import sys

import neurograph as ng
from visualize import plot_responses

circles = ng.datasets.circles(80, seed=0)
net = ng.Network.dense([2, 4, 3, 1], ["tanh", "tanh", "sigmoid"], seed=2)
ng.train(net, circles.X, circles.Y, "binary_cross_entropy", ng.Adam(0.03), epochs=80, batch_size=10)

picture = plot_responses(net, circles.X, circles.Y)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
