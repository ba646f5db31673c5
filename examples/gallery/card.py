"""One neuron with everything: its edges, its numbers, and the equations with the numbers in."""

import sys

import neurograph as ng
from visualize import draw_card

iris = ng.datasets.load_iris()
net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=1)
trace = net.trace(iris.X[60], iris.Y[60], "cross_entropy")

picture = draw_card(trace, "h2", feature_names=iris.feature_names, class_names=iris.class_names)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
