"""Films of a training step and of a training run: frames, times, sizes, bytes, colours, and no broken files."""

import shutil
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from PIL import Image

import neurograph as ng
from visualize.steps import animation, film, training_film
from visualize.steps.animation import animate_steps
from visualize.steps.training_film import animate_training, chosen_epochs

NEEDS_FFMPEG = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


@pytest.fixture
def trace():
    net = ng.Network.dense([2, 2, 2], ["sigmoid", "softmax"], seed=3)
    net.connect("x1", "o1", 0.25)
    return net.trace([0.5, -1.0], [1.0, 0.0], loss="cross_entropy", learning_rate=0.5)


@pytest.fixture(scope="module")
def run():
    """A net with two inputs, its data, and a history with snapshots after 2, 4 and 6 epochs."""
    data = ng.datasets.moons(20)
    net = ng.Network.dense([2, 2, 1], ["tanh", "sigmoid"], seed=1)
    history = ng.train(net, data.X, data.Y, epochs=6, snapshots=2)
    return net, history, data.X, data.Y


def frames_of(path):
    with Image.open(path) as image:
        for k in range(image.n_frames):
            image.seek(k)
            yield dict(image.info), np.asarray(image.convert("RGB"))


def blocks(data):
    """List the kinds of blocks of a GIF, and how many of its pictures have a palette of their own."""
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    own = comments = 0
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            own += data[at + 9] >> 7
            at += 10 + 1 + (3 * 2 ** ((data[at + 9] & 7) + 1) if data[at + 9] >> 7 else 0)
        else:
            comments += data[at + 1] == 0xFE
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    return own, comments


def test_one_picture_for_each_step_1200_dots_wide_with_a_comment(trace, tmp_path):
    path = tmp_path / "step.gif"
    made = animate_steps(trace, path, unit="layer", seconds=0.5)
    assert (made.path, made.frames) == (path, len(trace.at("layer")))
    seen = list(frames_of(path))
    assert len(seen) == made.frames
    assert [info["duration"] for info, _ in seen] == [500] * (made.frames - 1) + [2000]
    assert {picture.shape for _, picture in seen} == {(made.size[1], made.size[0], 3)}
    assert made.size[0] == 1200
    assert seen[0][0]["loop"] == 0
    assert seen[0][0]["comment"].decode() == made.alt_text()
    assert made.alt.startswith(
        "Film of a training step of a network of 6 neurons and 9 edges in 12 pictures, from forward"
    )
    assert path.stat().st_size < 50_000 * made.frames


def test_the_same_trace_gives_the_same_bytes_and_one_palette(trace, tmp_path):
    one, two = tmp_path / "one.gif", tmp_path / "two.gif"
    for path in (one, two):
        animate_steps(trace, path, unit="phase", phases=("forward", "backward"), seconds=0.1)
    assert one.read_bytes() == two.read_bytes()
    assert blocks(one.read_bytes()) == (0, 1)


def test_what_does_not_change_keeps_its_colour_from_picture_to_picture(trace, tmp_path, monkeypatch):
    dots = []
    pictures_by(monkeypatch, lambda figure, _: dots.append(np.array(figure.canvas.buffer_rgba(), dtype=int)))
    path = tmp_path / "step.gif"
    animate_steps(trace, path, unit="neuron", phases="forward", seconds=0.1)
    drawn = [dot[..., 0] << 16 | dot[..., 1] << 8 | dot[..., 2] for dot in dots]
    written = [picture for _, picture in frames_of(path)]
    assert len(written) == len(drawn) > 4
    page = 0xFFFFFF
    for (before, after), (one, two) in zip(pairwise(drawn), pairwise(written), strict=True):
        same = (before == after) & (before != page)
        assert same.sum() > 5000  # neurons, edges, titles, scales
        assert np.array_equal(one[same], two[same])
    exact = dots[0][..., :3]
    assert abs(written[0] - exact).max() <= 48
    assert abs(written[0] - exact).mean() < 0.5


def test_scales_are_the_same_in_all_pictures_of_a_mode_and_are_drawn_once(trace, tmp_path, monkeypatch):
    limits, drawn = {}, []
    draw = animation.picture

    def watch(base, frame):
        diagram = draw(base, frame)
        limits.setdefault(frame.mode, set()).add((diagram.scale.limit, diagram.fill_scale.limit))
        return diagram

    make_bar = Colorbar.__init__
    monkeypatch.setattr(animation, "picture", watch)
    monkeypatch.setattr(Colorbar, "__init__", lambda bar, *args, **more: drawn.append(make_bar(bar, *args, **more)))
    made = animate_steps(trace, tmp_path / "step.gif", unit="layer")
    assert set(limits) == {"forward", "loss", "backward", "gradients", "update"}
    assert limits["forward"] == limits["loss"]
    assert all(len(found) == 1 for found in limits.values())
    assert made.frames > 10
    assert len(drawn) == 9  # of five modes, all but the update with two


