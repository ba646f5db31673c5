"""DOT: read back, it holds the diagram's own places, numbers and colours; Graphviz leaves everything where it is."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from itertools import pairwise

import pytest
from diagram_samples import ODD, big, odd, skips, trained
from matplotlib.colors import to_rgb

import neurograph as ng
from visualize.network.diagram import NetworkDiagram
from visualize.network.modes import MODES
from visualize.themes import THEMES
from visualize.writers.dot import spots
from visualize.writers.dot import write as write_dot
from visualize.writers.palette import palette_of

needs_graphviz = pytest.mark.skipif(shutil.which("neato") is None, reason="Graphviz is not installed")
UNIT = 72.0


STRING = r'"((?:[^"\\]|\\.)*)"'


def read_dot(text: str) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, dict[str, str]]]]:
    """Read the DOT that we write as Graphviz reads it: nodes by id (and "graph"), and edges in order."""
    first, *lines, last, nothing = text.split("\n")
    assert (first, last, nothing) == ("digraph neurograph {", "}", "")
    nodes, edges = {}, []
    for line in lines:
        head = re.match(r"  (\w+)(?: -> (\w+))? \[", line)
        assert head, line
        found, rest = {}, line[head.end() :]
        while rest != "];":
            part = re.match(rf"(?:, )?(\w+)=(?:{STRING}|(<<table .*?</table>>))", rest)
            assert part, rest
            found[part[1]] = told(part[2]) if part[3] is None else cell(part[3])
            rest = rest[part.end() :]
        if head[2]:
            edges.append((head[1], head[2], found))
        else:
            nodes[head[1]] = found
    return nodes, edges


def told(text: str) -> str:
    r"""Undo what Graphviz undoes in a text: \\, \", \n, and the entities of HTML."""
    return unescape(re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text))


def cell(label: str) -> str:
    (inner,) = re.findall(r"<td>(.*)</td>", label)
    return unescape(inner.replace("<br/>", "\n"))


def place(text: str) -> tuple[float, float]:
    x, y = text.removesuffix("!").split(",")
    return float(x) / UNIT, float(y) / UNIT


def close(one, two, error: float = 1e-4) -> bool:
    return abs(one[0] - two[0]) < error and abs(one[1] - two[1]) < error


def check(diagram: NetworkDiagram) -> None:
    """Every neuron and link once, in order, where it is, as wide and of the colour that it should have."""
    nodes, edges = read_dot(write_dot(diagram))
    palette = palette_of(diagram)
    for number, node in enumerate(diagram.nodes):
        read = nodes[f"n{number}"]
        assert close(place(read["pos"]), (node.node.x, node.node.y))
        assert read["pos"].endswith("!")
        assert read["fillcolor"] == palette.fill(node)
    ids = {node.node: f"n{number}" for number, node in enumerate(diagram.nodes)}
    assert [edge[:2] for edge in edges] == [(ids[one.link.source], ids[one.link.target]) for one in diagram.links]
    for one, (_, _, read) in zip(diagram.links, edges, strict=True):
        points = [place(point) for point in read["pos"].split(" ")]
        assert len(points[::3]) == len(one.link.points)
        assert all(map(close, points[::3], one.link.points))
        assert float(read["penwidth"]) == pytest.approx(one.width, abs=1e-4)
        dashed = diagram.theme.dashes and one.value is not None and one.value < 0.0 and not one.link.is_rest
        assert read["style"] == ("dotted" if one.value is None else "dashed" if dashed else "solid")
        assert (len(read["color"]) == 7) is one.lit
        value = read["tooltip"].rpartition(": ")[2]
        if one.value is None:
            assert value == "not computed"
            continue
        assert float(value) == pytest.approx(one.value, rel=1e-5)
        red, _, blue = to_rgb(read["color"][:7])
        if not one.link.is_rest and one.strength > 0.02:
            assert (red > blue) is (one.value < 0.0)


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("show", list(MODES))
def test_every_link_is_written_once_in_order_with_its_own_colour_width_and_place(show, theme):
    check(trained(show, theme=theme))


@pytest.mark.parametrize("seed", [3, 8, 21, 34])
def test_links_that_skip_layers_keep_to_their_lanes(seed):
    check(skips(seed))


@pytest.mark.parametrize("style", [{"highlight": "h3"}, {"bias": "node"}, {"direction": "down"}, {"scale": "network"}])
def test_every_style_keeps_its_links(style):
    check(trained(**style))


def test_hidden_neurons_are_one_node_with_its_count():
    diagram = big()
    check(diagram)
    nodes, _ = read_dot(write_dot(diagram))
    assert [node["label"] for node in nodes.values() if "⋮" in node.get("label", "")] == ["⋮\n+768", "⋮\n+14"]


def test_width_grows_with_the_value():
    _, edges = read_dot(write_dot(trained(scale="network")))
    read = [(abs(float(edge["tooltip"].rpartition(": ")[2])), float(edge["penwidth"])) for *_, edge in edges]
    assert all(one <= two for pair in pairwise(read) for one, two in zip(*pair, strict=True))


