"""Saving and loading: everything back to the last bit, every wrong file refused with its place, nothing half read."""

import copy
import json
import math
import pickle
import re
from random import Random

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import neurograph as ng
from neurograph.data.scaling import Scaler
from neurograph.files import json_input
from neurograph.files import model as model_file
from neurograph.files.model import Model, load, load_model, save
from neurograph.rules.activations import elu, leaky_relu
from tests.strategies import random_example, random_network

MADE = [leaky_relu(0.2), leaky_relu(-1e-05), leaky_relu(2), elu(1.7), elu(1 / 3), leaky_relu(1e300)]
CUBE = ng.Activation("cube", lambda z: z * z * z, lambda z, a: 3.0 * z * z, "z**3", "3 * z**2")
CENTRED = ng.JointActivation(
    "centred",
    lambda z: [value - sum(z) / len(z) for value in z],
    lambda z, a, k, j: (1.0 if k == j else 0.0) - 1.0 / len(z),
    "z - sum(t / 2 for t in group)",
    "same - 1 / 2",
)


def told(net):
    """Tell everything that a saved network has to bring back, numbers as their bits."""
    edges = [edge for neuron in net.graph for edge in neuron.fan_in]
    return {
        "neurons": [(n.name, n.role, n.rule.name, n.b.hex(), n.frozen, n.group and n.group.name) for n in net.graph],
        "fan_in": [[edge.label for edge in neuron.fan_in] for neuron in net.graph],
        "fan_out": [[edge.label for edge in neuron.fan_out] for neuron in net.graph],
        "edges": [(edge.label, edge.w.hex(), edge.frozen) for edge in edges],
        "groups": [(g.name, g.rule.name, [n.name for n in g.members]) for g in net.groups.values()],
        "ties": [(tie.labels, tie.is_bias) for tie in net.ties],
        "layers": [[neuron.name for neuron in layer] for layer in net.layers],
    }


def edited_network(rng):
    """Draw a network that has been edited until no order is the obvious one, with frozen and tied parameters."""
    net = random_network(rng)
    names = [neuron.name for neuron in net.graph]
    for edge in rng.sample(net.edges, min(rng.randint(0, 6), len(net.edges))):
        net.disconnect(*edge.ends)
        if rng.random() < 0.8:
            net.connect(*edge.ends, rng.choice([-0.0, 5e-324, 1.7e308, rng.gauss(0.0, 1.0)]))
    for at in range(rng.randint(0, 3)):
        neuron = net.add_neuron(f"m{at}", rng.choice(MADE), rng.gauss(0.0, 1.0))
        net.connect(rng.choice(net.inputs), neuron, 0.1)
    if rng.random() < 0.3:
        net.remove(rng.choice(names))
    for neuron in net.computing:
        net.freeze(neuron)
        net.unfreeze(*(holder for holder in neuron.holders if holder is not neuron and rng.random() < 0.8))
        if rng.random() < 0.8:
            kept = [edge for edge in neuron.incoming if edge.frozen]
            net.unfreeze(neuron)
            net.freeze(*kept)
    free = rng.sample(net.edges, len(net.edges))
    while len(free) > 4:
        net.tie(*(free.pop() for _ in range(rng.randint(2, 4))))
    if len(net.computing) > 2:
        net.tie(*rng.sample(net.computing, rng.randint(2, 3)))
    return net


def small():
    """x1, x2 -> h1 -> two softmax outputs, with an edge that skips, a tie and things frozen."""
    net = ng.Network()
    for name in ("x1", "x2"):
        net.add_input(name)
    net.add_neuron("h1", "elu", bias=0.1)
    for name in ("o1", "o2"):
        net.add_output(name, "softmax")
    for k, ends in enumerate([("x1", "h1"), ("x2", "h1"), ("h1", "o2"), ("h1", "o1"), ("x2", "o1")]):
        net.connect(*ends, math.sin(k + 1.0))
    net.tie(net.edge("x1", "h1"), net.edge("x2", "h1"))
    net.freeze("o2")
    return net


@pytest.fixture
def path(tmp_path):
    """Where models are saved."""
    return tmp_path / "model.json"


def saved_tree(net, path, **beside):
    save(net, path, **beside)
    return json.loads(path.read_text(encoding="utf-8"))


def numbered(pairs):
    return [pytest.param(*pair, id=f"{at}: {pair[1][:40]}") for at, pair in enumerate(pairs)]


# Round trips.


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_any_network_comes_back_to_the_last_bit_and_in_every_order(tmp_path, seed):
    net = edited_network(Random(seed))
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    save(net, first)
    back = load(first)
    assert told(back) == told(net)
    assert list(back.graph.edges) == [(e.source, e.target) for n in back.graph for e in n.fan_out]
    save(back, second)
    assert second.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("seed", range(30))