def pictures_by(monkeypatch, look):
    """Make films, and look at every figure once it is drawn."""
    make = film.make_film

    def watched(path, pictures, *given):
        def seen():
            for figure in pictures:
                yield figure
                look(figure, figure.canvas.get_renderer())

        return make(path, seen(), *given)

    for module in (animation, training_film):
        monkeypatch.setattr(module, "make_film", watched)


@pytest.mark.parametrize(("width", "unit"), [(900, "layer"), (1921, "phase")])
def test_a_film_is_as_wide_as_asked_and_nothing_runs_out_or_over_the_scales(tmp_path, monkeypatch, width, unit):
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 5, 3], ["tanh", "softmax"], seed=1)
    trace = net.trace(iris.X[60], iris.Y[60], "cross_entropy")
    small, names = [], []

    def check(figure, renderer):
        net_axes, *bars = figure.axes
        for text in figure.texts:
            assert text.get_window_extent(renderer).x1 <= figure.bbox.width, text.get_text()
        scales = [bar.get_tightbbox(renderer) for bar in bars]
        for box in scales:
            assert box.x1 <= figure.bbox.width
        for text in net_axes.texts:
            assert text.get_window_extent(renderer).x1 < min(box.x0 for box in scales), text.get_text()
            if "\n" not in text.get_text() and text.get_text().startswith(("a ", "z ")):
                small.append(text.get_fontsize() * figure.dpi / 72)
            names.append(text.get_text())

    pictures_by(monkeypatch, check)
    made = animate_steps(
        trace, tmp_path / "step.gif", unit=unit, width=width,
        feature_names=[*iris.feature_names[:3], "the width of the petals in centimetres"], class_names=iris.class_names,
    )  # fmt: skip
    assert made.size[0] == width + width % 2
    assert min(small) >= 9.0 * width / 1200
    assert "versicolor" in names
    assert any(name.startswith("the width of the p") and name.endswith("…") for name in names)


def test_long_headings_are_wrapped_and_losses_have_a_line_of_their_own(tmp_path, monkeypatch):
    net = ng.Network.dense([2, 2, 1], ["tanh", "sigmoid"], seed=1)
    seen = []
    pictures_by(monkeypatch, lambda figure, _: seen.append([text.get_text() for text in figure.texts]))
    trace = net.trace([0.5, -1.0], [1.0])
    animate_steps(trace, tmp_path / "step.gif", unit="phase")
    assert seen[-1][0].startswith("6 after the update: ")
    assert seen[-1][1].endswith("real change of the loss")
    assert seen[-1][2].startswith("C' = ")
    assert seen[1][:2] == ["2 loss: loss term; sum of the terms", f"C = {trace.loss_before:.3g}"]


def test_a_film_says_how_many_numbers_had_no_room(tmp_path, monkeypatch):
    net = ng.Network.dense([6, 7, 2], "tanh", seed=1)
    seen = []
    pictures_by(monkeypatch, lambda figure, _: seen.append([text.get_text() for text in figure.texts]))
    animate_steps(net.trace([0.1] * 6, [0.5, 0.5]), tmp_path / "step.gif", unit="layer", phases="forward")
    assert any("had no room" in text for text in seen[0])


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_breaks_off_leaves_the_old_file_and_nothing_else(trace, tmp_path, monkeypatch, error):
    path = tmp_path / "step.gif"
    path.write_bytes(b"old")
    count = iter(range(9))

    def stop(*_):
        if next(count) == 2:
            raise error

    pictures_by(monkeypatch, stop)
    with pytest.raises(error):
        animate_steps(trace, path, unit="layer")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_bar_is_shown_when_asked_for_only(trace, tmp_path, capsys):
    animate_steps(trace, tmp_path / "step.gif", unit="phase", phases="forward")
    assert capsys.readouterr().err == ""
    animate_steps(trace, tmp_path / "step.gif", unit="phase", phases="forward", progress=True)
    assert "1/1" in capsys.readouterr().err


