"""Which examples are learned from, which are set aside to judge on, and which come together in a batch.

It draws from a seeded generator of its own, so that the order of the examples does not depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from neurograph.errors import InvalidValueError
from neurograph.network import Network, examples_of
from neurograph.tables import Example, Label, Labels, Rows
from neurograph.validate import finite

__all__ = ["batched", "divided"]


def divided(
    net: Network,
    examples: list[Example],
    validation: tuple[Rows, Labels] | float | None,
    seed: int,
    classes: Sequence[Label] | None = None,
) -> tuple[list[Example], list[Example]]:
    """Divide examples into those to learn from and those to judge on: rows of their own, or a share of all.

    Examples
    --------
    >>> import neurograph as ng
    >>> net = ng.Network.dense([1, 1], "identity")
    >>> learned, judged = divided(net, [([float(k)], [0.0]) for k in range(10)], 0.2, seed=0)
    >>> len(learned), len(judged)
    (8, 2)
    """
    if validation is None:
        return examples, []
    if isinstance(validation, tuple) and len(validation) == 2:
        return examples, examples_of(net, *validation, of="validation ", classes=classes)
    share = finite(validation, "train, validation")
    aside = round(share * len(examples)) if 0.0 < share < 1.0 else 0
    if not 0 < aside < len(examples):
        fitting = f"a share that leaves some of {len(examples)} examples on both sides"
        raise InvalidValueError(where="train, validation", given=share, expected=fitting)
    order = list(range(len(examples)))
    Random(f"{seed}/validation").shuffle(order)  # noqa: S311  # a split, not a secret
    held = set(order[:aside])
    rest = [example for at, example in enumerate(examples) if at not in held]
    return rest, [example for at, example in enumerate(examples) if at in held]


def batched(count: int, size: int, key: str | None) -> list[list[int]]:
    """Divide the numbers of so many examples into batches, in an order drawn with a key, or in their own.

    Examples
    --------
    >>> batched(5, 2, None), batched(5, 2, "0/7")
    ([[0, 1], [2, 3], [4]], [[0, 2], [3, 1], [4]])
    """
    order = list(range(count))
    if key is not None:
        Random(key).shuffle(order)  # noqa: S311  # an order, not a secret
    return [order[k : k + size] for k in range(0, count, size)]
