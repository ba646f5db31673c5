"""Where everything stands: no line touches a stranger, no two lie on each other, neuron i is at place i, always."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

import neurograph as ng
from neurograph.graph.edge import Edge
from strategies import random_network
from visualize import draw_network
from visualize.network import layout
from visualize.network.choice import choose
from visualize.network.contents import link_values
from visualize.network.layout import RADIUS, Layout, Link, Node, arrange
from visualize.network.modes import find_mode, read_live
from visualize.network.painter import REST_RADIUS

ROOT = Path(__file__).parents[3]
HAIR = 0.02  # in units of the layout, where neighbours are 1 apart
ONE = 0.3 * math.sqrt(2)  # from the middle of a "+1" to its corner
SEEDS = range(200)


def chain(length: int = 12) -> ng.Network:
    """A chain with every skip there can be: every other neuron is right in the way of most edges."""
    net = ng.Network()
    net.add_input("x1")
    for number in range(1, length - 1):
        net.add_neuron(f"h{number}", "tanh")
    net.add_output("o1", "tanh")
    names = ["x1", *(f"h{number}" for number in range(1, length - 1)), "o1"]
    for at, (source, target) in enumerate(combinations(names, 2)):
        net.connect(source, target, 0.1 * (at % 7) - 0.3)
    return net


def all_to_all(sizes: list[int]) -> ng.Network:
    """Every neuron linked to every one of all later layers."""
    net = ng.Network.dense(sizes, "tanh", seed=5)
    layers = net.layers
    for one, two in combinations(range(len(sizes)), 2):
        if two > one + 1:
            for source in layers[one]:
                for target in layers[two]:
                    net.connect(source, target, 0.25)
    return net


def dag(seed: int) -> ng.Network:
    return random_network(Random(seed))


HARD = {
    "4-5-3": lambda: arrange(ng.Network.dense([4, 5, 3], "tanh")),
    "4-5-3 down": lambda: arrange(ng.Network.dense([4, 5, 3], "tanh"), direction="down"),
    "4-5-3 with +1": lambda: arrange(ng.Network.dense([4, 5, 3], "tanh"), ones=True),
    "16-16-16": lambda: arrange(ng.Network.dense([16, 16, 16], "tanh"), most=None),
    "30-16-1": lambda: arrange(ng.Network.dense([30, 16, 1], "tanh"), most=None),
    "30-16-1 in part": lambda: arrange(ng.Network.dense([30, 16, 1], "tanh"), most=5),
    "300-30-10": lambda: arrange(ng.Network.dense([300, 30, 10], "tanh"), most=None),
    "784-30-10 in part": lambda: arrange(ng.Network.dense([784, 30, 10], "tanh")),
    "784-30-10 in part, with +1, down": lambda: arrange(
        ng.Network.dense([784, 30, 10], "tanh"), ones=True, direction="down"
    ),
    "chain": lambda: arrange(chain()),
    "chain down": lambda: arrange(chain(), direction="down"),
    "chain with +1": lambda: arrange(chain(), ones=True),
    "all to all": lambda: arrange(all_to_all([4, 4, 4, 4, 4])),
    "all to all, unequal": lambda: arrange(all_to_all([7, 2, 5, 1, 3, 2])),
    "all to all, in part": lambda: arrange(all_to_all([9, 8, 7, 6]), most=3),
    "all to all, down, with +1": lambda: arrange(all_to_all([2, 6, 1, 3]), direction="down", ones=True),
}


@cache
def hard(name: str) -> Layout:
    return HARD[name]()


def around(node: Node) -> float:
    """How far what is drawn for a node reaches."""
    return REST_RADIUS if node.is_rest else RADIUS if node.neurons else ONE


def segments(placed: Layout) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts and ends of all straight pieces, and the number of the link that each belongs to."""
    pieces = [(*one, *two, at) for at, link in enumerate(placed.links) for one, two in pairwise(link.points)]
    table = np.array(pieces)
    return table[:, 0:2], table[:, 2:4], table[:, 4].astype(int)