def test_a_loaded_network_computes_the_same_bits(path, seed):
    rng = Random(seed)
    net = random_network(rng)
    x, y = random_example(net, "squared_error", rng)
    save(net, path)
    back = load(path)
    back.check()
    assert back.forward(x) == net.forward(x)
    assert back.backward(y) == net.backward(y)
    assert [e.grad for e in back.edges] == [e.grad for e in net.edges]
    assert [n.bias_grad for n in back.neurons] == [n.bias_grad for n in net.neurons]
    assert [n.name for n in back.inputs] == [n.name for n in net.inputs]
    assert [n.name for n in back.outputs] == [n.name for n in net.outputs]
    before = path.read_bytes()
    save(back.copy(), path)
    assert path.read_bytes() == before


def test_what_was_computed_is_not_saved(path):
    net = ng.Network.dense([1, 1], "tanh")
    save(net, path)
    before = path.read_bytes()
    net.forward([1.0])
    net.backward([1.0])
    save(net, path)
    assert path.read_bytes() == before
    assert load(path)["o1"].a is None


def test_the_order_of_groups_comes_back_where_their_first_members_are_gone(path):
    net = ng.Network()
    for name, group in (("a1", "a"), ("b1", "b"), ("a2", "a")):
        net.add_neuron(name, "softmax", group=group)
    net.remove("a1")
    save(net, path)
    assert list(load(path).groups) == list(net.groups) == ["a", "b"]


@pytest.mark.parametrize("record", MADE, ids=lambda record: record.name)
def test_activations_made_with_a_parameter_come_back_by_their_name(path, record):
    net = ng.Network()
    net.add_output("o1", record)
    save(net, path)
    found = load(path)["o1"].rule
    assert found.name == record.name
    assert found.formula == record.formula
    assert found.value(-0.7).hex() == record.value(-0.7).hex()


def test_neurons_share_the_record_of_one_name(path):
    save(ng.Network.dense([1, 3], leaky_relu(0.2)), path)
    assert len({id(neuron.rule) for neuron in load(path).outputs}) == 1


@pytest.mark.parametrize("net", [ng.Network(), ng.Network.dense([2, 3], "softmax")], ids=["empty", "complete"])
def test_a_network_without_edges_or_neurons_comes_back(path, net):
    for edge in net.edges:
        net.disconnect(*edge.ends)
    save(net, path)
    assert told(load(path)) == told(net)
    with pytest.raises(ng.NeurographError, match=r"no input neuron|no input reaches it"):
        load(path).forward([1.0, 2.0])


def test_a_deep_and_a_wide_network_come_back(path):
    for net in (ng.Network.dense([1] * 3000, "tanh", seed=1), ng.Network.dense([100, 50, 10], "softmax", seed=1)):
        save(net, path)
        assert told(load(path)) == told(net)


def test_names_of_every_kind_come_back(path):
    names = ['"quoted"', "back\\slash", "line\nbreak", "nul\0", "é😀", "  spaces ", "</script>", "x" * 1000, "[1]"]
    net = ng.Network()
    for name in names:
        net.add_input(name)
        net.add_output(name + "!" if len(name) < 1000 else "o", "softmax", group=name)
    save(net, path)
    assert told(load(path)) == told(net)


def test_a_tie_and_what_is_frozen_come_back_and_work(path):
    net = small()
    save(net, path)
    back = load(path)
    back.edge("x1", "h1").weight = 7.0
    assert back.edge("x2", "h1").weight == 7.0
    assert back["o2"].frozen
    assert not back["o1"].frozen
    assert [edge.label for edge in back.edges if edge.frozen] == ["h1->o2"]


def test_tied_biases_come_back_and_work(path):
    net = small()
    net.tie("h1", "o1")
    net["h1"].bias = 0.25
    assert saved_tree(net, path)["tied_biases"] == [[2, 3]]
    back = load(path)
    assert told(back) == told(net)
    back["o1"].bias = 7.0
    assert back["h1"].bias == 7.0


def test_a_model_without_tied_biases_has_no_word_of_them(path):
    assert "tied_biases" not in saved_tree(small(), path)


def test_all_that_stands_beside_the_network_comes_back(path):
    training = {
        "epoch": 3, "rate": 0.1, "optimizer": "adam", "memory": [[0.1, -0.0, 5e-324], [], {}], "nesterov": True,
        "best": None, "seed": 2**64, "é \n": "long " * 1000, "": {"a": {"b": {"c": {"d": {"e": [1]}}}}},
    }  # fmt: skip
    scaler = Scaler((1.0, 1 / 3), (0.1, 5e-324), ("width", "height"))
    given = copy.deepcopy(training)
    of_targets = Scaler((4e5, 0.0), (1e5, 1.0), ("price", "rent"))
    save(
        small(), path, feature_names=("a b", ""), class_names=["yes", "no"], scaler=scaler, target_scaler=of_targets,
        training=training,
    )  # fmt: skip
    assert training == given
    model = load_model(path)
    assert (model.feature_names, model.class_names) == (("a b", ""), ("yes", "no"))
    assert (model.scaler, model.target_scaler) == (scaler, of_targets)
    assert model.training == training
    assert repr(model.training) == repr(training)  # -0.0, and ints as ints
    assert told(model.net) == told(small()) == told(load(path))


