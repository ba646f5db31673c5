"""The plots of parameters: the loss surface shows losses of the net itself, the matrix the numbers of its edges."""

import math
from itertools import pairwise

import numpy as np
import pytest

import neurograph as ng
from neurograph.graph.parameters import parameters_of
from strategies import random_case
from visualize.plots.axes_parts import round_numbers
from visualize.plots.loss_plane import along_path, along_random, losses_over, read_path
from visualize.plots.matrix import matrix_of, plot_matrix
from visualize.plots.surface import levels_for, plot_loss_surface

X, Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]


def xor_net(seed=1):
    return ng.Network.dense([2, 3, 1], ["tanh", "sigmoid"], seed=seed)


def trained(epochs=20):
    net = xor_net()
    history = ng.train(net, X, Y, optimizer=ng.Adam(0.1), epochs=epochs, snapshots=1, progress=False)
    return net, history


def mean_loss(net, loss="squared_error", xs=X, ys=Y):
    total = 0.0
    for x, y in zip(xs, ys, strict=True):
        net.forward(x)
        total += net.backward(y, loss)
    net.zero_grad()
    return total / len(xs)


def grid_of(drawn):
    """How far the plane goes: the limits of the axes."""
    return drawn.ax.get_xlim(), drawn.ax.get_ylim()


# The surface.


@pytest.mark.parametrize("seed", [33, 5, 12])
def test_every_point_is_the_mean_loss_of_the_net_with_those_parameters(seed):
    case = random_case(seed)
    net, land = case.net, along_random(parameters_of(case.net), 4)
    grid = (np.array([-0.1, 0.0, 0.1]), np.array([0.0, 0.05]))
    found = losses_over(net.copy(), [(case.x, case.y)], case.loss, land, grid)
    origin = [parameter.value for parameter in parameters_of(net)]
    for row, up in enumerate(grid[1]):
        for column, across in enumerate(grid[0]):
            moved = net.copy()
            for at, parameter in enumerate(parameters_of(moved)):
                parameter.move_to(origin[at] + across * land.one[at] + up * land.two[at])
            assert found[row, column] == pytest.approx(mean_loss(moved, case.loss, [case.x], [case.y]), rel=1e-12)
    assert found[0, 1] == mean_loss(net, case.loss, [case.x], [case.y])


def test_along_named_weights_the_axes_tell_their_values():
    net = xor_net()
    net.freeze("h1")  # a frozen one can be named as well
    drawn = plot_loss_surface(net, X, Y, weights=("x1->h1", "h1"), span=2.0, resolution=5)
    weight, bias = net.edge("x1", "h1").weight, net["h1"].bias
    assert (drawn.ax.get_xlabel(), drawn.ax.get_ylabel()) == ("weight x1->h1", "bias h1")
    (left, right), (low, high) = grid_of(drawn)
    assert (left, right, low, high) == pytest.approx((weight - 2.0, weight + 2.0, bias - 2.0, bias + 2.0))
    assert drawn["here"].get_xydata().tolist() == [[weight, bias]]
    losses = []
    for w in np.linspace(left, right, 5):
        for b in np.linspace(low, high, 5):
            moved = net.copy()
            moved.edge("x1", "h1").weight, moved["h1"].bias = w, b
            losses.append(mean_loss(moved))
    assert (drawn["filled"].zmin, drawn["filled"].zmax) == pytest.approx((min(losses), max(losses)))
    same = plot_loss_surface(net, X, Y, weights=(net.edge("x1", "h1"), net["h1"]), span=2.0, resolution=5)
    assert same.alt == drawn.alt


def test_the_extremes_of_the_surface_are_those_of_the_net():
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    drawn = plot_loss_surface(net, [[1.0]], [[1.0]], weights=("x1->o1", "o1"), span=1.0, resolution=3)
    # the loss is (w + b - 1)**2 / 2, w from 0 to 2, b from -1 to 1
    assert (drawn["filled"].zmin, drawn["filled"].zmax) == (0.0, 2.0)
    assert "It goes from 0, at (2, -1), to 2." in drawn.alt


