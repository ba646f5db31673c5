"""Our pictures beside the barest one there is, in one interleaved run: `python tests/benchmarks/pictures.py`.

The barest picture is one collection of lines, each with its colour and width, and one of circles, at places that are
given. Every contestant makes a figure of 8 x 6 inches and a PNG of it in memory. They take turns in every round, so
that a busy machine slows all of them alike: trust the ratios, medians of those within a round, more than the times.
"""

from __future__ import annotations

import argparse
import io
import platform
from collections.abc import Callable
from statistics import median
from time import perf_counter

import matplotlib
import networkx as nx
from matplotlib.collections import LineCollection
from matplotlib.colors import CenteredNorm
from matplotlib.figure import Figure

import neurograph as ng
from visualize import draw_network
from visualize.network.layout import arrange

SIZES = {(4, 5, 3): 9, (30, 16, 1): 9, (784, 30, 10): 5}  # and how many rounds
SLOW = 5_000  # edges, from which networkx takes most of a minute
BARE = {"colorbar": False, "legend": False, "numbers": False, "labels": "none"}

Places = dict[str, tuple[float, float]]
Draw = Callable[[ng.Network, Places, Figure], object]


def bare(net: ng.Network, places: Places, figure: Figure) -> object:
    """Draw with two calls of matplotlib, as short as they can be."""
    ax = figure.add_subplot()
    edges = net.edges
    weights = [edge.weight for edge in edges]
    largest = max(map(abs, weights))
    ends = [(places[edge.source.name], places[edge.target.name]) for edge in edges]
    lines = LineCollection(
        ends,
        array=weights,
        cmap="PuOr",
        norm=CenteredNorm(),
        linewidths=[0.1 + 2.0 * abs(weight) / largest for weight in weights],
    )
    ax.add_collection(lines)
    ax.scatter(*zip(*places.values(), strict=True), zorder=3)
    ax.autoscale_view()
    ax.set_axis_off()
    return lines


def plain(net: ng.Network, places: Places, figure: Figure) -> object:
    return draw_network(net, figure.add_subplot(), most=None, **BARE)


def all_of_it(net: ng.Network, places: Places, figure: Figure) -> object:
    return draw_network(net, figure.add_subplot(), most=None)


def in_part(net: ng.Network, places: Places, figure: Figure) -> object:
    return draw_network(net, figure.add_subplot(), most=16)


def by_networkx(net: ng.Network, places: Places, figure: Figure) -> object:
    places_of = {neuron: places[neuron.name] for neuron in net.neurons}
    return nx.draw(net.graph, places_of, ax=figure.add_subplot())


CONTESTANTS: dict[str, Draw] = {
    "by hand": bare,
    "(a) bare": plain,
    "(b) full": all_of_it,
    "(c) in part": in_part,
    "nx.draw": by_networkx,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Time our pictures beside one made by hand, and beside networkx.")
    parser.add_argument("--rounds", type=int, help="turns of each contestant (default 9, 9, and 5 of the largest net)")
    parser.add_argument("--slow", action="store_true", help="let networkx draw the largest net too: minutes")
    given = parser.parse_args()
    matplotlib.use("agg")
    versions = f"matplotlib {matplotlib.__version__}, networkx {nx.__version__}, Python {platform.python_version()}"
    print(f"A figure of 8 x 6 in at 100 dpi as PNG, seconds (and times the one made by hand); {versions}")
    print(f"{'net':>10} {'edges':>7} {'rounds':>6}" + "".join(f" {name:>16}" for name in CONTESTANTS))
    for sizes, usual in SIZES.items():
        print(row(list(sizes), given.rounds or usual, given.slow))


def row(sizes: list[int], rounds: int, slow: bool) -> str:
    """Let the contestants take turns at one net, and write a line of the table."""
    net = ng.Network.dense(sizes, "tanh", seed=1)
    layout = arrange(net, most=None)
    places = {node.neurons[0].name: (node.x, node.y) for node in layout.nodes}
    entering = {
        name: draw for name, draw in CONTESTANTS.items() if draw is not by_networkx or slow or len(net.edges) < SLOW
    }
    taken: dict[str, list[float]] = {name: [] for name in entering}
    for draw in entering.values():
        if draw is not by_networkx:
            turn(draw, net, places)  # a first time that does not count: fonts are looked up, modules loaded
    for _ in range(rounds):
        for name, draw in entering.items():
            taken[name].append(turn(draw, net, places))
    cells = []
    for name in CONTESTANTS:
        if name not in taken:
            cells.append(f" {'-':>16}")
            continue
        ratio = median(one / other for one, other in zip(taken[name], taken["by hand"], strict=True))
        cells.append(f" {median(taken[name]):9.3f} {f'({ratio:.2f})':>6}")
    return f"{'-'.join(map(str, sizes)):>10} {len(net.edges):7,} {rounds:6}" + "".join(cells)


def turn(draw: Draw, net: ng.Network, places: Places) -> float:
    """Time one picture, from the network to the bytes, in seconds."""
    start = perf_counter()
    picture(draw, net, places)
    return perf_counter() - start


def picture(draw: Draw, net: ng.Network, places: Places) -> bytes:
    figure = Figure((8.0, 6.0), dpi=100)
    draw(net, places, figure)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


if __name__ == "__main__":
    main()