def test_a_model_takes_and_gives_what_was_measured(path):
    net = ng.Network.dense([2, 2, 2], "tanh", seed=3)
    scaler, of_targets = Scaler((1.0, 2.0), (0.5, 4.0), ("a", "b")), Scaler((4e5, 0.0), (1e5, 2.0), ("price", "rent"))
    save(net, path, scaler=scaler, target_scaler=of_targets)
    rows = [[1.0, 3.0], [0.5, -8.0]]
    assert load_model(path).predict(rows) == of_targets.inverse(net.predict(scaler.transform(rows)))
    save(net, path)
    assert load_model(path).predict(rows) == net.predict(rows)


def test_what_was_not_saved_is_empty(path):
    save(small(), path)
    model = load_model(path)
    assert model == Model(model.net, (), (), None, None)
    save(small(), path, training={})
    assert load_model(path).training == {}


def test_two_classes_may_share_one_output(path):
    save(ng.Network.dense([1, 1], "sigmoid"), path, class_names=["benign", "malignant"])
    assert load_model(path).class_names == ("benign", "malignant")


def test_networkx_reads_the_file(path):
    net = small()
    graph = nx.node_link_graph(saved_tree(net, path), edges="edges")
    assert isinstance(graph, nx.DiGraph)
    assert list(graph) == [neuron.name for neuron in net.graph]
    assert {(*ends, data["weight"]) for *ends, data in graph.edges(data=True)} == {(*e.ends, e.w) for e in net.edges}
    assert graph.nodes["o1"] == {"role": "output", "activation": "softmax", "bias": 0.0, "group": "outputs"}


