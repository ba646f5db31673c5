"""The error on its way back: every product w·δ, every δ, and the gradient of every weight."""

import sys

import neurograph as ng
from visualize import draw_network

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=0)
ng.train(net, iris.X, iris.Y, "cross_entropy", epochs=3)
net.forward(iris.X[60])
net.backward(iris.Y[60], "cross_entropy")

picture = draw_network(net, show="backward", feature_names=iris.feature_names, class_names=iris.class_names)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
