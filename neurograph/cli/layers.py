"""A dense net from the options `--layers`, `--activations`, `--initializer` and `--seed`, for every command."""

from __future__ import annotations

from neurograph.errors import InvalidValueError
from neurograph.graph.dense import check_sizes
from neurograph.network import Network

__all__ = ["check_ends", "dense_net", "sizes_of"]

_DIGITS = 1000  # of a number, at most


def sizes_of(text: str) -> list[int]:
    """Read the sizes of the layers.

    Examples
    --------
    >>> sizes_of("4-5-3")
    [4, 5, 3]
    """
    parts = text.split("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in parts):
        raise InvalidValueError("expected whole numbers joined by hyphens, such as 4-5-3.", where=f"--layers {text}")
    sizes = [int(part) for part in parts]
    if len(sizes) < 2:
        raise InvalidValueError(
            "expected at least an input and an output layer, such as 4-5-3.", where=f"--layers {text}"
        )
    if 0 in sizes:
        raise InvalidValueError("expected at least 1 neuron in each layer.", where=f"--layers {text}")
    check_sizes(sizes, "--layers")
    return sizes


def check_ends(sizes: list[int], inputs: int, outputs: int, where: str) -> None:
    """Refuse layers whose ends do not fit the data; `where` says what the data are, with its verb: "iris has"."""
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        fitting = "-".join(map(str, [inputs, *sizes[1:-1], outputs]))
        counts = f"{inputs} input{'s' if inputs > 1 else ''} and {outputs} target{'s' if outputs > 1 else ''}"
        raise InvalidValueError(
            f"{where} {counts}.",
            where=f"--layers {'-'.join(map(str, sizes))}",
            cure=f"Take --layers {fitting}, or other data.",
        )


def dense_net(sizes: list[int], activations: str, initializer: str, seed: int) -> Network:
    """Build the net; one activation stands for all layers."""
    names = [name.strip() for name in activations.split(",")]
    if len(names) not in (1, len(sizes) - 1):
        expected = "1 for all layers" if len(sizes) == 2 else f"{len(sizes) - 1}, one for each layer after the inputs"
        raise InvalidValueError(
            f"got {len(names)}, expected {expected}{', or 1' if len(sizes) > 2 else ''}.",
            where=f"--activations {activations}",
        )
    return Network.dense(sizes, names[0] if len(names) == 1 else names, initializer=initializer, seed=seed)
