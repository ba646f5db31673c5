"""A recurrent net, unrolled: the same neuron at each moment, with its weights and its bias tied over time.

It has one number of memory, h_t = w h_(t-1) + u x_t + b, sees four numbers one after the other and is told their sum at
the end. Backpropagation through time is then nothing but backpropagation: the gradient of a tied parameter is the sum
over the moments at which it is used. Run with: python examples/unrolled_in_time.py
"""

from random import Random

import neurograph as ng


def unrolled(moments: int, w: float, u: float, b: float) -> ng.Network:
    """h_1 -> h_2 -> ... with an input at each moment; the last h is the output."""
    net = ng.Network()
    for t in range(1, moments + 1):
        net.add_input(f"x{t}")
        add = net.add_output if t == moments else net.add_neuron
        add(f"h{t}", "identity", bias=b)
        net.connect(f"x{t}", f"h{t}", u)
        if t > 1:
            net.connect(f"h{t - 1}", f"h{t}", w)
    net.tie(*(net.edge(f"h{t - 1}", f"h{t}") for t in range(2, moments + 1)))
    net.tie(*(net.edge(f"x{t}", f"h{t}") for t in range(1, moments + 1)))
    net.tie(*(f"h{t}" for t in range(1, moments + 1)))
    return net


net = unrolled(4, w=0.5, u=0.3, b=0.2)
print("Four moments, three parameters:")
for tie in net.ties:
    print(f"  {tie}")

trace = net.trace([1.0, 2.0, -1.0, 0.5], [2.5], digits=3)
step = next(step for step in trace if step.phase == "update")
print("\nHow the shared bias learns from one sequence, the same at every moment:")
print("\n".join(str(step).splitlines()[1:5]))

random = Random(0)  # noqa: S311  # sequences, not secrets
sequences = [[random.uniform(-1.0, 1.0) for _ in range(4)] for _ in range(50)]
sums = [[sum(numbers)] for numbers in sequences]
history = ng.train(net, sequences, sums, optimizer=ng.Adam(0.02), epochs=100, batch_size=10)
w, u, b = net.edge("h1", "h2").weight, net.edge("x1", "h1").weight, net["h1"].bias
print(f"\nloss {history.losses[0]:.3f} -> {history.losses[-1]:.1e}")
print(f"h_t = {w:.4f} h_(t-1) + {u:.4f} x_t + {round(b, 4) + 0.0}")

numbers = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]
longer = unrolled(len(numbers), w, u, b)
print(f"\nThe same neuron over eight moments: {numbers} add up to {longer.forward(numbers)[0]:.3f}")
