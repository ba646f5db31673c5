"""What neurons and edges have in common: they are linked to each other, and so are copied only together."""

from __future__ import annotations

from typing import NoReturn

from neurograph.errors import StateError

__all__ = ["Linked"]


class Linked:
    """An object of a network that refuses to be copied or pickled alone: it would take the whole network along."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        who = f"{type(self).__name__.lower()} {getattr(self, 'label', '') or getattr(self, 'name', '')}"
        raise StateError(f"{who}: it is copied or pickled only with its network. Copy or pickle the network.")
