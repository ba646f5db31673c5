"""784-30-10: the strongest neurons of each layer by their true indices, the rest counted and drawn as one."""

import sys

import neurograph as ng
from visualize import draw_network

net = ng.Network.dense([784, 30, 10], ["relu", "softmax"], initializer="he_normal", seed=0)

picture = draw_network(net, most=10, keep="strongest", class_names=[f"digit {i}" for i in range(10)])
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
