"""A training run on one page: every plot takes the axes that it is given."""

import sys

from matplotlib.figure import Figure

import neurograph as ng
from visualize import plot_confusion, plot_history, plot_saturation, plot_update_ratio, save_figure

iris = ng.datasets.load_iris()
learned, aside = ng.split(iris, 0.2, seed=0)
net = ng.Network.dense([4, 5, 3], ["sigmoid", "softmax"], seed=0)
history = ng.train(
    net, learned.X, learned.Y, "cross_entropy", ng.Adam(0.02), epochs=60, batch_size=10,
    validation=(aside.X, aside.Y), record=["activations", "updates"],
)  # fmt: skip

figure = Figure(figsize=(10, 7), layout="constrained")
(one, two), (three, four) = figure.subplots(2, 2)
drawn = [
    plot_history(history, one),
    plot_confusion([net.forward(x) for x in aside.X], aside.Y, iris.class_names, two),
    plot_saturation(history, three),
    plot_update_ratio(history, four),
]
alt = " ".join(plot.alt_text() for plot in drawn)
print(alt)
if len(sys.argv) > 1:
    save_figure(figure, sys.argv[1], alt)