def test_random_directions_are_as_long_as_the_parameters_of_each_neuron():
    case = random_case(33)
    parameters = parameters_of(case.net)
    one, again, other = (along_random(parameters, seed) for seed in (1, 1, 2))
    assert (one.one == again.one).all()
    assert not (one.one == other.one).any()
    for neuron in case.net.neurons:
        if neuron.role != "input":
            own = [at for at, p in enumerate(parameters) if p.holder is neuron or p.holder in neuron.fan_in]
            length = math.sqrt(sum(parameters[at].value ** 2 for at in own))
            for direction in (one.one, one.two):
                assert np.linalg.norm(direction[own]) == pytest.approx(length)


def test_frozen_parameters_stay_and_tied_ones_move_together():
    net = ng.Network.dense([2, 2, 1], "tanh", seed=1)
    net.freeze("h1")
    net.tie(net.edge("h1", "o1"), net.edge("h2", "o1"))
    parameters = parameters_of(net)
    assert len(along_random(parameters, 0).one) == len(parameters) == 9 - 3 - 1
    drawn = plot_loss_surface(net, X, Y, weights=("h2->o1", "o1"), resolution=3)
    shared = net.edge("h1", "o1").weight
    assert drawn["here"].get_xdata().tolist() == [shared]
    net.unfreeze("h1")
    net.tie("h1", "h2")
    net["h2"].bias = 0.25
    drawn = plot_loss_surface(net, X, Y, weights=("h2", "o1"), resolution=3)
    assert drawn["here"].get_xdata().tolist() == [0.25]
    with pytest.raises(ng.NeurographError) as caught:
        plot_loss_surface(net, X, Y, weights=("h2->o1", "h1->o1"))
    assert str(caught.value) == (
        "plot_loss_surface, weights: got ('h2->o1', 'h1->o1') (a tuple), "
        "expected two different ones, which share no value."
    )


def test_a_path_is_drawn_as_its_shadow_on_the_two_directions_in_which_it_spreads_most(tmp_path):
    net, history = trained()
    drawn = plot_loss_surface(net, X, Y, path=history, resolution=4)
    labels = list(history.snapshots[1])
    now = [net[label].bias if "->" not in label else net.edge(*label.split("->")).weight for label in labels]
    steps = np.array([[snapshot[label] for label in labels] for snapshot in history.snapshots.values()]) - now
    values, vectors = np.linalg.eigh(steps.T @ steps)  # another way to the same directions
    for axis in (0, 1):
        direction = vectors[:, -1 - axis]
        shadow = steps @ direction
        drawn_there = drawn["path"].get_xydata()[:, axis]
        assert np.allclose(drawn_there, shadow, atol=1e-9) or np.allclose(drawn_there, -shadow, atol=1e-9)
    assert drawn.ax.get_xlabel() == f"direction 1 of the path ({values[-1] / values.sum():.0%})"
    assert drawn["start"].get_xydata().tolist() == drawn["path"].get_xydata()[:1].tolist()
    assert drawn["here"].get_xydata().tolist() == drawn["path"].get_xydata()[-1:].tolist() == [[0.0, 0.0]]
    assert drawn["end"] is None
    assert [text.get_text() for text in drawn["legend"].get_texts()] == ["present (epoch 20)", "epoch 1"]
    (left, right), (low, high) = grid_of(drawn)
    for x, y in drawn["path"].get_xydata():
        assert left < x < right
        assert low < y < high
    assert "at epoch 1 to (0, 0) at epoch 20." in drawn.alt
    drawn.save(tmp_path / "a.png")