def test_one_node_and_one_edge_a_line(path):
    save(small(), path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert '    {"id": "h1", "role": "hidden", "activation": "elu", "bias": 0.1},' in lines
    assert lines[:3] == ["{", '  "format": "neurograph",', '  "schema": 1,']


# Activations of the caller's own.


def own_net():
    net = ng.Network()
    net.add_input("x1")
    for name in ("c1", "c2"):
        net.add_neuron(name, CENTRED, group="centre")
    net.add_output("o1", CUBE)
    return net


def test_activations_of_your_own_are_found_among_those_passed(path):
    net = own_net()
    save(net, path)
    back = load(path, activations=iter([CUBE, CENTRED]))
    assert back["o1"].rule is CUBE
    assert back.groups["centre"].rule is CENTRED
    assert told(back) == told(net)


@pytest.mark.parametrize("passed", [[], [CENTRED]])
def test_activations_of_your_own_have_to_be_passed(path, passed):
    save(own_net(), path)
    with pytest.raises(ng.NeurographError) as caught:
        load(path, activations=passed)
    place = "nodes[3]" if passed else "nodes[1]"
    assert str(caught.value).startswith(f"{path}, {place}.activation: unknown activation ")
    assert "pass its record, as in load(path, activations=[record])" in str(caught.value)


@pytest.mark.parametrize(
    ("passed", "message"),
    [
        (CUBE, r"activations: got <Activation cube: .*expected a list of Activation or JointActivation records"),
        ("cube", "activations: got 'cube'"),
        (["cube"], "activations: got 'cube'"),
        ([ng.Activation("tanh", math.sin, lambda z, a: 1.0, "sin(z)", "1")], "'tanh' is the name of a built-in"),
        ([ng.Activation("elu(1.5)", math.sin, lambda z, a: 1.0, "z", "1")], "is the name of a built-in"),
        ([CUBE, ng.Activation("cube", math.sin, lambda z, a: 1.0, "z", "1")], "two records are named 'cube'"),
    ],
    ids=lambda value: re.sub(" at 0x[0-9a-f]+", "", str(value)),  # the same name in every process
)
def test_wrong_activations(path, passed, message):
    save(own_net(), path)
    with pytest.raises(ng.NeurographError, match=message):
        load(path, activations=passed)


def test_a_built_in_may_be_passed_too(path):
    save(ng.Network.dense([1, 1], leaky_relu(0.2)), path)
    passed = leaky_relu(0.2)
    assert load(path, activations=[passed, ng.ACTIVATIONS.find("tanh")])["o1"].rule is passed


@pytest.mark.parametrize(
    "name",
    [
        "leaky_relu(0.20)", "leaky_relu( 0.2)", "leaky_relu(0.2) ", "leaky_relu(0.01)", "elu(1.0)", "elu(nan)",
        "elu(inf)", "elu(1e999)", "elu(1_0)", "elu(True)", "elu(__import__('os'))", "elu()", "elu", "leaky_relu(01)",
        "elu(\u0661)", "leaky_relu(0.2", "relu(0.2)", "elu(1.7)\n", "elu(1e5)", f"elu({'9' * 400})",
    ],
)  # fmt: skip
def test_names_with_a_parameter_are_read_strictly(path, name):
    net = ng.Network()
    net.add_output("o1", "tanh")
    tree = saved_tree(net, path)
    tree["nodes"][0]["activation"] = name
    path.write_text(json.dumps(tree), encoding="utf-8")
    if name == "elu":
        assert load(path)["o1"].rule is ng.ACTIVATIONS.find("elu")
        return
    with pytest.raises(ng.NeurographError, match=r"nodes\[0\]\.activation: unknown activation"):
        load(path)


def other(name):
    return ng.Activation(name, lambda z: 2.0 * z, lambda z, a: 2.0, "2 * z", "2")


def bad_net(**changes):
    net = small()
    for name, change in changes.items():
        setattr(net["h1"] if hasattr(net["h1"], name) else net.edge("h1", "o1"), name, change)
    return net


UNSAVABLE = {
    "a built-in's name": (lambda: bad_net(rule=other("tanh")), "neuron h1: its activation is named 'tanh', as another"),
    "a made one's name": (lambda: bad_net(rule=other("elu(1.7)")), "its activation is named 'elu(1.7)', as another"),
    "nan": (lambda: bad_net(b=math.nan), "neuron h1, bias: got nan, expected a finite number"),
    "infinity": (lambda: bad_net(w=math.inf), "edge h1->o1: got inf, expected a finite number"),
    "a half character": (lambda: bad_net(_name="\ud800"), "without half characters (lone surrogates)"),
    "a long name": (lambda: bad_net(_name="x" * 1001), "name: got 1001 characters, expected at most 1000. Shorten it."),
}


@pytest.mark.parametrize("what", UNSAVABLE)
def test_what_could_not_be_loaded_again_is_not_saved(path, what):
    make, message = UNSAVABLE[what]
    save(small(), path)
    before = path.read_bytes()
    with pytest.raises(ng.NeurographError) as caught:
        save(make(), path)
    assert message in str(caught.value)
    assert path.read_bytes() == before


def test_two_activations_of_one_name_are_not_saved(path):
    net = own_net()
    net.add_neuron("h9", other("cube"))
    with pytest.raises(ng.NeurographError, match="neuron h9: its activation is named 'cube', as another one is"):
        save(net, path)


def test_lists_of_edges_that_contradict_each_other_are_not_saved(path):
    net = ng.Network.dense([2, 2], "tanh")
    net["x1"].fan_out.reverse()
    net["o2"].fan_in.reverse()
    with pytest.raises(ng.NeurographError, match="lists of edges contradict each other"):
        save(net, path)


def test_a_tie_whose_edges_differ_is_not_saved(path):
    net = small()
    net.edge("x1", "h1").w = 5.0
    with pytest.raises(ng.NeurographError, match=r"<Tie of x1->h1, x2->h1.*its members differ"):
        save(net, path)


BESIDE = [
    ({"feature_names": ["a"]}, "save, feature_names: got 1, expected 2, one for each input, or none."),
    ({"feature_names": "ab"}, "save, feature_names: got 'ab' (a str), expected a list of names"),
    ({"feature_names": {"a", "b"}}, "expected a list of names"),
    ({"feature_names": ["a", 1]}, "save, feature_names[1]: got 1, expected a name, as text"),
    ({"class_names": ["a", "b", "c"]}, "save, class_names: got 3, expected 2, one for each output, or none."),
    ({"class_names": None}, "save, class_names: got None"),
    ({"scaler": (0.0, 1.0)}, "save, scaler: got (0.0, 1.0) (a tuple), expected a Scaler"),
    ({"scaler": Scaler((0.0,), (1.0,), ("a",))}, "save, scaler: got one for 1 features, expected 2"),
    ({"target_scaler": Scaler((0.0,), (1.0,), ("a",))}, "save, target_scaler: got one for 1 targets, expected 2"),
    ({"training": [1]}, "save, training: got [1] (a list), expected a dict"),
    ({"training": {"a": (1, 2)}}, "save, training.a: got (1, 2) (a tuple), expected plain dicts, lists"),
    ({"training": {"a": [0.0, math.nan]}}, "save, training.a[1]: got nan, expected a finite number"),
    ({"training": {"a": 10**400}}, "save, training.a: got "),
    ({"training": {1: 2}}, "save, training, a key: got 1, expected text"),
    ({"training": {"a": "\udfff"}}, "save, training.a: got "),
    ({"training": {"a": b""}}, "save, training.a: got b''"),
    (
        {"training": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}},
        "e.f.g.h: it is nested too deeply",
    ),
]


@pytest.mark.parametrize(("beside", "message"), numbered(BESIDE))
def test_wrong_things_beside_the_network(path, beside, message):
    with pytest.raises(ng.NeurographError) as caught:
        save(small(), path, **beside)
    assert message in str(caught.value)
    assert not path.exists()


def test_a_circle_in_the_training_state_is_no_endless_loop(path):
    training = {}
    training["again"] = training
    with pytest.raises(ng.NeurographError, match="nested too deeply"):
        save(small(), path, training=training)


