"""Files of text that show a diagram: one module here for each kind, whose `write` gives the whole file.

A new kind is a module and a line in `WRITERS`; the module loads when such a file is written.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visualize.network.diagram import NetworkDiagram

__all__ = ["WRITERS", "write"]

WRITERS = {"tex": "visualize.writers.tikz", "dot": "visualize.writers.dot"}  # by the ending of the file


def write(diagram: NetworkDiagram, ending: str) -> str:
    """Write a diagram as the text of a file with this ending."""
    text: str = import_module(WRITERS[ending]).write(diagram)
    return text