def test_a_path_over_named_weights_has_their_values_and_an_end_of_its_own_when_training_went_on():
    net, history = trained()
    net["h1"].bias += 1.0
    drawn = plot_loss_surface(net, X, Y, weights=("x1->h1", "h1"), path=history.snapshots, resolution=3)
    path = [[snapshot["x1->h1"], snapshot["h1"]] for snapshot in history.snapshots.values()]
    assert drawn["path"].get_xydata().tolist() == path
    assert drawn["end"].get_xydata().tolist() == path[-1:]
    assert drawn["here"].get_xydata().tolist() == [[net.edge("x1", "h1").weight, net["h1"].bias]]
    assert [text.get_text() for text in drawn["legend"].get_texts()] == ["present", "epoch 1", "epoch 20"]


def test_a_path_of_one_step_still_has_a_plane_around_it(tmp_path):
    net, history = trained(2)
    drawn = plot_loss_surface(net, X, Y, path={1: history.snapshots[1]}, resolution=3)
    (left, right), (low, high) = grid_of(drawn)
    assert right > left
    assert high > low
    drawn.save(tmp_path / "a.png")


def test_the_same_seed_draws_the_same_picture(tmp_path):
    for name in ("a.svg", "b.svg"):
        plot_loss_surface(xor_net(), X, Y, resolution=5, seed=3).save(tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert plot_loss_surface(xor_net(), X, Y, resolution=5, seed=4).alt != plot_loss_surface(
        xor_net(), X, Y, resolution=5, seed=3
    ).alt  # fmt: skip


def test_where_the_loss_leaves_the_range_of_floats_the_plane_is_blank_and_the_text_says_so(tmp_path):
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    drawn = plot_loss_surface(net, [[1.0]], [[1.0]], weights=("x1->o1", "o1"), span=1e160, resolution=3)
    assert "points it leaves the range of floats; they are blank." in drawn.alt
    drawn.save(tmp_path / "a.png")


def test_a_plain_has_contours_too(tmp_path):
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    plot_loss_surface(net, [[0.0]], [[1.0]], weights=("x1->o1", "o1"), span=1e-300, resolution=3).save(
        tmp_path / "a.png"
    )
    levels = levels_for(np.full((2, 2), 3.0), True, 5)
    assert all(one < two for one, two in pairwise(levels))


def test_a_logarithm_has_round_numbers_at_its_scale():
    net, _ = trained(100)
    drawn = plot_loss_surface(net, X, Y, log=True, resolution=7, span=2.0)
    assert drawn["colorbar"].ax.get_ylabel() == "mean loss, log scale\n(squared_error)"
    ticks = drawn["colorbar"].get_ticks()
    assert all(f"{tick:e}"[0] in "125" for tick in ticks)
    steps = np.diff(np.log(drawn["filled"].levels))
    assert np.allclose(steps, steps[0])
    assert round_numbers(1e-9, 1.0) == pytest.approx([1e-9, 1e-7, 1e-5, 1e-3, 1e-1])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"span": 0}, "span: got 0, expected a number above 0."),
        ({"span": math.nan}, "span: got nan, expected a finite number. NaN and infinity are refused on the way in."),
        ({"resolution": 1}, "resolution: got 1, expected a whole number from 2 up."),
        ({"seed": 1.5}, "seed: got 1.5, expected a whole number."),
        ({"weights": "x1->h1"}, "weights: got 'x1->h1' (a str), expected two labels, such as ('x1->h1', 'h1')."),
        ({"weights": ("h1",)}, "weights: got ('h1',) (a tuple), expected two labels, such as ('x1->h1', 'h1')."),
        ({"weights": (1, "h1")}, "weights: got 1, expected labels: 'x1->h1' for a weight, 'h1' for a bias."),
        ({"path": {}}, "path: it has no snapshots. Train with ng.train(..., snapshots=1)."),
        ({"path": ng.History()}, "path: it has no snapshots. Train with ng.train(..., snapshots=1)."),
        ({"path": [1]}, ("path: got [1] (a list), expected snapshots, {epoch: {label: value}}. "
         "Give history.snapshots.")),
        ({"path": {1: {"h1": 2.0}}}, "path, epoch 1: it has no 'x1->h1'. Known: h1. Give the snapshots of this net."),
    ],
)  # fmt: skip
def test_what_plot_loss_surface_cannot_use_is_explained(given, message):
    with pytest.raises(ng.NeurographError) as caught:
        plot_loss_surface(xor_net(), X, Y, **given)
    assert str(caught.value) == f"plot_loss_surface, {message}"


