"""Every weight and bias over the epochs."""

import sys

import neurograph as ng
from visualize import plot_weights

xor = ng.datasets.xor()
net = ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=1)
history = ng.train(net, xor.X, xor.Y, "binary_cross_entropy", ng.Adam(0.05), epochs=150, snapshots=1)

picture = plot_weights(history)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