def nearest_strangers(placed: Layout) -> list[tuple[float, Node, Link]]:
    """For each node the link, of those that do not end there, that comes nearest to its rim, and how near."""
    starts, ends, owners = segments(placed)
    ways = ends - starts
    squares = np.maximum((ways**2).sum(axis=1), 1e-300)
    found = []
    for node in placed.nodes:
        strange = np.array([node is not link.source and node is not link.target for link in placed.links])[owners]
        if not strange.any():
            continue
        centre = np.array([node.x, node.y])
        share = np.clip(((centre - starts) * ways).sum(axis=1) / squares, 0.0, 1.0)
        distances = np.hypot(*(starts + share[:, None] * ways - centre).T)
        distances[~strange] = np.inf
        at = int(distances.argmin())
        found.append((float(distances[at]) - around(node), node, placed.links[owners[at]]))
    return found


def touching(placed: Layout) -> list[str]:
    return [
        f"{said(link)} comes within {gap:.3f} of {[neuron.name for neuron in node.neurons]}"
        for gap, node, link in nearest_strangers(placed)
        if gap < HAIR
    ]


def said(link: Link) -> str:
    return " ".join(thing.label if isinstance(thing, Edge) else f"+1->{thing.name}" for thing in link.things[:3])


def lying_on_each_other(placed: Layout, longer: float = 1e-6) -> list[str]:
    """Pairs of links that share more than so long a piece of one straight line.

    Straight pieces are sorted by direction and offset of their line, on four grids, so that no pair on one line is cut
    apart by all of them; only pieces on one line are then compared.
    """
    starts, ends, owners = segments(placed)
    ways = ends - starts
    lengths = np.hypot(*ways.T)
    units = ways / lengths[:, None]
    units[(units[:, 0] < -1e-9) | ((abs(units[:, 0]) <= 1e-9) & (units[:, 1] < 0))] *= -1.0
    angles = np.arctan2(units[:, 1], units[:, 0])
    offsets = units[:, 0] * starts[:, 1] - units[:, 1] * starts[:, 0]
    sides = np.stack([(units * starts).sum(axis=1), (units * ends).sum(axis=1)])
    lows, highs = sides.min(axis=0), sides.max(axis=0)
    found = set()
    for shift_one in (0.0, 0.5):
        for shift_two in (0.0, 0.5):
            keys = np.stack([np.floor(angles / 1e-8 + shift_one), np.floor(offsets / 1e-7 + shift_two)])
            order = np.lexsort((lows, *keys))
            same = (np.diff(keys[:, order]) == 0).all(axis=0)
            for at in np.flatnonzero(same):
                one = order[at]
                for two in order[at + 1 :]:
                    if (keys[:, one] != keys[:, two]).any() or lows[two] >= highs[one] - longer:
                        break
                    if owners[one] != owners[two] and min(highs[one], highs[two]) - lows[two] > longer:
                        found.add(tuple(sorted((int(owners[one]), int(owners[two])))))
    return [f"{said(placed.links[one])} and {said(placed.links[two])}" for one, two in sorted(found)]


def same_ways(placed: Layout) -> int:
    return len(placed.links) - len({tuple(link.points) for link in placed.links})


# No line touches a stranger; no two lines are one.


def test_in_200_random_networks_no_line_touches_a_neuron_that_is_not_its_end():
    skips = 0
    for seed in SEEDS:
        placed = arrange(dag(seed), direction="right" if seed % 2 else "down", ones=seed % 3 == 0)
        skips += sum(len(link.points) > 2 for link in placed.links)
        assert touching(placed) == [], f"seed {seed}"
    assert skips > 300


def test_in_200_random_networks_no_two_lines_lie_on_each_other():
    for seed in SEEDS:
        placed = arrange(dag(seed), direction="right" if seed % 2 else "down", ones=seed % 3 == 0)
        assert lying_on_each_other(placed) == [], f"seed {seed}"
        assert same_ways(placed) == 0, f"seed {seed}"


@pytest.mark.parametrize("name", HARD)
def test_in_hard_networks_no_line_touches_a_stranger_and_no_two_are_one(name):
    placed = hard(name)
    assert touching(placed) == []
    assert lying_on_each_other(placed) == []
    assert same_ways(placed) == 0