def test_an_unknown_weight_is_explained_with_the_nearest():
    with pytest.raises(ng.NeurographError) as caught:
        plot_loss_surface(ng.Network.dense([1, 1], "tanh"), [[1.0]], [[1.0]], weights=("x1->h1", "o1"))
    assert str(caught.value) == (
        "plot_loss_surface, weights: no weight or bias 'x1->h1'. Did you mean 'x1->o1'? Known: o1, x1->o1."
    )


def test_nets_without_a_plane_are_explained():
    net = ng.Network.dense([1, 1], "tanh", initializer="zeros")
    with pytest.raises(ng.NeurographError) as caught:
        plot_loss_surface(net, [[1.0]], [[1.0]])
    assert str(caught.value) == (
        "plot_loss_surface, net: all its parameters are 0, so that random directions have no length. "
        "Name two weights, as in weights=('o1', 'x1->o1')."
    )
    net.freeze("o1")
    with pytest.raises(ng.NeurographError) as caught:
        plot_loss_surface(net, [[1.0]], [[1.0]])
    assert str(caught.value) == (
        "plot_loss_surface, net: 0 of its parameters may move, expected at least 2, which span a plane. "
        "Unfreeze some, or name two with weights=(..., ...)."
    )


def test_losses_of_0_have_no_logarithm_and_a_path_that_never_moves_no_direction():
    net = ng.Network.dense([1, 1], "identity", initializer="ones")
    with pytest.raises(ng.NeurographError) as caught:
        plot_loss_surface(net, [[1.0]], [[1.0]], weights=("x1->o1", "o1"), log=True, resolution=3)
    assert str(caught.value) == (
        "plot_loss_surface, log: got True (a bool), expected losses above 0, the least is 0. Leave it out."
    )
    parameters = parameters_of(net)
    _, rows = read_path({1: {"x1->o1": 1.0, "o1": 0.0}}, parameters)
    with pytest.raises(ng.NeurographError, match="all its snapshots are the present parameters"):
        along_path(parameters, rows)


def test_a_loss_that_does_not_fit_and_an_unknown_one_are_explained():
    with pytest.raises(ng.NeurographError, match="unknown loss 'squared'"):
        plot_loss_surface(xor_net(), X, Y, "squared")
    with pytest.raises(ng.NeurographError, match="cross_entropy"):
        plot_loss_surface(xor_net(), X, Y, "cross_entropy")


# The matrix.


@pytest.mark.parametrize("show", ["weights", "gradients"])
@pytest.mark.parametrize("seed", [33, 3, 7])
def test_each_cell_is_its_edge_and_where_there_is_none_it_is_blank(seed, show):
    case = random_case(seed)
    net = case.net
    net.forward(case.x)
    net.backward(case.y, case.loss)
    blanks = 0
    for number in range(1, len(net.layers)):
        if not any(neuron.fan_in for neuron in net.layers[number]):
            continue
        drawn, matrix = plot_matrix(net, layer=number, show=show), matrix_of(net, number, show)
        shown = drawn["mesh"].get_array()
        turned = len(matrix.sources) > len(matrix.targets)
        shown = shown.T if turned else shown
        assert drawn.ax.get_xlabel() == ("source" if turned else "target")
        for row, source in enumerate(matrix.sources):
            for column, target in enumerate(matrix.targets):
                edge = net.graph.get_edge_data(source, target)
                if edge is None:
                    assert shown.mask[row, column]
                    blanks += 1
                else:
                    value = edge["edge"].weight if show == "weights" else edge["edge"].grad
                    assert shown[row, column] == value
        assert {edge for edge in net.edges if edge.target in net.layers[number]} == set(matrix.edges)
        norm = drawn["mesh"].norm
        assert norm.vmin == -norm.vmax
    if seed == 33:
        assert blanks > 0


