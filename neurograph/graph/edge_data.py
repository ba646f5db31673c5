"""What networkx finds on an edge of `net.graph`: the Edge itself, and its weight as it is at that moment.

A copy that networkx makes holds an ordinary dict; this file knows nothing of the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn

from neurograph.errors import GraphError
from neurograph.graph.edge import Edge

__all__ = ["EdgeData"]


class EdgeData(MutableMapping[str, Any]):
    """The data of one edge, `edge` and `weight`, for reading; networkx fills it once, as it adds the edge.

    It is no dict: C code reads a dict's own storage, and would not see that the weight has changed.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> net.edge("x1", "o1").weight = 0.5
    >>> net.graph.get_edge_data(net["x1"], net["o1"])
    {'edge': <Edge x1->o1, weight 0.5>, 'weight': 0.5}
    """

    __slots__ = ("edge",)

    edge: Edge

    def __getitem__(self, key: object) -> Any:
        if key == "weight":
            return self.edge.w
        if key == "edge":
            return self.edge
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(("edge", "weight"))

    def __len__(self) -> int:
        return 2

    def copy(self) -> dict[str, Any]:
        """Give the present values as an ordinary dict."""
        return {"edge": self.edge, "weight": self.edge.w}

    def __deepcopy__(self, memo: dict[int, object]) -> dict[str, Any]:
        return self.copy()  # the Edge is shared, as networkx shares the nodes

    def __setitem__(self, key: object, value: Any) -> None:
        if hasattr(self, "edge"):
            self._refuse()
        self.edge = value  # networkx fills it, once

    def __delitem__(self, key: object) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        one, two = self.edge.ends
        raise GraphError(
            "its data in net.graph are for reading.",
            where=f"edge {self.edge.label}",
            cure=f"Set the weight with net.edge({one!r}, {two!r}).weight, or edge.weight; add data of "
            "your own to a copy, net.graph.copy().",
        )

    def __repr__(self) -> str:
        return repr(self.copy())