@pytest.mark.parametrize("wrong", [None, 3, b"model.json", "", ["model.json"]])
def test_a_wrong_path(wrong):
    for call in (lambda: save(small(), wrong), lambda: load(wrong)):
        with pytest.raises(ng.NeurographError, match=r"(save|load), path: got .*expected the name of a file"):
            call()


def test_only_networks_are_saved(path):
    with pytest.raises(ng.NeurographError, match=r"save, net: got 3, expected a Network"):
        save(3, path)


# Wrong files.


def change(place, value):
    """Put a value in a place of the tree, or take what is there out with `...`."""

    def edit(tree):
        *way, last = place
        for key in way:
            tree = tree[key]
        if value is ...:
            del tree[last]
        else:
            tree[last] = value

    return edit


def add(place, value):
    def edit(tree):
        for key in place:
            tree = tree[key]
        tree.append(value)

    return edit


def node(**changes):
    return {"id": "h9", "role": "hidden", "activation": "tanh", "bias": 0.0} | changes


def edge(source, target, **changes):
    return {"source": source, "target": target, "weight": 1.0} | changes


# The nodes of `small` are x1, x2, h1, o1, o2; its edges x1->h1, x2->h1, h1->o1, h1->o2, x2->o1 in some order.
WRONG_FORM = [
    (change(["format"], "onnx"), ", format: got 'onnx' (a str), expected \"neurograph\". Is it the right file?"),
    (change(["format"], ...), ": format is missing, expected a model as save writes it"),
    (
        change(["schema"], 2),
        ", schema: 2 is newer than the 1 that this version of neurograph reads. Update neurograph.",
    ),
    (change(["schema"], 0), ", schema: got 0, expected the version 1"),
    (change(["schema"], True), ", schema: got True (a bool), expected the version 1"),
    (change(["schema"], ...), ", schema: got None, expected the version 1"),
    (change(["directed"], False), ", directed: got False (a bool), expected true"),
    (change(["directed"], 1), ", directed: got 1, expected true or false"),
    (change(["multigraph"], True), ", multigraph: got True (a bool), expected false"),
    (change(["edges"], ...), ": edges is missing. It needs format, schema, "),
    (change(["links"], []), ": there is no field 'links'. "),
    (change(["feature_name"], []), ": there is no field 'feature_name'. Did you mean 'feature_names'?"),
    (change(["graph"], []), ", graph: got [] (a list), expected an object with groups"),
    (change(["graph", "groups"], ["outputs", "outputs"]), ", graph.groups: got ['outputs', 'outputs'] (a list)"),
    (change(["graph", "groups"], [1]), ", graph.groups[0]: got 1, expected text"),
    (change(["nodes"], {}), ", nodes: got {} (a dict), expected a list"),
    (change(["nodes", 2], 7), ", nodes[2]: got 7, expected an object with id, role, activation, bias"),
    (change(["nodes", 2, "bias"], ...), ", nodes[2]: bias is missing. It needs id, role, activation, bias."),
    (change(["nodes", 2, "colour"], 1), ", nodes[2]: there is no field 'colour'. "),
    (change(["nodes", 2, "bias"], None), ", nodes[2].bias: got None, expected one finite number"),
    (change(["nodes", 2, "bias"], True), ", nodes[2].bias: got True (a bool), expected one finite number"),
    (change(["nodes", 2, "bias"], "0.1"), ", nodes[2].bias: got '0.1' (a str), expected one finite number"),
    (change(["nodes", 2, "id"], ""), ", nodes[2]: add_neuron, name: got '' (a str), expected a name that is not empty"),
    (change(["nodes", 2, "id"], " \n"), "expected a name that is not empty"),
    (change(["nodes", 2, "id"], 5), ", nodes[2].id: got 5, expected text"),
    (change(["nodes", 2, "id"], "x" * 1001), ", nodes[2].id: got 1001 characters, expected at most 1000"),
    (change(["nodes", 2, "role"], "middle"), ", nodes[2].role: got 'middle' (a str), expected one of input, hidden,"),
    (change(["nodes", 2, "role"], ["hidden"]), ", nodes[2].role: got ['hidden'] (a list), expected one of"),
    (change(["nodes", 2, "role"], "input"), ", nodes[2]: h1 is an input, expected the activation identity"),
    (change(["nodes", 0, "bias"], 0.5), ", nodes[0]: x1 is an input, expected the activation identity, the bias 0"),
    (change(["nodes", 0, "activation"], "tanh"), ", nodes[0]: x1 is an input, expected the activation identity"),
    (change(["nodes", 0, "frozen"], True), ", nodes[0]: x1 is an input, expected the activation identity"),
    (change(["nodes", 0, "group"], "outputs"), ", nodes[0]: x1 is an input, expected the activation identity"),
    (change(["nodes", 2, "activation"], None), ", nodes[2].activation: got None, expected text"),
    (change(["nodes", 4, "group"], ""), "expected a name that is not empty"),
    (change(["nodes", 4, "group"], 1), ", nodes[4].group: got 1, expected text"),
    (change(["nodes", 4, "frozen"], 1), ", nodes[4].frozen: got 1, expected true or false"),
    (change(["edges"], None), ", edges: got None, expected a list"),
    (change(["edges", 2, "weight"], ...), ", edges[2]: weight is missing. It needs source, target, weight."),
    (change(["edges", 2, "key"], 0), ", edges[2]: there is no field 'key'. "),
    (change(["edges", 2, "weight"], [1.0]), ", edges[2].weight: got [1.0] (a list), expected one finite number"),
    (change(["edges", 2, "weight"], False), ", edges[2].weight: got False (a bool), expected one finite number"),
    (change(["edges", 2, "frozen"], None), ", edges[2].frozen: got None, expected true or false"),
    (change(["edges", 2, "target"], 3), ", edges[2].target: got 3, expected text"),
    (change(["ties"], {}), ", ties: got {} (a dict), expected a list"),
    (change(["ties", 0], 1), ", ties[0]: got 1, expected a list"),
    (change(["ties", 0], [0]), ", ties[0]: tie: got one edge, expected at least two edges, or two neurons."),
    (change(["ties", 0], [0, 0]), ", ties[0]: tie: edge x1->h1 is given twice. Give each once."),
    (change(["ties", 0], [-1, 0]), ", ties[0][0]: got -1, expected the number of an edge"),
    (change(["ties", 0], [True, 0]), ", ties[0][0]: got True (a bool), expected the number of an edge"),
    (change(["feature_names"], "ab"), ", feature_names: got 'ab' (a str), expected a list of names"),
    (change(["class_names"], [1, 2]), ", class_names[0]: got 1, expected a name, as text"),
    (change(["scaler"], None), ", scaler: got None, expected an object with feature_names, means, deviations"),
    (change(["scaler", "means"], ...), ", scaler: means is missing."),
    (change(["scaler", "means"], "12"), ", scaler: Scaler, means: got '12' (a str)"),
    (change(["scaler", "means", 1], True), ", scaler: Scaler, means[1] (for b): got True (a bool)"),
    (
        change(["scaler", "deviations", 0], 0.0),
        ", scaler: Scaler, deviation of 'a': got 0.0, expected a number above 0",
    ),
    (change(["scaler", "feature_names"], {}), ", scaler.feature_names: got {} (a dict), expected a list of names"),
    (change(["training"], [1]), ", training: got [1] (a list), expected a dict"),
]

