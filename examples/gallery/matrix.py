"""The gradient of every edge into a layer, as a matrix: for layers too large to draw edge by edge."""

import sys

import neurograph as ng
from visualize import plot_matrix

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 16, 3], ["tanh", "softmax"], seed=0)
net.forward(iris.X[0])
net.backward(iris.Y[0], "cross_entropy")

picture = plot_matrix(net, layer=1, show="gradients")
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
