"""The structure: adding, connecting, removing.

It has a networkx DiGraph whose nodes are the neurons and whose edge data hold the edges; `connect` and `disconnect` are
the only places that write either the graph or the neurons' own lists. It computes nothing that the passes compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import networkx as nx

from neurograph.errors import GraphError, InvalidTypeError, InvalidValueError, explain
from neurograph.graph.edge import Edge
from neurograph.graph.face import Role
from neurograph.graph.flat import flatten, rebuild
from neurograph.graph.group import Group
from neurograph.graph.movable import Movable
from neurograph.graph.neuron import Neuron
from neurograph.graph.order import way_back
from neurograph.intake import finite
from neurograph.rules.activations import IDENTITY, Activation
from neurograph.rules.softmax import ACTIVATIONS, JointActivation

__all__ = ["Structure"]

Rule = str | Activation | JointActivation


class Structure(Movable):
    """A network that can be built and edited at any time; `Network` adds the passes.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1, 1], "tanh")
    >>> net.connect("x1", "o1", 0.5)
    <Edge x1->o1, weight 0.5>
    >>> net.disconnect("x1", "h1")
    >>> net.remove("h1")
    >>> net
    <Network 1-1: 2 neurons, 1 edges>
    """

    def __init__(self) -> None:
        super().__init__()
        self._computed = False  # something has been computed since the last edit

    def add_input(self, name: str) -> Neuron:
        """Add a neuron whose activation is given from outside.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            When the name is not text, is empty, or is taken.
        """
        return self._add(name, "input", IDENTITY, 0.0, None)

    def add_neuron(self, name: str, activation: Rule, bias: float = 0.0, group: str | None = None) -> Neuron:
        """Add a hidden neuron.

        Parameters
        ----------
        name : str
            Its name, unique in the network.
        activation : str, Activation or JointActivation
            A name such as "sigmoid", or a record of your own.
        bias : float
            The bias `b` in `z = sum(w * a) + b`.
        group : str, optional
            Which neurons it normalises with; needed by softmax, refused by other activations.

        Raises
        ------
        UnknownNameError
            When no activation has that name.
        InvalidTypeError, InvalidValueError, GraphError
            When the name, bias or group cannot be used; the network is left as it was.
        """
        return self._add(name, "hidden", activation, bias, group)

    def add_output(self, name: str, activation: Rule, bias: float = 0.0, group: str | None = None) -> Neuron:
        """Add an output neuron; softmax outputs added without a group share the group "outputs".

        Parameters and errors are those of `add_neuron`.
        """
        return self._add(name, "output", activation, bias, group)

    def _add(self, name: str, role: Role, activation: Rule, bias: float, group: str | None) -> Neuron:
        where = f"add_{'neuron' if role == 'hidden' else role}"
        if not isinstance(name, str):
            raise InvalidTypeError(explain(f"{where}, name", name, "a name as text"))
        if not name.strip():
            raise InvalidValueError(explain(f"{where}, name", name, "a name that is not empty"))
        if name in self._by_name:
            raise GraphError(f"{where}: a neuron named {name!r} exists already. Give this one another name.")
        rule = ACTIVATIONS.find(activation)
        bias = finite(bias, f"neuron {name}, bias")
        members = self._group_for(name, role, rule, group)
        neuron = Neuron(name, role, rule, bias)
        if members is not None:
            members.members.append(neuron)
            neuron.group = members
            self.groups[members.name] = members
        self._by_name[name] = neuron
        nx.DiGraph.add_node(self.graph, neuron)
        self._edited()
        return neuron

    def _group_for(self, name: str, role: Role, rule: Activation | JointActivation, group: str | None) -> Group | None:
        if group is not None and not isinstance(group, str):
            raise InvalidTypeError(explain(f"neuron {name}, group", group, "the group's name as text"))
        if isinstance(rule, Activation):
            if group is not None:
                raise GraphError(
                    f"neuron {name}: {rule.name} works on one neuron, so group={group!r} has no use. Leave group out."
                )
            return None
        if group is None:
            if role != "output":
                raise GraphError(f"neuron {name}: {rule.name} works on a group. Name it, as in group='attention'.")
            group = "outputs"
        if not group.strip():
            raise InvalidValueError(explain(f"neuron {name}, group", group, "a name that is not empty"))
        found = self.groups.get(group)
        if found is not None and found.rule is not rule:
            raise GraphError(
                f"neuron {name}: group {group!r} is {found.rule.name}, not {rule.name}. Name another group."
            )
        return found or Group(group, rule)

    def connect(self, source: str | Neuron, target: str | Neuron, weight: float) -> Edge:
        """Connect two neurons, at any time.

        Parameters
        ----------
        source, target : str or Neuron
            Names or objects of this network.
        weight : float
            The weight `w` of the new edge.

        Raises
        ------
        GraphError
            When the target is an input, the two are connected already, or the edge would close a cycle (the message
            shows it). The network is left as it was.
        UnknownNameError
            When no neuron has that name, or the object belongs to another network.
        """
        one, two = self._find(source), self._find(target)
        where = f"connect({one.name} -> {two.name})"
        if two.role == "input":
            raise GraphError(
                f"{where}: {two.name} is an input and takes no edges. Connect into a hidden or output neuron."
            )
        if self.graph.has_edge(one, two):
            raise GraphError(
                f"{where}: the two are connected already. Set net.edge({one.name!r}, {two.name!r}).weight."
            )
        number = finite(weight, f"{where}, weight")
        if cycle := way_back(one, two):
            raise GraphError(f"{where} would close a cycle: {cycle}. Leave one of its edges out.")
        edge = self._link(one, two, number)
        self._edited()
        return edge

    def _link(self, source: Neuron, target: Neuron, weight: float) -> Edge:
        edge = Edge(source, target, weight)
        source.fan_out.append(edge)
        target.fan_in.append(edge)
        nx.DiGraph.add_edge(self.graph, source, target, edge=edge)
        return edge

    def link_layers(self, sources: Sequence[Neuron], targets: Sequence[Neuron], draw: Callable[[], float]) -> None:
        """Connect every source to every target, drawing a weight for each edge in turn.

        For builders: layers connected in order cannot close a cycle, so the search for one is left out.
        """
        for target in targets:
            for source in sources:
                self._link(source, target, finite(draw(), f"edge {source.name}->{target.name}, first weight"))
        self._edited()

    def disconnect(self, source: str | Neuron, target: str | Neuron) -> None:
        """Take the edge between two neurons out.

        Raises
        ------
        UnknownNameError
            When there is no such neuron or no such edge.
        """
        edge = self.edge(source, target)
        if tie := edge.tie:
            tie.edges.remove(edge)
            edge.tie = None
            if len(tie.edges) == 1:  # nothing is left to share with
                self.untie(tie)
        edge.source.fan_out.remove(edge)
        edge.target.fan_in.remove(edge)
        nx.DiGraph.remove_edge(self.graph, edge.source, edge.target)
        self._edited()

    def remove(self, neuron: str | Neuron) -> None:
        """Take a neuron out, with all its edges.

        Raises
        ------
        UnknownNameError
            When no neuron has that name, or the object belongs to another network.
        """
        found = self._find(neuron)
        for edge in (*found.incoming, *found.outgoing):
            self.disconnect(edge.source, edge.target)
        if found.group:
            found.group.members.remove(found)
            if not found.group.members:
                del self.groups[found.group.name]
            found.group = None
        nx.DiGraph.remove_node(self.graph, found)
        del self._by_name[found.name]
        self._edited()

    def _edited(self) -> None:
        """Renew what depends on the graph, and forget what was computed on the old one."""
        self._layers = None
        self.forget()

    def note_run(self, updated: bool = False) -> None:
        """Note that passes were run act by act, and whether the parameters were updated since."""
        self._computed = True

    def forget(self) -> None:
        """Set every activation, error and gradient to None: not computed."""
        if not self._computed:
            return
        self._computed = False
        for neuron in self._by_name.values():
            neuron.forget()
            for edge in neuron.fan_in:
                edge.grad = None

    # Copying: flat lists instead of linked objects, so that no depth of network exhausts the stack.

    def copy(self) -> Self:
        """Copy the network with everything in it; activations and losses, which never change, are shared."""
        twin = type(self).__new__(type(self))
        twin.__setstate__(self.__getstate__())
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        twin = self.copy()
        memo[id(self)] = twin
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return flatten(list(self._by_name.values()), list(self.groups))

    def __setstate__(self, state: dict[str, Any]) -> None:
        Structure.__init__(self)
        for neuron in rebuild(state, self.groups):
            self._by_name[neuron.name] = neuron
        nx.DiGraph.add_nodes_from(self.graph, self._by_name.values())
        nx.DiGraph.add_edges_from(
            self.graph,
            ((edge.source, neuron, {"edge": edge}) for neuron in self._by_name.values() for edge in neuron.fan_in),
        )
        self._computed = True