# Of the right form, but the pieces do not fit together: more than a schema can tell.
WRONG_SENSE = [
    (change(["schema"], 1.0), ", schema: got 1.0, expected the version 1"),
    (change(["graph", "groups"], []), ", graph.groups: got [] (a list), expected the groups of the nodes, each once"),
    (change(["nodes", 2, "bias"], 10**399), ", nodes[2].bias: got "),
    (
        change(["nodes", 2, "id"], "\ud800"),
        ", nodes[2].id: got '\\ud800' (a str), expected text without half characters",
    ),
    (change(["nodes", 2, "id"], "x1"), ", nodes[2]: add_neuron: a neuron named 'x1' exists already"),
    (change(["nodes", 2, "activation"], "elo"), ", nodes[2].activation: unknown activation 'elo'. If it is your own"),
    (change(["nodes", 2, "activation"], "elo"), "Did you mean 'elu'? Known: identity, sigmoid"),
    (change(["nodes", 2, "activation"], "softmax"), ", nodes[2]: softmax works on a group, and group is missing."),
    (
        change(["nodes", 2, "group"], "outputs"),
        ", nodes[2]: neuron h1: elu works on one neuron, so group='outputs' has",
    ),
    (change(["nodes", 4, "group"], ...), ", nodes[4]: softmax works on a group, and group is missing."),
    (
        change(["edges", 2, "source"], "h9"),
        ", edges[2].source: there is no node 'h9'. Known: x1, x2, h1, o1, o2.",
    ),
    (add(["edges"], edge("h1", "x1")), ", edges[5].target: x1 is an input and takes no edges."),
    (add(["edges"], edge("x2", "o1")), ", edges[5]: there is an edge x2->o1 already. Leave one of them out."),
    (add(["edges"], edge("h1", "h1")), ", edges[5]: it closes a cycle: h1 -> h1. Leave one of its edges out."),
    (add(["edges"], edge("o1", "h1")), ", edges[5]: it closes a cycle: o1 -> h1 -> o1. Leave one of its edges out."),
    (add(["edges"], edge("o1", "o2")), ", edges[5]: it closes a cycle: o1 -> o2 -> [group 'outputs'] -> o1."),
    (change(["ties", 0], [0, 5]), ", ties[0][1]: got 5, expected the number of an edge, from 0 to 4"),
    (change(["ties", 0], [0.0, 1]), ", ties[0][0]: got 0.0, expected the number of an edge"),
    (add(["ties"], [0, 1]), ", ties[1]: tie: edge x1->h1 is tied already."),
    (change(["edges", 0, "weight"], 9.0), ", ties[0]: its members differ in value or frozen"),
    (change(["edges", 0, "frozen"], True), ", ties[0]: its members differ in value or frozen"),
    (change(["feature_names"], ["a"]), ", feature_names: got 1, expected 2, one for each input, or none."),
    (change(["scaler", "means"], [1.0]), ", scaler: Scaler, means: got 1 number, expected 2"),
    (
        change(["scaler"], {"feature_names": ["a"], "means": [0], "deviations": [1]}),
        ", scaler: got one for 1 features, expected 2, one for each input.",
    ),
    (
        change(["training", "epoch"], [[[[[[[[1]]]]]]]]),
        ", training.epoch[0][0][0][0][0][0][0]: it is nested too deeply",
    ),
    (change(["training", "epoch"], "\ud800"), ", training.epoch: got '\\ud800' (a str), expected text without half"),
]


