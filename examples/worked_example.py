"""The 2-2-2 example that many courses work through by hand (M. Mazur, 2015), told line by line and checked.

Its published numbers: loss 0.298371109, dC/dw5 0.082167041, and w5 after the step 0.35891648.
"""

import neurograph as ng

net = ng.Network.dense([2, 2, 2], "sigmoid")
weights = {
    "x1": {"h1": 0.15, "h2": 0.25},
    "x2": {"h1": 0.20, "h2": 0.30},
    "h1": {"o1": 0.40, "o2": 0.50},
    "h2": {"o1": 0.45, "o2": 0.55},
}
for source, row in weights.items():
    for target, weight in row.items():
        net.edge(source, target).weight = weight
for name, bias in (("h1", 0.35), ("h2", 0.35), ("o1", 0.60), ("o2", 0.60)):
    net[name].bias = bias

trace = net.trace([0.05, 0.10], [0.01, 0.99], learning_rate=0.5, digits=9)
print(f"loss {trace.loss_before:.9f}, after the step {trace.loss_after:.9f}")
print(f"dC/dw5 = {trace.before.edge('h1', 'o1').grad:.9f}, w5 becomes {trace.after.edge('h1', 'o1').weight:.8f}\n")

for step in trace:
    if step.subject == "h1" and step.phase in ("backward", "gradient"):
        print(step, end="\n\n")
print(ng.check_gradients(net, [0.05, 0.10], [0.01, 0.99]).summary())