def test_lines_that_end_in_different_neurons_of_a_column_keep_apart_there():
    placed = arrange(all_to_all([3, 4, 4, 3]))
    for column in placed.columns[1:-1]:
        x = column[0].x
        heights = sorted(y for link in placed.links for px, y in link.points if px == x)
        lanes_there = sorted({y for y in heights if all(abs(y - node.y) > 1e-9 for node in column)})
        crossing = sum(link.source.layer < column[0].layer < link.target.layer for link in placed.links)
        assert len(lanes_there) == crossing  # a lane for each of its own
        assert all(two - one > 0.3 for one, two in pairwise(lanes_there))


def test_the_checks_see_a_lane_that_is_led_straight_on(monkeypatch):
    monkeypatch.setattr(layout, "curve", lambda stops: [stops[0], stops[-1]])
    broken = arrange(chain())
    assert touching(broken)
    assert lying_on_each_other(broken)


def test_the_checks_see_columns_too_close_for_steep_lines(monkeypatch):
    monkeypatch.setattr(layout, "room_for", lambda rise, radius, straight: 0.0)
    monkeypatch.setattr(layout, "_SLENDER", 0.0)
    assert touching(arrange(ng.Network.dense([16, 16], "tanh")))


def test_the_checks_see_two_lanes_at_one_height(monkeypatch):
    def through_the_middle(stops):
        return [stops[0], *((x, 7.0) for x, _ in stops[1:-1]), stops[-1]]

    monkeypatch.setattr(layout, "curve", through_the_middle)
    assert lying_on_each_other(arrange(chain(5)))


def test_a_line_leaves_its_neuron_and_arrives_exactly_in_the_middle():
    for make in (HARD["chain"], HARD["all to all, in part"], HARD["4-5-3 down"]):
        for link in make().links:
            assert link.points[0] == (link.source.x, link.source.y)
            assert link.points[-1] == (link.target.x, link.target.y)


def test_room_grows_with_the_rise_so_that_a_steep_line_clears_the_neighbours():
    for rise in (1.0, 7.5, 391.5):
        slope = rise / layout.room_for(rise, RADIUS, straight=True)
        assert 1.0 / math.hypot(1.0, slope) > RADIUS + HAIR


# Places.


@pytest.mark.parametrize("direction", ["right", "down"])
def test_neuron_i_is_at_place_i_of_its_layer_in_every_random_network(direction):
    for seed in SEEDS:
        net = dag(seed)
        placed = arrange(net, direction=direction)
        for layer, column in zip(net.layers, placed.columns, strict=True):
            assert [node.neuron for node in column] == layer
            assert [node.index for node in column] == list(range(len(layer)))
            along = [-node.y if direction == "right" else node.x for node in column]
            assert all(two - one > 2 * RADIUS for one, two in pairwise(along))  # in order, and apart


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_connecting_moves_no_neuron_of_a_dense_network(seed):
    def built(order: Random | None) -> ng.Network:
        net = ng.Network()
        names = [["b", "a", "c"], ["q", "p"], ["z", "y"]]
        for name in names[0]:
            net.add_input(name)
        for name in names[1]:
            net.add_neuron(name, "tanh")
        for name in names[2]:
            net.add_output(name, "tanh")
        pairs = [(one, two) for before, after in pairwise(names) for one in before for two in after]
        for source, target in order.sample(pairs, len(pairs)) if order else pairs:
            net.connect(source, target, 0.5)
        return net

    assert places(arrange(built(Random(seed)))) == places(arrange(built(None)))
    assert ways(arrange(built(Random(seed)))) == ways(arrange(built(None)))


@pytest.mark.parametrize("seed", range(30))
def test_the_order_of_connecting_moves_no_neuron_and_keeps_lines_apart_where_there_are_skips(seed):
    net, other = dag(seed), ng.Network()
    by_role = {"input": other.add_input, "hidden": other.add_neuron, "output": other.add_output}
    for neuron in net.graph:
        more = () if neuron.role == "input" else (neuron.rule, neuron.bias, neuron.group and neuron.group.name)
        by_role[neuron.role](neuron.name, *more)
    edges = Random(seed).sample(net.edges, len(net.edges))
    for edge in edges:
        other.connect(*edge.ends, edge.weight)
    one, two = arrange(net), arrange(other)
    order = [[node.neuron.name for node in column] for column in one.columns]
    assert [[node.neuron.name for node in column] for column in two.columns] == order
    assert touching(two) == []
    assert lying_on_each_other(two) == []


