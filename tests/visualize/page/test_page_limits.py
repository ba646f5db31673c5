"""What a page leaves out, it counts: coarser units, acts of many lines, and layers that are shown in part."""

import pytest
from page_reader import Page
from page_traces import told, wide

import neurograph as ng
from visualize.page.stepper import stepper_html

UNITS = ["term", "neuron", "layer", "phase"]


def drawn(page):
    """The neurons and the edges that have a place of their own in the picture."""
    names = [text for text, _ in page.table["names"]]
    nodes, links = page.data["picture"]["nodes"], page.data["picture"]["links"]
    neurons = {names[node["neurons"][0]] for node in nodes if len(node["neurons"]) == 1}
    return neurons | {tuple(names[end] for end in link["edge"]) for link in links if "edge" in link}


def keys(lines, page):
    return [page.keys[line.result] for line in lines]


@pytest.mark.parametrize("finest", UNITS)
def test_a_page_offers_its_finest_unit_and_all_coarser_ones(finest):
    trace, _ = told("sigmoid")
    page = Page(stepper_html(trace.at("neuron"), finest=finest))
    assert page.units == UNITS[UNITS.index(finest) :]
    assert page.data["opens"] == max("neuron", finest, key=UNITS.index)
    assert [len(page.steps(unit)) for unit in page.units] == [len(trace.at(unit)) for unit in page.units]


@pytest.mark.parametrize(("finest", "limit"), [("neuron", None), ("layer", 12), ("phase", 4)])
def test_an_act_of_a_coarse_page_has_its_first_lines_and_counts_the_rest(finest, limit):
    trace = ng.Network.dense([20, 3, 1], "tanh", seed=6).trace([0.1] * 20, [0.5])
    page = Page(stepper_html(trace, finest=finest))
    for step, operation in zip(trace.at("neuron"), page.operations, strict=True):
        assert keys(operation.lines, page) == [line.left.key for line in step.lines[:limit]]
        assert operation.hidden == max(len(step.lines) - (limit or len(step.lines)), 0)
        assert operation.terms == []
    assert max(operation.hidden for operation in page.operations) == 21 - (limit or 21)


@pytest.mark.parametrize("finest", ["term", "neuron"])
def test_an_act_of_many_lines_has_the_first_and_those_of_what_is_drawn_and_counts_the_others(finest):
    trace, page = wide(finest)
    own, hidden = drawn(page), 0
    for step, operation in zip(trace.at("neuron"), page.operations, strict=True):
        expected = [line.left.key for line in step.lines]
        if len(expected) > 40:
            expected = [expected[0], *(key for key in expected[1:] if key.owner in own)]
        assert keys(operation.lines, page) == expected
        assert operation.hidden == len(step.lines) - len(expected)
        assert len(operation.terms) == (len(step.operations[0].terms) if finest == "term" else 0)
        hidden += operation.hidden
    # Gradients and updates of 7 neurons: of each 46 lines all but the bias and 4 edges; of the 3 not drawn, the bias.
    assert hidden == 2 * (4 * (46 - 5) + 3 * (46 - 1))


def test_every_neuron_and_every_edge_is_drawn_or_counted_once():
    trace, page = wide("neuron")
    picture = page.data["picture"]
    shown = [name for node in picture["nodes"] for name in node["neurons"]]
    assert sorted(shown) == list(range(len(trace.before)))
    assert sum(link.get("count", 1) for link in picture["links"]) == len(trace.before.edges)
    assert [len(node["neurons"]) for node in picture["nodes"]] == [1, 1, 41, 1, 1, 1, 1, 3, 1, 1, 1, 1]
    assert [layer["text"][0] for layer in picture["layers"]] == ["45 inputs", "layer 1: 7", "outputs"]


@pytest.mark.parametrize("finest", ["term", "neuron"])
def test_after_every_step_a_page_with_hidden_neurons_knows_all_of_what_it_shows(finest):
    trace, page = wide(finest)
    own = drawn(page)
    for unit in UNITS[1:]:
        view = trace.at(unit)
        for k, step in enumerate(page.steps(unit)):
            for (kind, owner), value in view.state(k).items():
                q = page.find(kind, owner, 0, step.end - 1)
                if q is None:
                    assert owner not in own or value is None, (kind, owner)
                else:
                    assert (page.values[q] if page.known_from[q] < step.end else None) == value, (unit, k, kind, owner)


def test_a_network_of_more_than_200_neurons_is_shown_in_part_and_by_neuron():
    def page_of(inputs, **options):
        trace = ng.Network.dense([inputs, 2, 1], "tanh", seed=6).trace([0.1] * inputs, [0.5])
        return Page(stepper_html(trace, checks=False, **options))

    page = page_of(197)
    assert (page.units, len(page.data["picture"]["nodes"])) == (UNITS, 200)
    page = page_of(198)
    assert (page.units, len(page.data["picture"]["nodes"])) == (UNITS[1:], 12 + 1 + 2 + 1)
    page = page_of(198, most=5, finest="phase")
    assert (page.units, len(page.data["picture"]["nodes"])) == (["phase"], 5 + 1 + 2 + 1)


def test_checks_are_made_for_up_to_2000_parameters_and_when_asked_for():
    def checks_of(inputs, **options):
        trace = ng.Network.dense([inputs, 2], "tanh", seed=6).trace([0.001] * inputs, [0.5, -0.5])
        page = Page(stepper_html(trace, finest="layer", **options))
        return sum(bool(line.verdict) for line in page.lines)

    assert checks_of(3) == 2 * (1 + 4)  # of each output delta, the bias and three weights
    assert checks_of(3, checks=False) == 0
    assert checks_of(666) == 2 * (1 + 7)  # of the first 12 lines, the bias and the six weights that are drawn
    assert checks_of(667) == 0  # 2 * 667 weights and 669 neurons
    assert checks_of(667, checks=True) == 2 * (1 + 7)
