"""A net built by hand, with an edge that skips a layer: forward, backward, one update."""

import neurograph as ng

net = ng.Network()
for name in ("x1", "x2"):
    net.add_input(name)
net.add_neuron("h1", "tanh", bias=0.1)
net.add_output("o1", "sigmoid")
net.connect("x1", "h1", 0.5)
net.connect("x2", "h1", -0.4)
net.connect("h1", "o1", 0.8)
net.connect("x2", "o1", 0.2)  # skips h1

print("output", net.forward([1.0, 2.0]))
print("loss  ", net.backward([1.0], loss="squared_error"))
for neuron in net.neurons[2:]:
    print(f"{neuron.name}: z = {neuron.z:.4f}, a = {neuron.a:.4f}, dC/dz = {neuron.delta:.4f}")
for edge in net.edges:
    print(f"{edge.label}: w = {edge.weight}, dC/dw = {edge.grad:.4f}")

net.update(learning_rate=0.5)
print("output after one step", net.forward([1.0, 2.0]))