def places(placed: Layout) -> dict[str, tuple[float, float]]:
    return {node.neuron.name: (node.x, node.y) for node in placed.nodes}


def ways(placed: Layout) -> dict[str, list[tuple[float, float]]]:
    return {link.edge.label: link.points for link in placed.links}


def test_columns_go_from_left_to_right_and_no_line_goes_back():
    for seed in SEEDS:
        placed = arrange(dag(seed))
        xs = [{node.x for node in column} for column in placed.columns]
        assert all(len(there) == 1 for there in xs)
        assert all(max(two) - min(one) > 3.0 for two, one in zip(xs[1:], xs, strict=False))
        for link in placed.links:
            assert all(x1 > x0 for (x0, _), (x1, _) in pairwise(link.points))


def test_a_stretched_layout_is_another_one_and_so_many_times_as_large():
    placed = arrange(dag(8))
    wide = placed.stretched(2.0, 3.0)
    assert [(2.0 * node.x, 3.0 * node.y) for node in placed.nodes] == [(node.x, node.y) for node in wide.nodes]
    for link, other in zip(placed.links, wide.links, strict=True):
        assert [(2.0 * x, 3.0 * y) for x, y in link.points] == [*other.points]
        assert {other.source, other.target} <= set(wide.nodes)
        assert other.things == link.things


def test_down_is_the_picture_turned():
    for make in (lambda: dag(8), chain, lambda: ng.Network.dense([40, 3], "tanh")):
        net = make()
        right, down = arrange(net), arrange(net, direction="down")
        assert [(-node.y, -node.x) for node in right.nodes] == [(node.x, node.y) for node in down.nodes]
        assert [[(-y, -x) for x, y in link.points] for link in right.links] == [[*link.points] for link in down.links]
        assert down.direction == "down"
        tops = [column[0].y for column in down.columns]
        assert tops == sorted(tops, reverse=True)


def test_the_box_holds_every_circle_and_every_line():
    for placed in map(hard, HARD):
        left, bottom, right, top = placed.box
        for node in placed.nodes:
            assert left < node.x - RADIUS < node.x + RADIUS < right
            assert bottom < node.y - RADIUS < node.y + RADIUS < top
        points = np.array([point for link in placed.links for point in link.points])
        assert (points > [left, bottom]).all()
        assert (points < [right, top]).all()


def told() -> str:
    """Every place and every way of some networks, to the last bit."""
    lines = []
    layouts = [arrange(dag(seed)) for seed in range(40)]
    layouts += [HARD[name]() for name in ("chain", "784-30-10 in part", "all to all, in part", "4-5-3 with +1")]
    layouts.append(arrange(named(), most=2, keep=["anna", "carl"], also=[named()["dora"]]))
    for placed in layouts:
        lines += [f"{[n.name for n in node.neurons]} {node.x.hex()} {node.y.hex()}" for node in placed.nodes]
        lines += [f"{said(link)} {[(x.hex(), y.hex()) for x, y in link.points]}" for link in placed.links]
    return "\n".join(lines)


def named() -> ng.Network:
    net = ng.Network()
    for name in ("anna", "bert", "carl", "dora", "emil", "fred"):
        net.add_input(name)
    net.add_output("out", "tanh")
    for name in ("emil", "dora", "anna", "fred", "bert", "carl"):
        net.connect(name, "out", len(name) - 4.5)
    return net


def test_every_process_puts_everything_in_the_same_place_whatever_its_hash_seed():
    text = told()
    here = hashlib.sha256(text.encode()).hexdigest()
    program = "import hashlib, test_layout as t; print(hashlib.sha256(t.told().encode()).hexdigest())"
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests", Path(__file__).parent)))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in "01"
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in running] == [here] * 2
    assert len(text) > 50_000


# The choice of what is shown.


def shown(placed: Layout, layer: int = 0) -> list[str]:
    """The names in a column, a rest as its count."""
    return [node.neuron.name if node.neuron else f"+{len(node.neurons)}" for node in placed.columns[layer]]


