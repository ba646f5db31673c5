"""Plain exports for other programs: GraphML and DOT, with names and numbers only.

They lose what other programs have no place for, and are not read back; `save` and `load` in model.py keep everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from neurograph.errors import InvalidTypeError, InvalidValueError
from neurograph.files.atomic import write_text
from neurograph.files.node_link import edges_as_connected
from neurograph.files.reading import as_path
from neurograph.graph.edge import Edge
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.intake import finite

__all__ = ["to_dot", "to_graphml", "write_dot", "write_graphml"]

_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_DOT = {"&": "&amp;", "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "&#13;"}

_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no place for

_GRAPHML = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="role" for="node" attr.name="role" attr.type="string"/>
  <key id="activation" for="node" attr.name="activation" attr.type="string"/>
  <key id="bias" for="node" attr.name="bias" attr.type="double"/>
  <key id="group" for="node" attr.name="group" attr.type="string"/>
  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>
  <graph edgedefault="directed">
"""


def to_graphml(net: Structure) -> str:
    """Give the text that `write_graphml` writes."""
    return _GRAPHML + "".join(f"    {line}\n" for line in _graphml_lines(net)) + "  </graph>\n</graphml>\n"


def write_graphml(net: Structure, path: str | Path) -> None:
    """Write a network to a GraphML file, for networkx, Gephi, yEd, Cytoscape or igraph.

    Each node has its neuron's name as its id, and its role, activation, bias and, if any, group as data; each edge its
    weight. Numbers are written in full. A file of that name is replaced as a whole or not at all.

    Parameters
    ----------
    net : Network
        The network, complete or not.
    path : str or Path
        The file, such as "net.graphml". Its folder must exist.

    Raises
    ------
    NeurographError
        When a name holds a character that XML cannot, a parameter is not finite, or the file cannot be written. The
        old file stays as it was.

    Examples
    --------
    >>> import tempfile
    >>> import networkx as nx
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_graphml(net, Path(folder) / "net.graphml")
    ...     graph = nx.read_graphml(Path(folder) / "net.graphml")
    >>> graph.nodes["o1"], graph.edges["x1", "o1"]
    ({'role': 'output', 'activation': 'tanh', 'bias': 0.0}, {'weight': 1.0})
    """
    if not isinstance(net, Structure):
        raise InvalidTypeError(where="write_graphml, net", given=net, expected="a Network")
    write_text(as_path(path, "write_graphml, path"), to_graphml(net))


def _graphml_lines(net: Structure) -> Iterator[str]:
    for neuron in net.graph:
        data = "".join(f'<data key="{key}">{_escape(value, _XML)}</data>' for key, value in _facts(neuron))
        yield f'<node id="{_escape(neuron.name, _XML)}">{data}</node>'
    for edge in edges_as_connected(net):
        source, target = (_escape(name, _XML) for name in edge.ends)
        yield f'<edge source="{source}" target="{target}"><data key="weight">{_weight(edge)}</data></edge>'


def to_dot(net: Structure) -> str:
    r"""Write a network in the DOT language, for Graphviz: inputs to the left, weights on the edges.

    Nodes are called n0, n1, ... in the order in which the neurons were added; their labels are the names.

    Raises
    ------
    InvalidValueError
        When a name holds a control character other than tab and newline, or a parameter is not finite.

    Examples
    --------
    >>> import neurograph as ng
    >>> print(to_dot(ng.Network.dense([1, 1], "tanh", initializer="ones")), end="")
    digraph neurograph {
      rankdir=LR;
      n0 [label="x1", role="input", activation="identity", bias="0.0"];
      n1 [label="o1", role="output", activation="tanh", bias="0.0"];
      n0 -> n1 [label="1.0"];
    }
    """
    return "digraph neurograph {\n" + "".join(f"  {line};\n" for line in _dot_lines(net)) + "}\n"


def write_dot(net: Structure, path: str | Path) -> None:
    """Write `to_dot` to a file, which is replaced as a whole or not at all."""
    write_text(path, to_dot(net))


def _dot_lines(net: Structure) -> Iterator[str]:
    yield "rankdir=LR"
    number = {neuron: f"n{i}" for i, neuron in enumerate(net.graph)}
    for neuron, node in number.items():
        # `group` itself means something to Graphviz: nodes that it tries to draw in a line.
        facts = [("label", neuron.name)]
        facts += [("norm_group" if key == "group" else key, value) for key, value in _facts(neuron)]
        told = ", ".join(f'{key}="{_escape(value, _DOT)}"' for key, value in facts)
        yield f"{node} [{told}]"
    for edge in edges_as_connected(net):
        # A label, since `weight` means something to Graphviz: how short an edge should be.
        yield f'{number[edge.source]} -> {number[edge.target]} [label="{_weight(edge)}"]'


def _facts(neuron: Neuron) -> Iterator[tuple[str, str]]:
    yield "role", neuron.role
    yield "activation", str(neuron.rule.name)
    yield "bias", repr(finite(neuron.b, f"neuron {neuron.name}, bias"))
    if neuron.group:
        yield "group", neuron.group.name


def _weight(edge: Edge) -> str:
    return repr(finite(edge.w, f"edge {edge.label}, weight"))


def _escape(text: str, table: dict[str, str]) -> str:
    if unfit := _UNFIT.search(text):
        raise InvalidValueError(
            f"the character {unfit[0]!a} has no place in XML or DOT.",
            where=f"export, name {text[:60]!r}",
            cure="Use a name without it.",
        )
    return "".join(table.get(character, character) for character in text)
