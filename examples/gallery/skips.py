"""Any graph without cycles: edges that skip layers have lanes of their own and pass no neuron but their ends."""

import sys
from random import Random

import neurograph as ng
from visualize import draw_network

rng = Random(5)  # noqa: S311  # weights, not secrets
net = ng.Network()
names = [net.add_input(f"x{i}").name for i in (1, 2, 3)]
for level in (1, 2, 3):
    layer = [net.add_neuron(f"h{level}_{i}", "relu", bias=rng.uniform(-0.5, 0.5)).name for i in (1, 2, 3)]
    for target in layer:
        for source in rng.sample(names, 4 if level > 1 else 2):
            net.connect(source, target, rng.gauss(0.0, 0.7))
    names += layer
net.add_output("o1", "sigmoid")
for source in ("x1", "h1_2", "h2_1", "h3_1", "h3_2", "h3_3"):
    net.connect(source, "o1", rng.gauss(0.0, 0.7))

picture = draw_network(net, highlight=("x1", "o1"))
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
