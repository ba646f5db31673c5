"""The loss over two weights, and the way that training took."""

import sys

import neurograph as ng
from visualize import plot_loss_surface

xor = ng.datasets.xor()
net = ng.Network.dense([2, 2, 1], ["tanh", "sigmoid"], seed=3)
history = ng.train(net, xor.X, xor.Y, optimizer=ng.SGD(2.0), epochs=400, batch_size=None, snapshots=5)

picture = plot_loss_surface(net, xor.X, xor.Y, path=history)
print(picture.alt_text())
if len(sys.argv) > 1:
    picture.save(sys.argv[1])