@pytest.fixture
def wide():
    """20 inputs to 18 hidden neurons to one output, with known strengths."""
    net = ng.Network.dense([20, 18, 1], "tanh", seed=2)
    for number, layer in enumerate(net.layers[:2]):
        for place, neuron in enumerate(layer):
            for edge in neuron.outgoing:
                edge.weight = 0.01 * ((7 * place + number) % len(layer) + 1)
    return net


def test_ends_keeps_the_first_and_the_last(wide):
    assert shown(arrange(wide, most=4)) == ["x1", "x2", "+16", "x19", "x20"]
    assert shown(arrange(wide, most=5)) == ["x1", "x2", "x3", "+15", "x19", "x20"]
    assert shown(arrange(wide, most=1)) == ["x1", "+19"]


def test_strongest_keeps_those_with_the_largest_weights_in_their_order(wide):
    def strength(neuron):
        weights = [edge.weight for edge in (*neuron.incoming, *neuron.outgoing)]
        return sum(weight**2 for weight in weights) / len(weights)

    placed = arrange(wide, most=6, keep="strongest")
    for number in (0, 1):
        layer = wide.layers[number]
        strongest = sorted(layer, key=strength, reverse=True)[:6]
        kept = [node.neuron for node in placed.columns[number] if node.neuron]
        assert kept == [neuron for neuron in layer if neuron in strongest]


def test_names_or_neurons_keep_just_those(wide):
    placed = arrange(wide, most=4, keep=["x7", wide["x3"], "h18"])
    assert shown(placed) == ["x3", "x7", "+18"]
    assert shown(placed, 1) == ["+17", "h18"]
    assert shown(arrange(wide, most=4, keep=["h2"])) == ["x1", "x2", "+16", "x19", "x20"]  # none named here: the ends


def test_a_layer_of_one_more_than_most_is_shown_whole():
    net = ng.Network.dense([17, 18], "tanh")
    placed = arrange(net, most=16)
    assert shown(placed) == [neuron.name for neuron in net.inputs]
    assert len(shown(arrange(net, most=16, keep=["x3"]))) == 17
    assert shown(placed, 1)[8] == "+2"
    assert not any(node.is_rest for node in arrange(net, most=None).nodes)


def test_indices_are_the_true_ones_and_every_hidden_neuron_is_in_exactly_one_rest(wide):
    for keep in ("ends", "strongest", ["x11", "h4"]):
        placed = arrange(wide, most=5, keep=keep)
        for layer, column in zip(wide.layers, placed.columns, strict=True):
            assert sorted(layer.index(neuron) for node in column for neuron in node.neurons) == [*range(len(layer))]
            assert sum(node.is_rest for node in column) <= 1
            for node in column:
                assert layer.index(node.neurons[0]) == node.index
                assert [*node.neurons] == [neuron for neuron in layer if neuron in node.neurons]
        names = [node.name for node in draw_network(wide, most=5, keep=keep, colorbar=False, legend=False).nodes]
        assert [name for name in names if "+" in name] == (["+15", "+13"] if isinstance(keep, str) else ["+19", "+17"])


def test_the_rest_stands_in_the_widest_gap(wide):
    assert shown(arrange(wide, most=3, keep=["x1", "x3", "x12", "x19"])) == ["x1", "x3", "+16", "x12", "x19"]
    assert shown(arrange(wide, most=3, keep=["x15", "x16"])) == ["+18", "x15", "x16"]
    assert shown(arrange(wide, most=3, keep=["x2", "x3"])) == ["x2", "x3", "+18"]


def test_what_is_highlighted_or_marked_is_always_shown(wide):
    def names(**asked):
        return [node.name for node in draw_network(wide, most=4, colorbar=False, legend=False, **asked).nodes]

    assert "x9" not in names()
    assert "x9" in names(highlight="x9")
    assert "x9" in names(marks={"x9": "dead"})
    assert "x9" in names(highlight=("x9", "o1"))
    assert "x9" in names(highlight=wide.edge("x9", "h9"))
    assert "h9" in names(highlight=wide.edge("x9", "h9"))
    assert names(highlight="x9")[:6] == ["x1", "x2", "x9", "+15", "x19", "x20"]