def test_sources_of_different_layers_are_parted_by_a_line(tmp_path):
    net = ng.Network.dense([2, 2, 2], "tanh", seed=1)
    assert plot_matrix(net, layer=2)["separators"] is None
    net.connect("x1", "o1", 0.5)
    drawn = plot_matrix(net, layer=-1)
    assert [label.get_text() for label in drawn.ax.get_xticklabels()] == ["x1", "h1", "h2"]
    assert [label.get_text() for label in drawn.ax.get_yticklabels()] == ["o1", "o2"]
    assert [segment[0][0] for segment in drawn["separators"].get_segments()] == [1.0]
    assert drawn.alt.endswith("1 of 6 cells are blank: there is no edge.")
    drawn.save(tmp_path / "a.png")


def test_numbers_are_written_where_there_is_room_and_print_marks_the_negative_ones_elsewhere():
    net = ng.Network.dense([2, 2], "tanh", initializer="ones")
    net.edge("x1", "o2").weight = -0.25
    drawn = plot_matrix(net)
    assert [text.get_text() for text in drawn["numbers"]] == ["1.0", "\N{MINUS SIGN}0.25", "1.0", "1.0"]
    assert drawn["numbers"][0].get_color() == "#ffffff"  # on the darkest purple
    large = ng.Network.dense([10, 20], "tanh", seed=1)
    assert plot_matrix(large)["numbers"] == []
    marks = plot_matrix(large, theme="print")["numbers"]
    assert {text.get_text() for text in marks} == {"\N{MINUS SIGN}"}
    assert len(marks) == sum(edge.weight < 0.0 for edge in large.edges)


def test_a_very_large_layer_has_no_names_and_is_drawn_as_dots(tmp_path):
    drawn = plot_matrix(ng.Network.dense([150, 50], "tanh"), theme="dark")
    assert not drawn.ax.get_xticklabels()
    assert not drawn.ax.get_yticklabels()
    assert drawn["mesh"].get_rasterized()
    drawn.save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size < 200_000


def test_what_plot_matrix_cannot_show_is_explained():
    net = xor_net()
    cases = [
        ({"show": "gradients"}, ("plot_matrix, show='gradients': edge x1->h1 has no gradient yet. "
         "Call net.forward(x) and net.backward(y) first.")),
        ({"show": "weight"}, ("plot_matrix, show: unknown mode 'weight'. Did you mean 'weights'? "
         "Known: weights, gradients.")),
        ({"layer": 0}, ("plot_matrix, layer: got 0, expected a number from 1 to 2. The inputs are layer 0, and no edge "
         "leads into them.")),
        ({"layer": 3}, "plot_matrix, layer: got 3, expected a number from 1 to 2."),
        ({"layer": "h1"}, "plot_matrix, layer: got 'h1' (a str), expected the number of a layer, such as 1."),
    ]  # fmt: skip
    for given, message in cases:
        with pytest.raises(ng.NeurographError) as caught:
            plot_matrix(net, **given)
        assert str(caught.value) == message
    net.edge("x2", "h1").w = math.nan
    with pytest.raises(ng.NeurographError) as caught:
        plot_matrix(net)
    assert str(caught.value) == "plot_matrix, show='weights': edge x2->h1: it is nan. Set a finite number."
    bare = ng.Network()
    bare.add_input("x1")
    bare.add_output("o1", "tanh")
    with pytest.raises(ng.NeurographError) as caught:
        plot_matrix(bare)
    assert str(caught.value) == "plot_matrix, layer: no edge leads into layer 1. Connect its neurons first."
