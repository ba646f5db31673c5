"""Training as a film: the weights, the decision boundary and the loss, epoch by epoch, from the snapshots of a history.

It reads what `train(..., snapshots=N)` kept, puts it into a copy of the network, and trains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from neurograph.errors import InvalidTypeError, InvalidValueError, StateError, explain
from neurograph.intake import switch, whole
from neurograph.learning.diagnostics import Parameters
from neurograph.learning.history import History
from neurograph.network import Network
from visualize.plots.running import as_network, classes_of, read_examples
from visualize.steps.film import Film, check_film, check_width, make_film
from visualize.steps.training_scene import Features, Rows, Scene, loss_of, pictures_of, scene_of
from visualize.themes import Theme, find_theme

if TYPE_CHECKING:
    pass

__all__ = ["animate_training", "chosen_epochs", "snapshots_of"]

_WHERE = "animate_training"
_ENOUGH = 100  # pictures, unless the caller says how many


def animate_training(
    net: Network,
    history: History,
    X: Rows,  # noqa: N803  # the field's names
    Y: Rows,  # noqa: N803
    path: str | Path,
    *,
    features: Features | None = None,
    class_names: Sequence[str] = (),
    feature_names: Sequence[str] = (),
    every: int | None = None,
    seconds: float = 0.15,
    most: int | None = 16,
    theme: str | Theme = "light",
    width: int = 1200,
    progress: bool | None = None,
) -> Film:
    """Write a training run as a film: weights and biases, the decision boundary, and where on the loss curve we are.

    The boundary is drawn when the targets are classes, and the network has two inputs or two are named. Scales are the
    same in all pictures. The network is left as it is.

    Parameters
    ----------
    net : Network
        The network that was trained, or one of the same shape.
    history : History
        What `train(..., snapshots=N)` returned.
    X, Y : sequence of rows
        The examples, and their targets.
    path : str or Path
        A file that ends in .gif, or in .mp4 if the program ffmpeg is installed.
    features : (int or str, int or str), optional
        The two inputs of the boundary, by place from 0 or by name; the others are held at their means.
    class_names, feature_names : sequence of str
        What classes and inputs are called.
    every : int, optional
        Show every so many-th snapshot; when left out, so that there are 100 at most. The last one is always there.
    seconds : float
        How long a picture stays; the last one stays 2 seconds at least.
    most : int or None
        Of a larger layer so many neurons are shown, and the rest as one.
    theme : {"light", "dark", "print"} or Theme
        The colours.
    width : int
        Dots across, from 300 to 4000.
    progress : bool, optional
        Show a bar; when left out, on a terminal only.

    Returns
    -------
    Film
        With `path`, `frames`, `size` and `alt`, which is in the file too.

    Raises
    ------
    StateError
        When the history has no snapshots, or an MP4 is asked for and there is no ffmpeg.
    InvalidTypeError, InvalidValueError, UnknownNameError
        When an argument cannot be used, or the snapshots are of another network.
    NeurographError
        When the file cannot be written; what stood there before stands there still.

    Examples
    --------
    >>> import tempfile
    >>> import neurograph as ng
    >>> net = ng.Network.dense([2, 1], "sigmoid")
    >>> history = ng.train(net, [[0, 0], [1, 1]], [[0], [1]], epochs=1, snapshots=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     film = animate_training(net, history, [[0, 0], [1, 1]], [[0], [1]], Path(folder) / "run.gif")
    >>> film.frames, film.size
    (1, (1200, 676))
    """
    each, dots = check_film(path, seconds, _WHERE), check_width(width, _WHERE)
    if progress is not None:
        progress = switch(progress, f"{_WHERE}, progress")
    twin = as_network(net, _WHERE).copy()
    examples = read_examples(twin, X, Y, _WHERE)
    kept = snapshots_of(twin, history)
    shown = {epoch: kept[epoch] for epoch in chosen_epochs(list(kept), every)}
    look = find_theme(theme)
    rows = ([x for x, _ in examples], [y for _, y in examples])
    plane = None
    if classes_of(rows[1]) is not None and (features is not None or len(twin.inputs) == 2):
        plane = {"features": features, "class_names": class_names, "feature_names": feature_names}
    names = {"feature_names": feature_names, "class_names": class_names}
    scene = scene_of(twin, history, rows, kept, shown, plane, {"most": most, "theme": look, **names}, dots)
    return make_film(path, pictures_of(twin, shown, scene), len(shown), each, _alt(scene, shown), progress)


def snapshots_of(net: Network, history: History) -> dict[int, Parameters]:
    """Read the snapshots of a history as parameters of a network, by epoch.

    Raises
    ------
    StateError
        When there are none.
    InvalidTypeError, InvalidValueError
        When `history` is no history, or they are of another network.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "tanh", initializer="ones")
    >>> snapshots_of(net, History(snapshots={5: {"o1": 0.5, "x1->o1": 2.0}}))[5].values
    (0.5, 2.0)
    """
    if not isinstance(history, History):
        raise InvalidTypeError(explain(f"{_WHERE}, history", history, "the History that train() returned"))
    if not history.snapshots:
        raise StateError(
            f"{_WHERE}, history: it holds no snapshots of the weights. Call train(..., snapshots=1) first."
        )
    labels = Parameters.of(net).labels
    found = {}
    for epoch, values in sorted(history.snapshots.items()):
        if set(values) != set(labels):
            odd = next(label for label in (*labels, *values) if (label in values) != (label in labels))
            raise InvalidValueError(
                f"{_WHERE}, history: the snapshot of epoch {epoch} is of another network; one of the two has no {odd}. "
                "Give the network that was trained."
            )
        found[epoch] = Parameters(labels, tuple(values[label] for label in labels))
    return found


def chosen_epochs(epochs: Sequence[int], every: object = None) -> list[int]:
    """Choose the epochs to show, the last one always.

    Examples
    --------
    >>> chosen_epochs([10, 20, 30, 40], 3), len(chosen_epochs(range(1, 1001)))
    ([10, 40], 100)
    """
    if every is None:
        step = -(-len(epochs) // _ENOUGH)
    else:
        step = whole(every, f"{_WHERE}, every")
        if step < 1:
            raise InvalidValueError(explain(f"{_WHERE}, every", every, "a number from 1 up, or None"))
    return list(epochs[::-1][::step][::-1])


def _alt(scene: Scene, shown: dict[int, Parameters]) -> str:
    net, history, epochs = scene.base.net, scene.history, list(shown)
    first, last = loss_of(history, epochs[0]), loss_of(history, epochs[-1])
    said = f" The loss goes from {first:.3g} to {last:.3g}." if first is not None and last is not None else ""
    panels = f"its weights and biases, {'the decision boundary ' if scene.plane else ''}and the loss so far"
    return (
        f"Film of the training of a network of {len(net)} neurons and {len(net.edges)} edges, epochs {epochs[0]} to "
        f"{epochs[-1]} in {len(epochs)} pictures: {panels}.{said}"
    )
