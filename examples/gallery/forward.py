"""An example on its way forward: every product w·a, every sum z and every activation a."""

import sys

import neurograph as ng
from visualize import draw_network

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=3)
net.forward(iris.X[0])

picture = draw_network(net, show="forward", feature_names=iris.feature_names, class_names=iris.class_names)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
