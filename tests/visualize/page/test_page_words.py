"""Everything that a trace can do has its sentence on the page, and no sentence is there for nothing."""

from typing import get_args

import pytest
from page_reader import Page
from page_traces import TRACES, told

import neurograph as ng
from neurograph.program.recording import Phase
from neurograph.quantities import QUANTITIES
from neurograph.trace.step import KINDS
from strategies import random_case
from visualize.page.stepper import stepper_html
from visualize.page.words import EQUATIONS, PHASES, SENTENCES, TITLES, WAYS

OF_THE_PAGE = {"delta_of_slope_0", "frozen"}
SELF_EVIDENT = {
    "z",
    "a",
    "C",
    "dC/dx",
    "update",
    "mean",
    "prediction",
}  # equations that the sentence of the act explains


@pytest.fixture(scope="module")
def operations():
    """What is done in many traces."""
    traces = [make() for make in TRACES.values()]
    cases = map(random_case, range(20))
    traces += [case.net.trace(case.x, case.y, case.loss, long_way=bool(at % 2)) for at, case in enumerate(cases)]
    return [operation for trace in traces for step in trace.at("neuron") for operation in step.operations]


def test_every_kind_of_act_and_of_term_has_its_sentence_and_no_other_has(operations):
    keys = {operation.key for operation in operations} | {
        operation.term_key for operation in operations if len(operation.terms)
    }
    assert keys == set(SENTENCES) - OF_THE_PAGE == set(TITLES) == set(KINDS)


def test_every_phase_has_its_name_and_its_sentence(operations):
    assert {operation.phase for operation in operations} == set(PHASES) == set(get_args(Phase))


def test_every_equation_of_backpropagation_has_its_sentence(operations):
    """Where a delta goes a way of its own, the card looks for an equation of that name first."""
    names = set()
    for operation in operations:
        way = WAYS.get(operation.key, "")
        plain = {operation.lines[0].equation, operation.lines[-1].equation}
        names |= {name + way if name + way in EQUATIONS else name for name in plain}
    assert names == set(EQUATIONS) | SELF_EVIDENT


def test_every_sentence_ends_and_every_name_is_short():
    assert all(sentence.endswith(".") for sentence in (*SENTENCES.values(), *(said for _, said in PHASES.values())))
    names = [*(name for name, _ in PHASES.values()), *(kind.sign for kind in QUANTITIES.values())]
    assert all(len(name) < 18 for name in names)


def test_the_page_has_the_words_of_this_file():
    _, page = told("softmax")
    for part, words in (("phases", PHASES), ("equations", EQUATIONS)):
        assert page.data[part] == {key: list(value) for key, value in words.items()}


@pytest.mark.parametrize(
    ("name", "subject", "kind", "sentence"),
    [
        ("softmax", "h1", "activation", "activation"),
        ("softmax", "o1", "activation", "group_activation"),
        ("hidden softmax", "s1", "activation", "group_activation"),
        ("softmax", "h1", "delta", "delta"),
        ("softmax", "o1", "delta", "short_delta"),
        ("long way", "o1", "delta through the Jacobian", "jacobian_delta"),
        ("half short", "o1", "delta from loss and edges", "short_delta_and_edges"),
        ("outputs of a group", "o1", "delta of a group", "short_group_delta"),
        ("outputs of a group", "h", "delta of a group", "short_group_delta"),
        ("half short", "o2", "delta", "short_delta"),
        ("half short", "h2", "delta", "delta_of_slope_0"),
        ("hidden softmax", "", "sum of the terms", "loss_only_term"),
        ("softmax", "", "sum of the terms", "loss_sum"),
        ("frozen and tied", "o2", "new bias and weights", "frozen"),
        ("frozen and tied", "h1", "new bias and weights", "update"),
    ],
)
def test_an_act_has_the_sentence_of_the_way_it_goes(name, subject, kind, sentence):
    trace, page = told(name)
    steps = zip(trace.at("neuron"), page.operations, strict=True)
    said = {operation.why for step, operation in steps if (step.subject, step.kind) == (subject, kind)}
    assert said == {SENTENCES[sentence]}


def test_a_neuron_of_which_only_a_part_is_frozen_is_not_said_to_be():
    net = ng.Network.dense([2, 1], "tanh", seed=1)
    net.freeze("o1")
    frozen = net.trace([1.0, 2.0], [0.5])
    net.unfreeze(net.edge("x2", "o1"))
    partly = net.trace([1.0, 2.0], [0.5])
    for trace, sentence in ((frozen, "frozen"), (partly, "update")):
        (update,) = [operation for operation in Page(stepper_html(trace)).operations if operation.phase == "update"]
        assert update.why == SENTENCES[sentence]
