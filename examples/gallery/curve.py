"""An activation with its slope, and where the neurons of a net stand on it: the flat ends are where learning stops."""

import sys

import neurograph as ng
from visualize import plot_activation

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=0)
net.forward(iris.X[0])

picture = plot_activation(net)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
