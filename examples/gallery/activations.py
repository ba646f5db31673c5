"""Every neuron on every flower: which neuron tells which class."""

import sys

import neurograph as ng
from visualize import plot_activations

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=0)
ng.train(net, iris.X, iris.Y, "cross_entropy", ng.Adam(0.02), epochs=40, batch_size=10)

picture = plot_activations(net, iris.X, iris.Y, class_names=iris.class_names)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