def tree_to_be_wronged(path):
    scaler = Scaler((1.0, 2.0), (3.0, 4.0), ("a", "b"))
    tree = saved_tree(small(), path, feature_names=["a", "b"], scaler=scaler, training={"epoch": 1})
    assert [e["source"] + e["target"] for e in tree["edges"][:2]] == ["x1h1", "x2h1"]
    return tree


@pytest.mark.parametrize(("edit", "message"), numbered([*WRONG_FORM, *WRONG_SENSE]))
def test_a_wrong_file_is_refused_with_its_place(path, edit, message):
    tree = tree_to_be_wronged(path)
    edit(tree)
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(ng.NeurographError) as caught:
        load_model(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def raw(old, new):
    return lambda text: text.replace(old, new, 1)


WRONG_TEXT = [
    (lambda text: "", ", line 1, column 1: it is not JSON"),
    (lambda text: text[:-3], ": it is not JSON"),
    (lambda text: "[]", ": got [] (a list), expected a model as save writes it"),
    (lambda text: "null", ": got None, expected a model as save writes it"),
    (lambda text: '{"weights": {"*": 1}}', ": format is missing, expected a model as save writes it"),
    (raw('"bias": 0.1', '"bias": NaN'), ": it holds NaN, expected finite numbers only."),
    (raw('"bias": 0.1', '"bias": -Infinity'), ": it holds -Infinity, expected finite numbers only."),
    (raw('"bias": 0.1', '"bias": 1e999'), ", nodes[2].bias: got inf, expected a finite number"),
    (raw('"bias": 0.1', '"bias": ' + "9" * 5000), ": it holds a number of 5000 digits, expected numbers that fit"),
    (raw('"bias": 0.1', '"bias": 0.1, "bias": 0.1'), ": the key 'bias' is given twice. Leave one of them out."),
    (raw('"bias": 0.1', '"bias": 0.1, "bias": 0.1'), ": in {'activation': 'elu', 'bias': 0.1, 'id': 'h1', 'role'"),
    (raw('"bias": 0.1', '"bias": ' + "[" * 100_000), ": it is nested too deeply to be a model."),
    (raw('"bias": 0.1', '"bias": ' + '{"a":' * 100_000), ": it is nested too deeply to be a model."),
    (raw('"h1"', '"h\n1"'), ": it is not JSON (Invalid control character at)."),
]


@pytest.mark.parametrize(("edit", "message"), numbered(WRONG_TEXT))
def test_a_wrong_text_is_refused_with_its_place(path, edit, message):
    save(small(), path)
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ng.NeurographError) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_files_that_are_no_text_or_not_there(path, tmp_path):
    with pytest.raises(ng.NeurographError, match=r"model\.json: cannot be read \(No such file or directory\)"):
        load(path)
    with pytest.raises(ng.NeurographError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(ng.NeurographError, match="cannot be read"):
        load("a\0b")
    path.write_bytes(pickle.dumps({"format": "neurograph"}))
    with pytest.raises(ng.NeurographError, match="not UTF-8 text"):
        load(path)


def test_a_mark_of_byte_order_does_no_harm(path):
    save(small(), path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert told(load(path)) == told(small())


def test_an_oversized_file_is_neither_written_nor_read(path, monkeypatch):
    save(small(), path)
    before = path.read_bytes()
    monkeypatch.setattr(model_file, "LARGEST_FILE", len(before))
    monkeypatch.setattr(json_input, "LARGEST_FILE", len(before))
    save(small(), path)
    load(path)
    with pytest.raises(ng.NeurographError, match=r"the model takes more than the 0 MiB that load reads"):
        save(small(), path, training={"a": 1})
    assert path.read_bytes() == before
    path.write_bytes(before + b" ")
    with pytest.raises(ng.NeurographError, match="the file is larger than 0 MiB"):
        load(path)


def test_a_long_cycle_is_shown_by_its_ends(path):
    net = ng.Network.dense([1, *[1] * 500, 1], "tanh")
    tree = saved_tree(net, path)
    tree["edges"].append(edge("o1", "h1_1"))
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(ng.NeurographError) as caught:
        load(path)
    assert "edges[501]: it closes a cycle: o1 -> h1_1 -> h2_1 -> " in str(caught.value)
    assert " -> h500_1 -> o1. Leave one of its edges out." in str(caught.value)
    assert len(str(caught.value)) < 900


# Fuzzing: real files, changed at random, are refused or read into a network that works.

FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BESIDE_A_SMALL_NET = {
    "feature_names": ["a", "b"],
    "class_names": ["yes", "no"],
    "scaler": Scaler((0.5, 0.0), (1.0, 2.0), ("a", "b")),
    "target_scaler": Scaler((0.5, 0.0), (1.0, 2.0), ("c", "d")),
    "training": {"epoch": 1, "memory": [0.5, {"deep": [None, True]}]},
}


def read_or_refused(path):
    """Load a file: refused with its name, or a whole model that can be used."""
    try:
        model = load_model(path)
    except ng.NeurographError as refused:
        message = str(refused)
    else:
        can_be_used(model, path)
        return
    assert message.startswith(str(path))


def can_be_used(model, path):
    """Save a model once more, with the same result, and run its network."""
    net = model.net
    beside = {name: getattr(model, name) for name in BESIDE_A_SMALL_NET}
    again = path.with_name("again.json")
    save(net, again, **beside)
    assert told(load(again)) == told(net)
    try:
        net.check()
        y = net.forward([0.5] * len(net.inputs))
        net.backward([1.0 / len(y)] * len(y))
    except ng.NeurographError:
        pass  # incomplete, or numbers too large; said in the usual way
    else:
        assert all(map(math.isfinite, y))


def any_real_file(data, path):
    """Save the small network with everything beside it, or a random one."""
    if data.draw(st.booleans()):
        save(small(), path, **BESIDE_A_SMALL_NET)
    else:
        save(edited_network(Random(data.draw(st.integers(0, 999)))), path)


@FUZZ
@given(data=st.data())
def test_any_change_of_bytes_is_refused_or_read(tmp_path, data):
    path = tmp_path / "model.json"
    any_real_file(data, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"1", b'"', b"}", b"e9", b"-", b"\\u0000"]))
        )
        content[at : at + data.draw(st.integers(0, 3))] = piece
    path.write_bytes(bytes(content))
    read_or_refused(path)


