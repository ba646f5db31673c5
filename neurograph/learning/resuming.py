"""The state that a training is resumed from, read and checked.

It reads plain numbers and lists, as `Trainer.state` gives them, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurograph.errors import InvalidValueError, NeurographError
from neurograph.intake import finite, whole

__all__ = ["Resumed", "read_state"]


@dataclass(frozen=True, slots=True)
class Resumed:
    """How many epochs were done, the loss of the first, and the optimizer's clock and memory of each parameter."""

    epoch: int
    first_loss: float | None
    clock: tuple[float, float]
    memory: list[tuple[float, float]]


def read_state(state: dict[str, Any], optimizer: str, moving: int) -> Resumed:
    """Read a state that is for an optimizer and a number of parameters that may move.

    Raises
    ------
    InvalidValueError
        When it belongs to another optimizer, or to another number of parameters, or is no state at all.

    Examples
    --------
    >>> read_state({"epoch": 3, "optimizer": "SGD", "clock": [1, 1], "memory": [[0, 0]], "first_loss": 0.5}, "SGD", 1)
    Resumed(epoch=3, first_loss=0.5, clock=(1.0, 1.0), memory=[(0.0, 0.0)])
    """
    try:
        memory = [(finite(one, "resume, memory"), finite(two, "resume, memory")) for one, two in state["memory"]]
        first, second = (finite(value, "resume, clock") for value in state["clock"])
        epoch, loss, name = whole(state["epoch"], "resume, epoch"), state["first_loss"], state["optimizer"]
        first_loss = None if loss is None else finite(loss, "resume, first_loss")
    except NeurographError:
        raise
    except (KeyError, TypeError, ValueError):
        raise InvalidValueError(where="resume", given=state, expected="a state as Trainer.state() gives it") from None
    if name != optimizer:
        raise InvalidValueError(where="resume, optimizer", given=name, expected=f"{optimizer!r}, as in this training")
    if len(memory) != moving:
        raise InvalidValueError(
            f"it is of {len(memory)} parameters, but {moving} can move here.", where="resume, memory"
        )
    return Resumed(epoch, first_loss, (first, second), memory)