def test_joined_links_cover_exactly_the_edges_and_carry_their_root_mean_square(wide):
    for keep in ("ends", "strongest"):
        placed = arrange(wide, most=4, keep=keep)
        covered = [edge for link in placed.links for edge in link.things]
        assert sorted(map(id, covered)) == sorted(map(id, wide.edges))
        for link in placed.links:
            for edge in link.things:
                assert edge.source in link.source.neurons
                assert edge.target in link.target.neurons
        values = link_values(placed, find_mode("weights", read_live(), wide), read_live())
        joined = 0
        for link, value in zip(placed.links, values, strict=True):
            weights = [edge.weight for edge in link.things]
            if link.is_rest:
                joined += 1
                assert value == pytest.approx(math.sqrt(math.fsum(w * w for w in weights) / len(weights)), rel=1e-12)
            else:
                assert [value] == weights
        assert joined == 5 * 5 - 4 * 4 + 1  # to and from each rest


def test_a_rest_of_one_edge_carries_its_magnitude_as_a_root_mean_square_does():
    net = ng.Network.dense([3, 1], "tanh")
    placed = arrange(net, most=1)
    (joined,) = (link for link in placed.links if link.is_rest)
    assert [edge.source.name for edge in joined.things] == ["x2", "x3"]
    net.disconnect("x3", "o1")
    net.edge("x2", "o1").weight = -2.0
    placed = arrange(net, most=1)
    at = next(i for i, link in enumerate(placed.links) if link.is_rest)
    assert link_values(placed, find_mode("weights", read_live(), net), read_live())[at] == 2.0


def test_the_links_of_a_plus_one_go_to_all_neurons_of_the_next_layer_that_are_shown():
    net = ng.Network.dense([2, 3, 1], "tanh")
    placed = arrange(net, ones=True)
    ones = [node for node in placed.nodes if not node.neurons]
    assert [node.layer for node in ones] == [0, 1]
    for one in ones:
        assert one is placed.columns[one.layer][0]
        targets = [link.target.neuron.name for link in placed.links if link.source is one]
        assert targets == [neuron.name for neuron in net.layers[one.layer + 1]]


# Errors.


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [
        (
            {"direction": "donw"},
            ng.NeurographError,
            "direction: unknown direction 'donw'. Did you mean 'down'? Known: right, down.",
        ),
        ({"most": 0}, ValueError, "most: got 0, expected a whole number from 1 up, or None for all."),
        ({"most": "a"}, TypeError, "most: got 'a' (a str), expected a whole number from 1 up, or None for all."),
        ({"most": 2.0}, TypeError, "most: got 2.0, expected a whole number from 1 up, or None for all."),
        ({"most": True}, TypeError, "most: got True (a bool), expected a whole number from 1 up, or None for all."),
        (
            {"keep": "end"},
            KeyError,
            "keep: unknown way 'end'. Did you mean 'ends'? Known: ends, strongest. Or give a list of names.",
        ),
        ({"keep": 5}, TypeError, "keep: got 5, expected 'ends', 'strongest', or a list of names."),
        (
            {"keep": ["x2", "nobody"]},
            KeyError,
            "no neuron named 'nobody'. Known: x1, x2, o1.",
        ),
    ],
)
def test_what_cannot_be_laid_out_is_explained(asked, kind, message):
    with pytest.raises(kind) as caught:
        arrange(ng.Network.dense([2, 1], "tanh"), **asked)
    assert isinstance(caught.value, ng.NeurographError)
    assert str(caught.value) == message


def test_a_neuron_of_a_copy_keeps_its_namesake_and_a_stranger_is_an_error():
    net = ng.Network.dense([9, 1], "tanh")
    assert shown(arrange(net.copy(), most=2, keep=[net["x5"]])) == ["+8", "x5"]
    with pytest.raises(KeyError) as caught:
        arrange(ng.Network.dense([2, 1], "tanh"), most=1, keep=[net["x5"]])
    assert str(caught.value) == "no neuron named 'x5'. Known: x1, x2, o1."


@pytest.mark.parametrize("keep", [[5], [None], ["x1", 2.5], b"x1"])
def test_something_that_is_no_neuron_cannot_be_kept(keep):
    with pytest.raises(TypeError, match=r"^keep: got .*, expected a name, or a Neuron of this network\.$") as caught:
        choose(ng.Network.dense([9, 1], "tanh"), 2, keep)
    assert isinstance(caught.value, ng.NeurographError)
