"""The structure of a network: its neurons, edges, groups and ties; building, editing, reading and copying them.

A networkx DiGraph has the neurons as its nodes and the edges in its edge data; `connect` and `disconnect` are the only
places that write either the graph or the neurons' own lists. It computes nothing that the passes compute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType, NoneType
from typing import Any, Self

import networkx as nx

from neurograph.errors import GraphError, InvalidValueError, UnknownNameError, nearest
from neurograph.graph.edge import Edge
from neurograph.graph.edge_data import EdgeData
from neurograph.graph.flat import flatten, rebuild
from neurograph.graph.group import Group
from neurograph.graph.neuron import Neuron, Role
from neurograph.graph.order import check_complete, layers_of, way_back
from neurograph.graph.tie import Tie
from neurograph.rules.activations import IDENTITY, Activation
from neurograph.rules.softmax import ACTIVATIONS, JointActivation
from neurograph.validate import finite, instance_of, one_of

__all__ = ["Rule", "Structure", "forget", "link", "note_run"]

Rule = str | Activation | JointActivation


class Structure:
    """Neurons and edges as a directed graph without cycles, editable at any time; `Network` adds the passes.

    Attributes
    ----------
    graph : networkx.DiGraph
        Its nodes are the Neuron objects; `graph.edges[source, target]` has the Edge as "edge", and its present weight
        as "weight". Frozen against writing, so that it cannot drift from the neurons; every networkx algorithm can
        read it, and `graph.copy()` is an ordinary graph.

    Examples
    --------
    >>> import networkx as nx
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1, 1], "tanh")
    >>> net.connect("x1", "o1", 0.5)
    <Edge x1->o1, weight 0.5>
    >>> [[neuron.name for neuron in layer] for layer in net.layers]
    [['x1', 'x2'], ['h1'], ['o1']]
    >>> sum(1 for _ in nx.all_simple_paths(net.graph, net["x1"], net["o1"]))
    2
    >>> net.disconnect("x1", "h1")
    >>> net.remove("h1")
    >>> net
    <Network 2-1: 3 neurons, 1 edges>
    """

    def __init__(self) -> None:
        # Frozen: our own writes go through the class's methods, everybody else's are refused by networkx.
        self.graph: nx.DiGraph[Neuron] = nx.freeze(nx.DiGraph())
        self.graph.edge_attr_dict_factory = EdgeData
        self._by_name: dict[str, Neuron] = {}
        self._groups: dict[str, Group] = {}
        self._layers: list[list[Neuron]] | None = None
        self._movable: tuple[Neuron | Edge | Tie, ...] | None = None
        self._ties: list[Tie] | None = None
        # What is computed: anything at all; the activations of the present parameters; gradients, to be added to.
        self._computed = self._has_activations = self._has_gradients = False

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
        if not instance_of(name, str, f"{where}, name", "a name as text").strip():
            raise InvalidValueError(where=f"{where}, name", given=name, expected="a name that is not empty")
        if name in self._by_name:
            raise GraphError(
                f"a neuron named {name!r} exists already.", where=where, cure="Give this one another name."
            )
        rule = ACTIVATIONS.find(activation)
        bias = finite(bias, f"neuron {name}, bias")
        members = self._group_for(name, role, rule, group)
        neuron = Neuron(name, role, rule, bias)
        if members is not None:
            members.members.append(neuron)
            neuron.group = members
            self._groups[members.name] = members
        self._by_name[name] = neuron
        nx.DiGraph.add_node(self.graph, neuron)
        self._edited()
        return neuron

    def _group_for(self, name: str, role: Role, rule: Activation | JointActivation, group: str | None) -> Group | None:
        instance_of(group, (str, NoneType), f"neuron {name}, group", "the group's name as text")
        if isinstance(rule, Activation):
            if group is not None:
                raise GraphError(
                    f"{rule.name} works on one neuron, so group={group!r} has no use.",
                    where=f"neuron {name}",
                    cure="Leave group out.",
                )
            return None
        if group is None:
            if role != "output":
                raise GraphError(
                    f"{rule.name} works on a group.", where=f"neuron {name}", cure="Name it, as in group='attention'."
                )
            group = "outputs"
        if not group.strip():
            raise InvalidValueError(where=f"neuron {name}, group", given=group, expected="a name that is not empty")
        found = self._groups.get(group)
        if found is not None and found.rule is not rule:
            raise GraphError(
                f"group {group!r} is {found.rule.name}, not {rule.name}.",
                where=f"neuron {name}",
                cure="Name another group.",
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
                f"{two.name} is an input and takes no edges.",
                where=where,
                cure="Connect into a hidden or output neuron.",
            )
        if self.graph.has_edge(one, two):
            raise GraphError(
                "the two are connected already.", where=where, cure=f"Set net.edge({one.name!r}, {two.name!r}).weight."
            )
        number = finite(weight, f"{where}, weight")
        if cycle := way_back(one, two):
            raise GraphError(f"{cycle}.", where=f"{where} would close a cycle", cure="Leave one of its edges out.")
        return link(self, [(one, two, number)])[0]

    def disconnect(self, source: str | Neuron, target: str | Neuron) -> None:
        """Take the edge between two neurons out.

        Raises
        ------
        UnknownNameError
            When there is no such neuron or no such edge.
        """
        edge = self.edge(source, target)
        self._leave_tie(edge)
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
        self._leave_tie(found)
        if found.group:
            found.group.members.remove(found)
            if not found.group.members:
                del self._groups[found.group.name]
            found.group = None
        nx.DiGraph.remove_node(self.graph, found)
        del self._by_name[found.name]
        self._edited()

    def _edited(self) -> None:
        """Renew what depends on the graph, and forget what was computed on the old one."""
        self._layers = self._movable = self._ties = None
        forget(self)

    # Reading: by name, by layer, in order.

    def __getitem__(self, name: str) -> Neuron:
        """Find a neuron by name: `net["h1"]`."""
        return self._find(name)

    def __contains__(self, neuron: object) -> bool:
        """Whether a name, or a Neuron object, is one of this network's."""
        if isinstance(neuron, Neuron):
            return self._by_name.get(neuron.name) is neuron
        return neuron in self._by_name

    def __len__(self) -> int:
        """The number of neurons."""
        return len(self._by_name)

    def __iter__(self) -> Iterator[Neuron]:
        return iter(self.neurons)

    def _find(self, neuron: object) -> Neuron:
        if isinstance(neuron, Neuron):
            if neuron not in self:
                cure = f"Use net[{neuron.name!r}]." if neuron.name in self else nearest(neuron.name, self._by_name)
                raise UnknownNameError(
                    "it was removed, or belongs to another network.", where=f"neuron {neuron.name}", cure=cure
                )
            return neuron
        name = instance_of(neuron, str, "neuron", "a name, or a Neuron of this network")
        return self._by_name[one_of(name, self._by_name, "", "no neuron named")]

    def edge(self, source: str | Neuron, target: str | Neuron) -> Edge:
        """Find the edge between two neurons.

        Raises
        ------
        UnknownNameError
            When one of the neurons or the edge does not exist.
        """
        one, two = self._find(source), self._find(target)
        data: dict[str, Any] | None = self.graph.get_edge_data(one, two)
        if data is None:
            label, known = f"{one.name}->{two.name}", [edge.label for edge in (*one.outgoing, *two.incoming)]
            raise UnknownNameError(f"no edge {label}.", given=label, cure=nearest(label, known))
        edge: Edge = data["edge"]
        return edge

    @property
    def layers(self) -> list[list[Neuron]]:
        """The neurons by layer: inputs first, then each as early as its longest way from them allows.

        A group stays together. Within a layer, neurons stand in the order in which they were added.
        """
        return [list(layer) for layer in self._in_layers()]

    def _in_layers(self) -> list[list[Neuron]]:
        if self._layers is None:
            self._layers = layers_of(list(self._by_name.values()))
        return self._layers

    @property
    def neurons(self) -> list[Neuron]:
        """All neurons, layer by layer: the order in which they act."""
        return [neuron for layer in self._in_layers() for neuron in layer]

    @property
    def edges(self) -> list[Edge]:
        """All edges, by target in the order of `neurons`, and for each target as they were connected."""
        return [edge for neuron in self.neurons for edge in neuron.fan_in]

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups of neurons that normalise together, by name."""
        return MappingProxyType(self._groups)

    @property
    def ties(self) -> list[Tie]:
        """The ties, in the order of their first members: each neuron's bias, then its incoming weights."""
        if self._ties is None:
            holders = (holder for neuron in self.computing for holder in neuron.holders)
            self._ties = list(dict.fromkeys(holder.tie for holder in holders if holder.tie))
        return list(self._ties)

    @property
    def movable(self) -> tuple[Neuron | Edge | Tie, ...]:
        """What updates move: each neuron for its bias, then its incoming edges; at the end the ties. No frozen ones.

        It is the same tuple until something is connected, frozen, tied or the opposite.
        """
        if self._movable is None:
            alone = (holder for neuron in self.computing for holder in neuron.holders if holder.free)
            self._movable = (*alone, *(tie for tie in self.ties if not tie.frozen))
        return self._movable

    @property
    def computing(self) -> list[Neuron]:
        """The neurons that compute: all but the inputs, layer by layer."""
        return [neuron for layer in self._in_layers()[1:] for neuron in layer]

    @property
    def inputs(self) -> list[Neuron]:
        """The inputs, in the order in which they were added: the order of `x`."""
        return [neuron for neuron in self._by_name.values() if neuron.role == "input"]

    @property
    def outputs(self) -> list[Neuron]:
        """The outputs, in the order in which they were added: the order of `y`."""
        return [neuron for neuron in self._by_name.values() if neuron.role == "output"]

    def check(self) -> None:
        """Prove that the graph and the neurons' own lists tell the same story.

        Raises
        ------
        GraphError
            When they differ, or nothing can be computed: no input, no output, an output that no input reaches.
        """
        listed = {(edge.source, edge.target): edge for neuron in self._by_name.values() for edge in neuron.fan_in}
        mirrored = {(edge.source, edge.target): edge for neuron in self._by_name.values() for edge in neuron.fan_out}
        drawn = {(one, two): data["edge"] for one, two, data in self.graph.edges(data=True)}
        if not (listed == mirrored == drawn and list(self.graph) == list(self._by_name.values())):
            raise GraphError(
                "its graph and its neurons differ.",
                where="network",
                cure="Edit only with connect, disconnect and remove.",
            )
        check_complete(self.neurons)

    # What learning may move.

    def freeze(self, *things: str | Neuron | Edge) -> None:
        """Let no update move these: of a neuron its bias and its incoming weights, of an edge its weight.

        What is tied freezes with all that share its weight or bias.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1], "identity")
        >>> net.freeze("o1")
        >>> net.edge("x1", "o1").frozen, net["o1"].frozen
        (True, True)
        """
        self._set_frozen(things, True)

    def unfreeze(self, *things: str | Neuron | Edge) -> None:
        """Let updates move these again."""
        self._set_frozen(things, False)

    def _set_frozen(self, things: Sequence[str | Neuron | Edge], frozen: bool) -> None:
        for thing in self._learning(things, "freeze" if frozen else "unfreeze"):
            for holder in thing.holders if isinstance(thing, Neuron) else [thing]:
                for shared in holder.tie.members if holder.tie else [holder]:
                    shared._hold(frozen, holder.tie)
        self._movable = self._ties = None

    def _learning(self, things: Sequence[str | Neuron | Edge], where: str) -> list[Neuron | Edge]:
        """Find neurons and edges of this network, none of them an input."""
        found = [thing if isinstance(thing, Edge) else self._find(thing) for thing in things]
        for thing in found:
            if isinstance(thing, Edge):
                if thing.source not in self or thing not in thing.source.fan_out:
                    raise UnknownNameError(
                        "it was removed, or belongs to another network.",
                        where=f"edge {thing.label}",
                        cure=f"Give net.edge{thing.ends}, if there is one.",
                    )
            elif thing.role == "input":
                raise GraphError(
                    f"{thing.name} is an input and has nothing that learns.", where=where, cure="Name another neuron."
                )
        return found

    def tie(self, *things: str | Neuron | Edge) -> Tie:
        """Let edges share one weight, or neurons one bias, that of the first; its gradient is the sum of theirs.

        Whether that is frozen, the first decides as well. A net that is unrolled over time has the same weights and
        biases at each of its steps.

        Raises
        ------
        GraphError
            When there are fewer than two, one is given twice, one is tied already or an input, or there are edges and
            neurons among them.
        UnknownNameError
            When a neuron or edge belongs to another network, or no neuron has that name.

        Examples
        --------
        >>> import neurograph as ng
        >>> net = ng.Network.dense([1, 1, 1], "tanh")
        >>> net.tie(net.edge("x1", "h1"), net.edge("h1", "o1")), net.tie("h1", "o1")
        (<Tie of x1->h1, h1->o1, weight 1.19311>, <Tie of h1, o1, bias 0>)
        """
        own = self._learning(things, "tie")
        biases = [holder for holder in own if isinstance(holder, Neuron)]
        if 0 < len(biases) < len(own):
            raise GraphError(
                "got neurons and edges.", where="tie", cure="Tie biases with biases, and weights with weights."
            )
        kind, tie = "neuron" if biases else "edge", Tie(own)
        for label in tie.labels:
            if tie.labels.count(label) > 1:
                raise GraphError(f"{kind} {label} is given twice.", where="tie", cure="Give each once.")
        if len(own) < 2:
            given = f"one {kind}" if own else "nothing"
            raise GraphError(f"got {given}, expected at least two edges, or two neurons.", where="tie")
        for holder, label in zip(own, tie.labels, strict=True):
            if holder.tie:
                raise GraphError(f"{kind} {label} is tied already.", where="tie", cure="Untie it first.")
        frozen = tie.frozen
        for holder in own:
            holder._hold(frozen, tie)
        tie.move_to(tie.value)
        self._movable = self._ties = None
        return tie

    def _leave_tie(self, holder: Neuron | Edge) -> None:
        """Take what is about to go out of its tie."""
        if tie := holder.tie:
            if isinstance(holder, Edge):
                tie.edges.remove(holder)
            else:
                tie.neurons.remove(holder)
            holder._hold(holder.frozen, None)
            if len(tie.members) == 1:  # nothing is left to share with
                self.untie(tie)

    def untie(self, tie: Tie) -> None:
        """Give every member of a tie a weight or bias of its own again; each starts with the shared one.

        Raises
        ------
        GraphError
            When it is not a tie of this network, or was untied before.
        """
        instance_of(tie, Tie, "untie", "a tie, as net.tie(...) gave", "See net.ties.")
        if tie not in self.ties:
            raise GraphError(f"it is no tie of this network: {tie!r}.", where="untie", cure="See net.ties.")
        for holder in tie.members:
            holder._hold(holder.frozen, None)
        self._movable = self._ties = None

    # Copying: flat lists instead of linked objects, so that no depth of network exhausts the stack.

    def copy(self) -> Self:
        """Copy the network with everything in it; activations and losses, which never change, are shared."""
        twin = type(self).__new__(type(self))
        twin.__setstate__(self.__getstate__())
        return twin

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self.copy()

    def __getstate__(self) -> dict[str, Any]:
        state = flatten(list(self._by_name.values()), list(self._groups))
        return state | {"activations": self._has_activations, "gradients": self._has_gradients}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Structure.__init__(self)  # pickle and copy make the object without it
        for neuron in rebuild(state, self._groups):
            self._by_name[neuron.name] = neuron
        nx.DiGraph.add_nodes_from(self.graph, self._by_name.values())
        nx.DiGraph.add_edges_from(
            self.graph,
            ((edge.source, neuron, {"edge": edge}) for neuron in self._by_name.values() for edge in neuron.fan_in),
        )
        self._computed = True
        self._has_activations, self._has_gradients = state["activations"], state["gradients"]


# For the rest of the package: what people do not do to a network, but what builders and runs of acts do.


def link(structure: Structure, connections: Iterable[tuple[Neuron, Neuron, float]]) -> list[Edge]:
    """Connect sources, targets and weights without a question: for builders, who know that they close no cycle."""
    edges = []
    for source, target, weight in connections:
        edge = Edge(source, target, weight)
        source.fan_out.append(edge)
        target.fan_in.append(edge)
        nx.DiGraph.add_edge(structure.graph, source, target, edge=edge)
        edges.append(edge)
    structure._edited()
    return edges


def note_run(structure: Structure, are_current: bool = True) -> None:
    """Note that passes were run act by act, so values are in place; `backward` and `update` may use current ones."""
    structure._computed = True
    structure._has_activations = structure._has_gradients = are_current


def forget(structure: Structure) -> None:
    """Set every activation, error and gradient to None: not computed."""
    if structure._computed:
        structure._computed = structure._has_activations = structure._has_gradients = False
        for neuron in structure.graph:
            neuron._forget()
