"""The program of a page: its parts, which are ES modules of their own, joined to the one module that the page carries.

A part becomes a function that gives out what it exports, so that its own names stay its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

__all__ = ["MODULES", "asset", "join", "program", "tight"]

# In the order in which they need each other.
MODULES = (
    "data", "navigation", "predict", "formula", "picture", "numbers", "card", "order", "glossary", "focus", "tables",
    "printing", "player",
)  # fmt: skip

_IMPORT = re.compile(r"^import [^;]*;\n", re.M)
_EXPORT = re.compile(r"^export (?=(?:const|(?:async )?function) (?:\{ )?(\w+))", re.M)
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_SPACED = re.compile(r" *([=*<>!?:;,{}()\[\]&|]) *")  # not plus and minus: "a - -b" is no "a--b"


def asset(name: str) -> str:
    """Read a part of the page."""
    return files("visualize.page").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def program() -> str:
    """Join all parts; they are the same on every page, so once is enough."""
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
    r"""Make a function of a part, without the comments and the spaces, which stay with the source.

    Examples
    --------
    >>> print(join('import { a } from "./one.js";\n// What b is.\nexport const b = 2 * a; // at last\n'), end="")
    const {b}=(()=>{
    const b=2*a;
    return {b};
    })();
    """
    names = ",".join(_EXPORT.findall(part))
    body = "".join(_squeezed(_EXPORT.sub("", _IMPORT.sub("", part))))
    body = re.sub(r"\n[ \n]*", "\n", body).strip("\n ")
    if not names:
        return f"{{\n{body}\n}}\n"
    return f"const {{{names}}}=(()=>{{\n{body}\nreturn {{{names}}};\n}})();\n"


def _squeezed(code: str) -> Iterator[str]:
    """Leave out comments, and spaces around signs; what is quoted stays as it is."""
    at = start = 0
    while at < len(code):
        if code.startswith("//", at):
            end = _end_of_line(code, at)
        elif code[at] == "`":
            end = _end_of_template(code, at)
        elif found := _QUOTED.match(code, at):
            end = found.end()
        else:
            at += 1
            continue
        yield _SPACED.sub(r"\1", code[start:at])
        yield "" if code.startswith("//", at) else code[at:end]
        at = start = end
    yield _SPACED.sub(r"\1", code[start:])


def _end_of_line(code: str, at: int) -> int:
    end = code.find("\n", at)
    return len(code) if end < 0 else end


def _end_of_template(code: str, start: int) -> int:
    """Find where a template ends, with templates in its gaps."""
    at, depth = start + 1, 0
    while code[at] != "`" or depth:
        if code[at] == "\\":
            at += 1
        elif code.startswith("${", at):
            depth += 1
        elif code[at] == "}" and depth:
            depth -= 1
        elif code[at] == "`":
            at = _end_of_template(code, at) - 1
        at += 1
    return at + 1
