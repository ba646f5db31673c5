"""A network as GraphML, for other programs: names and numbers only.

It loses what other programs have no place for, and is not read back; `save` and `load` in model.py keep everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from neurograph.errors import InvalidValueError
from neurograph.files.atomic import write_text
from neurograph.files.json_input import as_path
from neurograph.files.to_tree import edges_as_connected
from neurograph.graph.neuron import Neuron
from neurograph.graph.structure import Structure
from neurograph.validate import finite, instance_of

__all__ = ["to_graphml", "write_graphml"]

_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
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
    instance_of(net, Structure, "write_graphml, net", "a Network")
    write_text(as_path(path, "write_graphml, path"), to_graphml(net))


def _graphml_lines(net: Structure) -> Iterator[str]:
    for neuron in net.graph:
        data = "".join(f'<data key="{key}">{_escape(value)}</data>' for key, value in _facts(neuron))
        yield f'<node id="{_escape(neuron.name)}">{data}</node>'
    for edge in edges_as_connected(net):
        source, target = (_escape(name) for name in edge.ends)
        weight = repr(finite(edge.w, f"edge {edge.label}, weight"))
        yield f'<edge source="{source}" target="{target}"><data key="weight">{weight}</data></edge>'


def _facts(neuron: Neuron) -> Iterator[tuple[str, str]]:
    yield "role", neuron.role
    yield "activation", str(neuron.rule.name)
    yield "bias", repr(finite(neuron.b, f"neuron {neuron.name}, bias"))
    if neuron.group:
        yield "group", neuron.group.name


def _escape(text: str) -> str:
    if unfit := _UNFIT.search(text):
        raise InvalidValueError(
            f"the character {unfit[0]!a} has no place in XML.",
            where=f"export, name {text[:60]!r}",
            cure="Use a name without it.",
        )
    return "".join(_XML.get(character, character) for character in text)