@FUZZ
@given(data=st.data())
def test_any_part_of_a_file_or_line_of_it_repeated_is_refused_or_read(tmp_path, data):
    path = tmp_path / "model.json"
    any_real_file(data, path)
    lines = path.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["cut", "drop", "twice", "swap"])):
        case "cut":
            del lines[at:]
        case "drop":
            del lines[at]
        case "twice":
            lines.insert(at, lines[at])
        case "swap":
            lines[at], lines[0] = lines[0], lines[at]
    path.write_bytes(b"".join(lines))
    read_or_refused(path)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "x1", "h1", "o1", "softmax", "tanh", "elu(2.5)", "input", "hidden", "outputs", "\ud800", "\0"]
    ),
    # copies, for a value that was put into a tree may itself be edited
    st.sampled_from([10**350, -(10**30), [], {}, [[]], {"id": "h1"}, ["outputs"], [0, 1], [[0, 1]]]).map(copy.deepcopy),
    st.text(max_size=4),
)


def places(tree):
    """List every place in a tree, as its container and the key in it."""
    waiting, found = [tree], []
    for container in waiting:
        keys = container if isinstance(container, dict) else range(len(container))
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], (dict, list)):
                waiting.append(container[key])
    return found


def structural_edit(tree, data):
    """Drop, add, retype, duplicate, move or rename at random, anywhere in the tree."""
    found = places(tree)
    if not found:
        return
    container, key = found[data.draw(st.integers(0, len(found) - 1))]
    match data.draw(st.sampled_from(["drop", "add", "retype", "duplicate", "exchange", "rename"])):
        case "drop":
            del container[key]
        case "retype":
            container[key] = data.draw(VALUES)
        case "add" if isinstance(container, list):
            container.insert(key, data.draw(VALUES))
        case "add":
            container[data.draw(st.sampled_from(["frozen", "group", "ties", "id", "weight", "training", "extra"]))] = (
                data.draw(VALUES)
            )
        case "duplicate" if isinstance(container, list):
            container.insert(data.draw(st.integers(0, len(container))), copy.deepcopy(container[key]))
        case "exchange":
            place = found[data.draw(st.integers(0, len(found) - 1))]
            other_value = copy.deepcopy(place[0][place[1]])
            place[0][place[1]] = copy.deepcopy(container[key])
            container[key] = other_value
        case "rename" if isinstance(container, dict):
            container[data.draw(st.text(max_size=3))] = container.pop(key)


@FUZZ
@given(data=st.data())
def test_any_change_of_the_tree_is_refused_or_read(tmp_path, data):
    path = tmp_path / "model.json"
    any_real_file(data, path)
    tree = json.loads(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        structural_edit(tree, data)
    path.write_text(json.dumps(tree), encoding="utf-8")
    read_or_refused(path)