@NEEDS_FFMPEG
def test_an_mp4_has_the_pictures_the_time_and_the_same_bytes(trace, tmp_path):
    paths = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    for path in paths:
        animate_steps(trace, path, unit="phase", phases=("forward", "backward"), seconds=0.5)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    probe = shutil.which("ffprobe") or pytest.skip("ffprobe is not installed")
    asked = [
        probe,
        "-v",
        "error",
        "-show_entries",
        "format=duration:format_tags=comment:stream=width",
        "-of",
        "csv=p=0",
    ]
    told = subprocess.run([*asked, str(paths[0])], capture_output=True, text=True, check=True).stdout
    assert told.startswith("1200\n")
    assert float(told.split("\n")[1].split(",")[0]) == pytest.approx(0.5 * 2 + 1.5, abs=0.3)
    assert "Film of a training step" in told


@NEEDS_FFMPEG
def test_an_mp4_that_ffmpeg_cannot_write_leaves_nothing(trace, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho no such encoder >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(film.shutil, "which", lambda name: str(program))
    with pytest.raises(ng.NeurographError) as caught:
        animate_steps(trace, tmp_path / "step.mp4", unit="phase", phases="forward")
    assert str(caught.value) == "film: ffmpeg could not write it (no such encoder). Give a name that ends in .gif."
    assert not (tmp_path / "step.mp4").exists()


def test_without_ffmpeg_an_mp4_is_an_error_before_anything_is_drawn(trace, tmp_path, monkeypatch):
    monkeypatch.setattr(film.shutil, "which", lambda name: None)
    with pytest.raises(ng.NeurographError) as caught:
        animate_steps(trace, tmp_path / "step.mp4")
    assert str(caught.value) == (
        "animate_steps, path: an MP4 such as step.mp4 is written by the program ffmpeg, which is not installed here. "
        "Install ffmpeg, or give a name that ends in .gif."
    )


def test_a_batch_and_a_step_with_long_equations_fit(tmp_path):
    net = ng.Network.dense([9, 3, 1], "tanh", seed=1)
    batch = net.trace([[0.1] * 9, [0.2] * 9], [[1.0], [0.0]])
    phases = ("forward", "mean", "update")
    made = animate_steps(batch, tmp_path / "batch.gif", unit="phase", phases=phases, theme="dark", seconds=0.1)
    assert made.frames == 4
    assert made.size[1] < 1080


def test_training_has_a_picture_for_each_snapshot_and_leaves_the_net(run, tmp_path):
    net, history, xs, ys = run
    net = net.copy()
    net.edge("x1", "h1").weight += 1.0  # so that it is no snapshot
    net.forward(xs[0])
    before = net.__getstate__()
    made = animate_training(net, history, xs, ys, tmp_path / "run.gif", seconds=0.2)
    assert str(net.__getstate__()) == str(before)
    assert made.frames == 3
    assert made.size == (1200, 676)
    assert made.alt == (
        "Film of the training of a network of 5 neurons and 6 edges, epochs 2 to 6 in 3 pictures: its weights and "
        "biases, the decision boundary and the loss so far. "
        f"The loss goes from {history[1]['loss']:.3g} to {history[5]['loss']:.3g}."
    )
    seen = list(frames_of(made.path))
    assert [info["duration"] for info, _ in seen] == [200, 200, 2000]
    again = animate_training(net, history, xs, ys, tmp_path / "again.gif", seconds=0.2)
    assert again.path.read_bytes() == made.path.read_bytes()


def test_training_shows_the_snapshot_s_weights_on_one_scale(run, tmp_path, monkeypatch):
    net, history, xs, ys = run
    seen, points = [], []
    draw = training_film.diagram_of

    def drawn(twin, *given, **asked):
        diagram = draw(twin, *given, **asked)
        if "like" in asked:  # a picture of the film, not the one that they are all like
            seen.append(({edge.label: edge.w for edge in twin.edges}, diagram.scale.limit))
        return diagram

    def look(figure, _):
        (point,) = [line for ax in figure.axes for line in ax.lines if line.get_marker() == "o" and line.get_animated()]
        points.append(tuple(point.get_xydata()[0]))

    monkeypatch.setattr(training_film, "diagram_of", drawn)
    pictures_by(monkeypatch, look)
    animate_training(net, history, xs, ys, tmp_path / "run.gif")
    assert [weights for weights, _ in seen] == [
        {label: kept[label] for label in weights}
        for kept, (weights, _) in zip(history.snapshots.values(), seen, strict=True)
    ]
    assert {limit for _, limit in seen} == {
        max(abs(value) for kept in history.snapshots.values() for value in kept.values())
    }
    assert points == [(epoch, history[epoch - 1]["loss"]) for epoch in (2, 4, 6)]


def test_training_fills_the_picture_and_leaves_out_what_cannot_be_read(run, tmp_path, monkeypatch):
    net, history, xs, ys = run
    found = {}

    def look(figure, renderer):
        ax = figure.axes[0]
        texts = {text.get_text(): text.get_window_extent(renderer) for text in ax.texts}
        left, right = min(box.x0 for box in texts.values()), max(box.x1 for box in texts.values())
        found[figure.bbox.width] = (texts, (right - left) / figure.bbox.width, ax.get_window_extent(renderer))

    pictures_by(monkeypatch, look)
    for width in (400, 1200):
        animate_training(
            net, history, xs, ys, tmp_path / "run.gif", class_names=["upper moon", "lower moon"], width=width
        )
    texts, share, place = found[1200]
    assert share > 0.5
    assert texts["lower moon\n(else upper moon)"].x1 <= place.x1
    assert any(text.startswith("b ") for text in texts)
    assert not any(text.startswith("b ") for text in found[400][0])


def test_training_without_a_plane_shows_net_and_loss(tmp_path):
    iris = ng.datasets.load_iris()
    net = ng.Network.dense([4, 3], "softmax", seed=1)
    history = ng.train(net, iris.X, iris.Y, loss="cross_entropy", epochs=2, snapshots=1)
    assert animate_training(net, history, iris.X, iris.Y, tmp_path / "run.gif", every=2).frames == 1
    made = animate_training(
        net, history, iris.X, iris.Y, tmp_path / "cut.gif", features=(2, 3), class_names=iris.class_names
    )
    assert made.frames == 2


def test_epochs_are_chosen_so_that_the_last_one_is_there():
    assert chosen_epochs([5, 10, 15, 20, 25], 2) == [5, 15, 25]
    assert chosen_epochs([5, 10, 15, 20], 3) == [5, 20]
    assert chosen_epochs(range(1, 251))[-1] == 250
    assert len(chosen_epochs(range(1, 251))) <= 100


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": "a.avi"}, "path: got 'a.avi' (a str), expected a file name that ends in .gif or .mp4."),
        ({"seconds": 0.0}, "animate_steps, seconds: got 0.0, expected a number from 0.02 to 60."),
        ({"width": 100}, "animate_steps, width: got 100, expected dots from 300 to 4000."),
        ({"trace": None}, "animate_steps, trace: got None, expected a Trace. Make one with net.trace(x, y)."),
        (
            {"phases": "forwards"},
            (
                "animate_steps, phases: unknown phase 'forwards'. Did you mean 'forward'? "
                "Known: forward, loss, backward, gradient, mean, update, after."
            ),
        ),
        ({"path": "/nowhere/at/all.gif", "unit": "phase", "phases": "loss"}, None),
    ],
)
def test_errors_of_a_film_of_a_step(trace, change, message):
    with pytest.raises(ng.NeurographError) as caught:
        animate_steps(**({"trace": trace, "path": "never.gif"} | change))
    assert str(caught.value) == message or "There is no such folder." in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"history": ng.learning.history.History([{"epoch": 1, "loss": 0.5}])},
            "animate_training, history: it holds no snapshots of the weights. Call train(..., snapshots=1) first.",
        ),
        ({"history": 3}, "animate_training, history: got 3, expected the History that train() returned."),
        (
            {"history": ng.learning.history.History(snapshots={4: {"h1": 0.5}})},
            (
                "animate_training, history: the snapshot of epoch 4 is of another network; one of the two has no "
                "x1->h1. Give the network that was trained."
            ),
        ),
        ({"net": "net"}, "animate_training, net: got 'net' (a str), expected a Network."),
        ({"every": 0}, "animate_training, every: got 0, expected a whole number from 1 up, or None."),
    ],
)
def test_errors_of_a_film_of_a_run(run, change, message):
    given = dict(zip(("net", "history", "X", "Y"), run, strict=True)) | {"path": "never.gif"} | change
    with pytest.raises(ng.NeurographError) as caught:
        animate_training(**given)
    assert str(caught.value) == message


def test_few_colours_are_kept_exactly(tmp_path):
    pictures = []
    for second in ([0, 255, 0], [0, 0, 255]):
        pictures.append(Figure(figsize=(2, 1), dpi=1))
        pictures[-1].figimage(np.array([[[255, 0, 0], second]], dtype=np.uint8))
    film.make_film(tmp_path / "two.gif", pictures, 2, 0.1, "two", progress=False)
    seen = [picture.tolist() for _, picture in frames_of(tmp_path / "two.gif")]
    assert seen == [[[[255, 0, 0], [0, 255, 0]]], [[[255, 0, 0], [0, 0, 255]]]]