@pytest.mark.parametrize("show", list(MODES))
def test_numbers_stand_at_their_own_edges_and_over_no_other_number(show):
    diagram = trained(show)
    found = list(spots(diagram).values())
    _, edges = read_dot(write_dot(diagram))
    labelled = [(one, edge) for one, (*_, edge) in zip(diagram.links, edges, strict=True) if "label" in edge]
    assert len(labelled) == len(found) > 10
    wanted = {"weights": "w", "update": "w"}
    for one, edge in labelled:
        number = edge["label"].split("\n")[0].split("→")[0].replace("−", "-")  # noqa: RUF001
        if show in wanted:
            assert float(number) == pytest.approx(diagram_weight(one), rel=0.01)
        elif one.value is not None:
            assert float(number) == pytest.approx(one.value, rel=0.01)
    for number, spot in enumerate(found):
        assert not any(spot.box.meets(other.box) for other in found[:number])
        assert not any(spot.box.meets_circle(node.x, node.y, 0.42) for node in diagram.layout.nodes)


def diagram_weight(one) -> float:
    """The old weight: of an update, the link holds the new edge and the change."""
    weight = one.link.edge.w
    return weight if one.value == weight else weight - one.value


def test_numbers_without_room_are_counted():
    diagram = trained("update")
    nodes, edges = read_dot(write_dot(diagram))
    missing = len(diagram.links) - sum("label" in edge for *_, edge in edges)
    assert missing > 5
    assert f"{missing} numbers had no room" in nodes["caption"]["label"]


def test_names_are_read_back_as_they_are():
    diagram = odd()
    text = write_dot(diagram)
    assert all(line.isprintable() for line in text.split("\n"))
    nodes, edges = read_dot(text)
    for number, node in enumerate(diagram.nodes):
        assert nodes[f"n{number}"]["label"].split("\n")[0] == node.name
        assert nodes[f"sn{number}"]["label"] == node.side
    assert nodes["mn0"]["label"] == "<😀%>"
    assert {edge["tooltip"].rpartition(" -> ")[0] for *_, edge in edges} >= {n for n in ODD if n.isprintable()}
    assert nodes["graph"]["comment"] == nodes["graph"]["tooltip"] == diagram.alt_text()


@pytest.mark.parametrize("theme", list(THEMES))
def test_the_page_is_the_themes(theme):
    nodes, _ = read_dot(write_dot(trained(theme=theme)))
    assert nodes["graph"]["bgcolor"] == THEMES[theme].page


def test_no_number_is_written_with_noise():
    for diagram in (skips(8), trained(), big()):
        for pos in re.findall(r' (?:pos|lp|width|height|penwidth|fontsize)="([^"]*)"', write_dot(diagram)):
            assert re.fullmatch(r"(-?\d+(\.\d{1,4})?[ ,!]?)+", pos), pos


def plain(text: str) -> tuple[dict[str, tuple[float, float]], list[list[str]], str]:
    """Let neato draw it as plain text: places of nodes, in inches, lines of edges, and what it warned of."""
    ran = subprocess.run(["neato", "-n2", "-Tplain"], input=text, capture_output=True, text=True, check=True)  # noqa: S607
    lines = [line.split(" ") for line in ran.stdout.split("\n")]
    places = {line[1]: (float(line[2]), float(line[3])) for line in lines if line[0] == "node"}
    return places, [line for line in lines if line[0] == "edge"], ran.stderr


def lanes() -> NetworkDiagram:
    return skips(21)


def down() -> NetworkDiagram:
    return trained(direction="down")


@needs_graphviz
@pytest.mark.parametrize("make", [trained, lanes, down, big, odd])
def test_graphviz_keeps_every_place_and_every_lane(make):
    diagram = make()
    places, edges, warned = plain(write_dot(diagram))
    assert warned == ""
    # neato may move the whole picture, but nothing in it
    (x0, y0), first = places["n0"], diagram.nodes[0].node
    moved = x0 - first.x, y0 - first.y
    for number, shown in enumerate(diagram.nodes):
        x, y = places[f"n{number}"]
        assert close((x - moved[0], y - moved[1]), (shown.node.x, shown.node.y), 2e-3)
    assert len(edges) == len(diagram.links)
    ids = {node.node: f"n{number}" for number, node in enumerate(diagram.nodes)}
    ways = {(ids[one.link.source], ids[one.link.target]): one.link.points for one in diagram.links}
    for _, source, target, count, *rest in edges:
        numbers = [float(number) for number in rest[: 2 * int(count)]]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))[::3]
        wanted = [(x + moved[0], y + moved[1]) for x, y in ways.pop((source, target))]
        assert len(points) == len(wanted)
        assert all(close(one, two, 2e-3) for one, two in zip(points, wanted, strict=True))
    assert not ways


@needs_graphviz
def test_graphviz_shows_names_as_they_are_and_draws_a_png(tmp_path):
    text = write_dot(odd())
    svg = subprocess.run(["neato", "-n2", "-Tsvg"], input=text, capture_output=True, text=True, check=True).stdout  # noqa: S607
    written = {unescape(found).replace("\xa0", " ") for found in re.findall(r"<text[^>]*>([^<]*)</text>", svg)}
    assert {"<b>&$", "\\", "$a$", "{}", "--''``|\"", "a\\nb"} <= written
    path = tmp_path / "net.png"
    subprocess.run(["neato", "-n2", "-Tpng", "-o", path], input=text, text=True, check=True)  # noqa: S607
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_network_of_one_edge():
    check(NetworkDiagram.from_network(ng.Network.dense([1, 1], "tanh")))
