"""The program of a page: its parts, which are ES modules of their own, joined to the one module that the page carries.

A part becomes a function that gives out what it exports, so that its own names stay its own.
"""

from __future__ import annotations

import re
from importlib.resources import files

__all__ = ["MODULES", "asset", "join", "program", "tight"]

# In the order in which they need each other.
MODULES = (
    "data", "stage", "predict", "formula", "graph", "card", "order", "focus", "tables", "printing", "player",
)  # fmt: skip

_IMPORT = re.compile(r"^import [^;]*;\n", re.M)
_EXPORT = re.compile(r"^export (?=(?:const|(?:async )?function) (?:\{ )?(\w+))", re.M)
_COMMENT = re.compile(r"^ *//.*\n|^ +", re.M)


def asset(name: str) -> str:
    """Read a part of the page."""
    return files("visualize.page").joinpath("assets", name).read_text(encoding="utf-8")


def program() -> str:
    """Join all parts."""
    return "".join(join(asset(f"{name}.js")) for name in MODULES)


def tight(style: str) -> str:
    r"""Leave the comments and the spaces out of a style sheet, which a browser does not need.

    Examples
    --------
    >>> tight("/* On paper */\n@media print {\n  a > b { color: red; }\n}\n")
    '@media print{a>b{color:red;}}'
    """
    plain = re.sub(r"/\*.*?\*/", "", style, flags=re.S)
    return re.sub(r"\s*([{};,>])\s*|(:)\s+", r"\1\2", plain).strip()


def join(part: str) -> str:
    r"""Make a function of a part, without the comments and the indentation, which stay with the source.

    Examples
    --------
    >>> print(join('import { a } from "./one.js";\n// What b is.\nexport const b = 2 * a;\n'), end="")
    const { b } = (() => {
    const b = 2 * a;
    return { b };
    })();
    """
    names = ", ".join(_EXPORT.findall(part))
    body = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", part))).strip("\n")
    if not names:
        return f"{{\n{body}\n}}\n"
    return f"const {{ {names} }} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();\n"
